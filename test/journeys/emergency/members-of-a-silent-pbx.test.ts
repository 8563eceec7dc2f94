// Whom a PBX was to ring that says nothing any more, or that no carrier answers, is rung by another: an emergency does not wait.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { until } from '../../../src/servers/until.ts'
import type { ApiClient } from '../../harness/api-client.ts'
import { reachEachOther, timesLost, twoPbxs, type TwoPbxs } from '../../harness/stories/two-pbxs.ts'
import { listenFor } from '../../harness/telephones/listening.ts'
import type { NetworkCall } from '../../harness/telephones/network.ts'

interface Incident {
  members: Array<{ id: string, name: string, state: string, inConference: boolean, cutOff: boolean }>
  timeline: Array<{ kind: string, detail: Record<string, string> }>
}

/** all speak in tones of their own */
const tones: Record<string, number> = { 13900018300: 1510, 13900018301: 1630, 13900018302: 1770, 13900018303: 1890 }
const people = Object.keys(tones)
const everybody = Object.fromEntries(people.map(who => [who, people.filter(other => other !== who).sort()]))
const joins = (number: string): string => `answer|wait 0.2|press 2|talk ${tones[number] ?? 0}`
const settings = { EMERGENCY_ROOM_SIZE: '2', EMERGENCY_ATTEMPTS: '1' }

async function dials (stack: TwoPbxs, numbers: readonly string[] = people): Promise<{ coordinator: ApiClient, path: string }> {
  const coordinator = await stack.as('coordinator 8201')
  const { incidentId } = await coordinator.post<{ incidentId: string }>('/api/incidents',
    { members: numbers.map(number => ({ name: number, number })), title: '两台交换机', reason: '演习', mode: 'simultaneous' })
  return { coordinator, path: `/api/incidents/${incidentId}` }
}

const lastLines = ({ network }: TwoPbxs): Map<string, NetworkCall> =>
  new Map(people.map(number => [number, network.ringsOf(number).findLast(call => call.answeredAt !== null) as NetworkCall]))

await t.test('a PBX hangs between two rings of its members, the process beside it lives: the other rings them', async t => {
  const stack = await twoPbxs(t, [], { settings: { ...settings, EMERGENCY_ATTEMPTS: '3', EMERGENCY_GAP_SECONDS: '5' } })
  const { network, pbx, second } = stack
  for (const number of people) await network.number(number, 'busy', joins(number))
  await reachEachOther(stack)
  const { coordinator, path } = await dials(stack)
  for (const number of people) await (await network.rung(number, 1, 20)).isOver()
  second.pbx.freeze()
  for (const number of people) t.equal((await network.rung(number, 2, 30)).by, `${pbx.config.sip.host}:${pbx.config.sip.port}`)
  await coordinator.sees<Incident>(path, i => i.members.every(m => m.inConference), 20)
  t.same(await listenFor(everybody, lastLines(stack), tones, 20), everybody, 'each hears all the others')
  t.equal(await timesLost(stack, 'pbx2'), 0)
  second.pbx.thaw()
})

await t.test('the only other PBX drains as one is lost: it rings the members all the same', async t => {
  const stack = await twoPbxs(t, [], { ownMachines: true, settings })
  const { network, pbx, second: { machine } } = stack
  if (machine === null) throw new Error('the second PBX has a machine of its own')
  for (const number of people) await network.number(number, joins(number))
  await reachEachOther(stack)
  const { coordinator, path } = await dials(stack)
  await coordinator.sees<Incident>(path, i => i.members.every(m => m.inConference), 30)
  const { host, port } = pbx.config.sip
  const there = people.filter(number => network.ringsOf(number)[0]?.by !== `${host}:${port}`)
  const admin = await stack.as('admin')
  const { items } = await admin.get<{ items: Array<{ name: string, version: number }> }>('/api/pbx-nodes')
  await admin.post('/api/pbx-nodes/pbx1/drain', { version: items.find(node => node.name === 'pbx1')?.version })
  await machine.dies()
  await until(async () => await timesLost(stack, 'pbx2') === 1, { what: 'it is lost', seconds: 30 })
  for (const number of there) await network.rung(number, 2, 20)
  t.same(await listenFor(everybody, lastLines(stack), tones, 30), everybody, 'each hears all the others')
})

await t.test('no carrier answers the least busy PBX: the conference stands where members can be rung', async t => {
  const stack = await twoPbxs(t, [], { settings: { ...settings, TRUNK_QUALIFY_SECONDS: '1' } })
  const { network, pbx, second, db } = stack
  for (const number of people) await network.number(number, joins(number))
  await reachEachOther(stack)
  const file = join(pbx.paths.includesDir, 'trunks.conf')
  writeFileSync(file, readFileSync(file, 'utf8').replaceAll(`:${pbx.config.trunk.port}`, ':1'))
  await pbx.console('module reload res_pjsip.so')
  await until(async () => (await db.query('select 1 from trunk_share where node = \'pbx1\' and silent_since is not null')).length > 0,
    { what: 'its carrier is silent', seconds: 30 })
  for (const numbers of [people.slice(0, 2), people.slice(2)]) {
    const { coordinator, path } = await dials(stack, numbers)
    await coordinator.sees<Incident>(path, i => i.members.every(m => m.inConference), 20)
    await coordinator.post(`${path}/end`)
  }
  const { host, port } = second.pbx.config.sip
  t.same(people.map(number => network.ringsOf(number)[0]?.by), people.map(() => `${host}:${port}`))
})

await t.test('the root\'s PBX is killed while one is rung anew to speak apart: nobody is rung for a room without the other', async t => {
  const stack = await twoPbxs(t, [], { settings })
  const { network, pbx } = stack
  for (const number of people) await network.number(number, joins(number))
  await reachEachOther(stack)
  const { coordinator, path } = await dials(stack)
  const { members } = await coordinator.sees<Incident>(path, i => i.members.every(m => m.inConference), 30)
  const { host, port } = pbx.config.sip
  const [near = ''] = people.filter(number => network.ringsOf(number)[0]?.by === `${host}:${port}`)
  const [far = ''] = people.filter(number => network.ringsOf(number)[0]?.by !== `${host}:${port}`)
  await network.number(far, 'ring', joins(far))
  await coordinator.put(`${path}/private`, { memberIds: [near, far].map(name => members.find(m => m.name === name)?.id), on: true })
  await network.rung(far, 2, 20)
  await pbx.kill()
  await pbx.start()
  await network.rung(near, 2, 30)
  await coordinator.sees<Incident>(path, i => i.members.every(m => m.inConference && !m.cutOff), 30)
  const { timeline } = await coordinator.get<Incident>(path)
  t.equal(timeline.filter(e => e.kind === 'not-moved' && e.detail.because === 'pbx-lost').length, 2, 'the timeline says so of both')
  t.same(await listenFor(everybody, lastLines(stack), tones, 30), everybody, 'each hears all the others')
  t.equal(network.ringsOf(far).length, 2, 'and is rung no more')
})
