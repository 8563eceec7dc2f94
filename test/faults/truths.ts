import type { Database } from '../../src/db/database.ts'
import { createSealing } from '../../src/db/sealing.ts'
import { until } from '../../src/servers/until.ts'
import type { NetworkCall } from '../harness/telephones/network.ts'
import type { CitizenCall, Town } from './town.ts'

/** What must be true when all is over; each entry is a wrong. */
export type Wrongs = string[]

/** Who puts a number and its row together, with the key of every service under test. */
const sealing = createSealing(Buffer.alloc(32, 7))
const hashOf = (number: string): string => sealing.fingerprint(`+86${number}`).toString('hex')

const seconds = (from: Date, to: Date): number => (to.getTime() - from.getTime()) / 1000
const isOver = (call: NetworkCall): boolean => call.endedAt !== null
const ringsOf = ({ networks }: Town, number: string): NetworkCall[] => networks.flatMap(network => network.ringsOf(number))

/** The agents' calls with this citizen in which somebody answered. */
const talksWith = ({ networks: [desks], agents }: Town, number: string): NetworkCall[] =>
  agents.flatMap(extension => desks?.ringsOf(`desk${extension}`) ?? [])
    .filter(({ from, answeredAt }) => from === number && answeredAt !== null)

/** Whether this citizen spoke with an agent and hung up at the time of their own choice. */
function wasServed (town: Town, { number, staysSeconds, call }: CitizenCall): boolean {
  const { answeredAt, endedAt } = call
  if (answeredAt === null || endedAt === null || seconds(answeredAt, endedAt) < staysSeconds - 0.3) return false
  return talksWith(town, number).some(talk => talk.endedAt !== null && seconds(talk.answeredAt ?? talk.endedAt, talk.endedAt) > 1 &&
    Math.abs(seconds(talk.endedAt, endedAt)) < 1)
}

/** Citizens whom the service itself is still to ring back. */
const owed = async (db: Database): Promise<number> =>
  (await db.query('select 1 from missed_call_return where state = \'open\' and by_person_since is null')).length

const dialling = async (db: Database): Promise<number> => (await db.query('select 1 from leg where state <> \'ended\'')).length

/** Waits until everything has come to rest: no call lives, and all that is owed to citizens is done. */
export async function comesToRest ({ stack, citizens, city, networks }: Town): Promise<void> {
  const { db, service } = stack
  const networksAll = [city, ...networks]
  await until(() => citizens.every(({ call }) => isOver(call)), { what: 'every citizen has hung up', seconds: 60 })
  // Who gave up is rung back after five minutes, and again half an hour after a return in vain.
  for (const minutes of [6, 31, 31, 31]) {
    await stack.advance(minutes * 60_000)
    await until(async () => {
      await service.settle()
      return await owed(db) === 0 || await dialling(db) === 0
    }, { what: 'nobody is being rung back', seconds: 180, everyMs: 1000 })
    if (await owed(db) === 0) break
  }
  if (await owed(db) > 0) throw new Error(`${await owed(db)} citizens are owed a call after two hours`)
  await until(() => networksAll.every(network => network.calls().every(isOver)), { what: 'every telephone is put down', seconds: 60 })
  await service.settle()
}

/** Nothing lost: what a telephone lived is on record once, and has an end. */
async function lost ({ stack: { db }, citizens }: Town): Promise<Wrongs> {
  const rows = await db.query<{ hash: string, queued: boolean }>(`select encode(number_hash, 'hex') hash, queued_at is not null queued
    from call where direction = 'inbound' and merged_into is null`)
  const wrongs = citizens.flatMap(({ number, call }) => {
    const found = rows.filter(row => row.hash === hashOf(number))
    // A PBX that hung reads the call when it goes on, and that it was withdrawn: the edge had passed it over.
    if (found.filter(row => row.queued).length > 1) return [`${number} dialled once and is on record ${found.length} times`]
    return found.length === 0 && call.answeredAt !== null ? [`the call of ${number} is not on record`] : []
  })
  const [left] = await db.query<{ calls: number, channels: number, legs: number, parked: number }>(`select
    (select count(*)::int from call where ended_at is null) calls, (select count(*)::int from channel where ended_at is null) channels,
    (select count(*)::int from leg where state <> 'ended') legs, (select count(*)::int from pbx_journal where error is not null) parked`)
  for (const [what, number] of Object.entries(left ?? {})) if (number > 0) wrongs.push(`${number} ${what} are left`)
  return wrongs
}

/** Nobody twice: rung by one at a time, once a turn, and not after they were served. */
function twice (town: Town): Wrongs {
  const { citizens, agents, deaths, networks: [desks] } = town
  const diedUnder = ({ at, endedAt }: NetworkCall): boolean => deaths.some(death => death >= at && (endedAt === null || death <= endedAt))
  const wrongs = citizens.flatMap(citizen => {
    const rings = ringsOf(town, citizen.number)
    const answered = rings.filter(ring => ring.answeredAt !== null)
    if (wasServed(town, citizen) && rings.length > 0) return [`${citizen.number} was served and is rung ${rings.length} times`]
    // Who found nobody on the line is rung once more, half an hour later.
    const spoken = answered.filter(ring => !diedUnder(ring) && talksWith(town, citizen.number).some(talk => during(talk, ring)))
    if (spoken.length > 1) return [`${citizen.number} spoke in ${spoken.length} calls of ours`]
    return atOnce(rings) ? [`${citizen.number} is rung twice at once`] : []
  })
  for (const extension of agents) {
    const rings = desks?.ringsOf(`desk${extension}`) ?? []
    if (atOnce(rings.filter(ring => ring.answeredAt !== null && !diedUnder(ring)))) wrongs.push(`${extension} speaks with two at once`)
  }
  return wrongs
}

/** The agent's call lived while this ring of a citizen did, and for more than a second. */
const during = (talk: NetworkCall, { at, endedAt }: NetworkCall): boolean =>
  talk.at >= at && (endedAt === null || talk.at < endedAt) && seconds(talk.at, talk.endedAt ?? new Date()) > 1

/** Two of these calls lived together for more than a second. */
const atOnce = (calls: readonly NetworkCall[]): boolean => calls.some((one, i) => calls.slice(i + 1).some(other =>
  seconds(other.at, one.endedAt ?? new Date()) > 1 && seconds(one.at, other.endedAt ?? new Date()) > 1))

/** Citizens whom the hotline took in and nobody spoke with are rung back. */
async function forgotten (town: Town): Promise<Wrongs> {
  const { stack: { db }, citizens } = town
  const owed = await db.query<{ hash: string, state: string }>(
    'select encode(number_hash, \'hex\') hash, state from missed_call_return')
  return citizens.flatMap(({ number, call, staysSeconds }) => {
    const took = call.answeredAt !== null && staysSeconds > 5
    if (!took || talksWith(town, number).length > 0 || ringsOf(town, number).length > 0) return []
    return owed.some(row => row.hash === hashOf(number)) ? [] : [`${number} was taken in, nobody spoke, and nobody rang back`]
  })
}

export async function wrongsOf (town: Town): Promise<Wrongs> {
  return [...await lost(town), ...twice(town), ...await forgotten(town)]
}
