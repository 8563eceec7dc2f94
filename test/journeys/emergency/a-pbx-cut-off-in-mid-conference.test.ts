// A PBX of a conference is cut off from the service for longer than ten seconds, with its people on the line, and comes back with them.
import t, { type Test } from 'tap'
import { until } from '../../../src/servers/until.ts'
import type { ApiClient } from '../../harness/api-client.ts'
import type { OwnMachine } from '../../harness/servers/own-machine.ts'
import { reachEachOther, timesLost, twoPbxs, type TwoPbxs } from '../../harness/stories/two-pbxs.ts'
import { listenFor } from '../../harness/telephones/listening.ts'
import type { NetworkCall } from '../../harness/telephones/network.ts'

interface Incident { members: Array<{ id: string, name: string, state: string, inConference: boolean, cutOff: boolean }> }

/** all speak in tones of their own */
const tones: Record<string, number> = { 13900018200: 1510, 13900018201: 1630, 13900018202: 1770, 13900018203: 1890 }
const people = Object.keys(tones)
const together = (who: readonly string[]): Record<string, string[]> =>
  Object.fromEntries(who.map(one => [one, who.filter(other => other !== one).sort()]))
const joins = (number: string): string => `answer|wait 0.2|press 2|talk ${tones[number] ?? 0}`
const acknowledges = (): string => 'answer|wait 0.2|press 1|stay'

interface Conference {
  stack: TwoPbxs
  machine: OwnMachine
  coordinator: ApiClient
  path: string
  lines: Map<string, NetworkCall>
  here: string[]
  there: string[]
  /** on the line */
  living: (number: string) => NetworkCall[]
  isLost: () => Promise<void>
  isBack: () => Promise<void>
}

/** Four members in rooms of two, half of them on each PBX; the root is on the first. */
async function conference (t: Test, script: (number: string) => string, state: string): Promise<Conference> {
  const stack = await twoPbxs(t, [], { ownMachines: true, settings: { EMERGENCY_ROOM_SIZE: '2', EMERGENCY_ATTEMPTS: '1' } })
  const { network, second: { machine }, db } = stack
  if (machine === null) throw new Error('the second PBX has a machine of its own')
  for (const number of people) await network.number(number, script(number))
  const coordinator = await stack.as('coordinator 8201')
  await reachEachOther(stack)
  const { incidentId } = await coordinator.post<{ incidentId: string }>('/api/incidents',
    { members: people.map(number => ({ name: number, number })), title: '两台交换机', reason: '演习', mode: 'simultaneous' })
  const path = `/api/incidents/${incidentId}`
  await coordinator.sees<Incident>(path, i => i.members.every(m => m.state === state), 30)
  // The second is behind the relay of its machine.
  const { host, port } = stack.pbx.config.sip
  const here = people.filter(number => network.ringsOf(number)[0]?.by === `${host}:${port}`)
  return {
    stack,
    machine,
    coordinator,
    path,
    lines: new Map(people.map(number => [number, network.ringsOf(number).at(-1) as NetworkCall])),
    here,
    there: people.filter(number => !here.includes(number)),
    living: number => network.ringsOf(number).filter(call => call.endedAt === null),
    isLost: async () => { await until(async () => await timesLost(stack, 'pbx2') === 1, { what: 'it is lost', seconds: 30 }) },
    isBack: async () => {
      await until(async () => (await db.query('select 1 from node_reach where node = \'pbx2\' and lost_at is null')).length === 1,
        { what: 'it is back', seconds: 30 })
    }
  }
}

await t.test('who has answered anew is in the conference once: the old line ends', async t => {
  const { stack, machine, coordinator, path, lines, there, living, isLost, isBack } = await conference(t, joins, 'joined')
  machine.cutOff()
  await isLost()
  for (const number of there) lines.set(number, await stack.network.rung(number, 2))
  await coordinator.sees<Incident>(path, i => i.members.every(m => m.inConference), 30)
  machine.mend()
  await isBack()
  await until(() => people.every(number => living(number).length === 1), { what: 'one line each', seconds: 20 })
  for (const number of there) t.equal(living(number)[0], lines.get(number), 'the new one')
  t.same(await listenFor(together(people), lines, tones, 30), together(people), 'each hears all the others, and nobody twice')
})

await t.test('who waits after key 1 comes into the conference by key 2 afterwards', async t => {
  const { machine, lines, living, isLost, isBack } = await conference(t, acknowledges, 'acknowledged')
  machine.cutOff()
  await isLost()
  machine.mend()
  await isBack()
  t.same(people.map(number => living(number).length), [1, 1, 1, 1], 'all are on the line')
  for (const [number, line] of lines) await line.does(`press 2|talk ${tones[number] ?? 0}`)
  t.same(await listenFor(together(people), lines, tones, 30), together(people), 'each hears all the others')
})

await t.test('who waits after key 1 is let go when the conference has ended meanwhile', async t => {
  const { machine, coordinator, path, here, there, living, isLost, isBack } = await conference(t, acknowledges, 'acknowledged')
  machine.cutOff()
  await isLost()
  await coordinator.post(`${path}/end`)
  await until(() => here.every(number => living(number).length === 0), { what: 'those on the other PBX are let go' })
  t.same(there.map(number => living(number).length), [1, 1], 'those on the PBX that is cut off cannot be')
  machine.mend()
  await isBack()
  await until(() => there.every(number => living(number).length === 0), { what: 'they are let go', seconds: 20 })
})

await t.test('two who spoke apart there are in the conference again', async t => {
  const { stack, machine, coordinator, path, lines, here, there, isLost, isBack } = await conference(t, joins, 'joined')
  t.same(await listenFor(together(people), lines, tones, 30), together(people), 'each hears all the others')
  const { members } = await coordinator.get<Incident>(path)
  await coordinator.put(`${path}/private`, { memberIds: there.map(name => members.find(m => m.name === name)?.id), on: true })
  const apart = { ...together(here), ...together(there) }
  t.same(await listenFor(apart, lines, tones, 20), apart, 'two apart')
  for (const number of there) await stack.network.number(number, 'ring')
  machine.cutOff()
  await isLost()
  for (const number of there) await stack.network.rung(number, 2)
  machine.mend()
  await isBack()
  t.same(await listenFor(together(people), lines, tones, 30), together(people), 'each hears all the others')
  await coordinator.sees<Incident>(path, i => i.members.every(m => m.inConference && !m.cutOff), 20)
})
