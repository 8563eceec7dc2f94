// A PBX of a conference over two is lost: it died with everybody on it, or was only cut off from the service.
import t, { type Test } from 'tap'
import { until } from '../../../src/servers/until.ts'
import type { ApiClient } from '../../harness/api-client.ts'
import type { OwnMachine } from '../../harness/servers/own-machine.ts'
import { reachEachOther, twoPbxs, timesLost, type TwoPbxs } from '../../harness/stories/two-pbxs.ts'
import { listenFor } from '../../harness/telephones/listening.ts'
import type { NetworkCall } from '../../harness/telephones/network.ts'

interface Incident { members: Array<{ id: string, name: string, state: string, inConference: boolean, cutOff: boolean }> }

/** all speak in tones of their own */
const tones: Record<string, number> = { 13900018100: 1510, 13900018101: 1630, 13900018102: 1770, 13900018103: 1890 }
const people = Object.keys(tones)
const everybody = Object.fromEntries(people.map(who => [who, people.filter(other => other !== who).sort()]))
const joins = (number: string): string => `answer|wait 0.2|press 2|talk ${tones[number] ?? 0}`

interface Conference {
  stack: TwoPbxs
  machine: OwnMachine
  coordinator: ApiClient
  path: string
  lines: Map<string, NetworkCall>
  there: string[]
}

/** Four members in rooms of two, half of them on each PBX; the root is on the first. */
async function conference (t: Test): Promise<Conference> {
  const stack = await twoPbxs(t, [], { ownMachines: true, settings: { EMERGENCY_ROOM_SIZE: '2', EMERGENCY_ATTEMPTS: '1' } })
  const { network, second } = stack
  if (second.machine === null) throw new Error('the second PBX has a machine of its own')
  for (const number of people) await network.number(number, joins(number))
  const coordinator = await stack.as('coordinator 8201')
  await reachEachOther(stack)
  const { incidentId } = await coordinator.post<{ incidentId: string }>('/api/incidents',
    { members: people.map(number => ({ name: number, number })), title: '两台交换机', reason: '演习', mode: 'simultaneous' })
  const path = `/api/incidents/${incidentId}`
  await coordinator.sees<Incident>(path, i => i.members.every(m => m.inConference), 30)
  const lines = new Map(people.map(number => [number, network.ringsOf(number).at(-1) as NetworkCall]))
  t.same(await listenFor(everybody, lines, tones, 30), everybody, 'each hears all the others')
  // The second is behind the relay of its machine.
  const { host, port } = stack.pbx.config.sip
  const there = people.filter(number => network.ringsOf(number)[0]?.by !== `${host}:${port}`)
  t.equal(there.length, 2)
  return { stack, machine: second.machine, coordinator, path, lines, there }
}

await t.test('it died: its members are rung once by the other PBX', async t => {
  const { stack, machine, coordinator, path, lines, there } = await conference(t)
  await machine.dies()
  await until(async () => await timesLost(stack, 'pbx2') === 1, { what: 'it is lost', seconds: 30 })
  for (const number of there) lines.set(number, await stack.network.rung(number, 2))
  await coordinator.sees<Incident>(path, i => i.members.every(m => m.inConference && !m.cutOff), 30)
  t.same(await listenFor(everybody, lines, tones, 30), everybody, 'each hears all the others')
  await machine.comesBack()
  await until(async () => (await stack.second.pbx.console('database show rejoin')).includes(there[0] ?? ''),
    { what: 'back, it knows who may come in', seconds: 30 })
  t.same(people.map(number => stack.network.ringsOf(number).length), people.map(number => there.includes(number) ? 2 : 1), 'once more')
})

await t.test('it was only cut off: who does not answer anew is in the conference again when it is back', async t => {
  const { stack, machine, coordinator, path, lines, there } = await conference(t)
  const { network } = stack
  for (const number of there) await network.number(number, 'ring')
  machine.cutOff()
  await until(async () => await timesLost(stack, 'pbx2') === 1, { what: 'it is lost', seconds: 30 })
  for (const number of there) await network.rung(number, 2)
  machine.mend()
  await coordinator.sees<Incident>(path, i => i.members.every(m => m.inConference && !m.cutOff), 30)
  t.same(await listenFor(everybody, lines, tones, 30), everybody, 'each hears all the others on the line they never left')
  for (const number of there) await network.ringsOf(number).at(-1)?.isOver(20)
  t.same(there.map(number => network.ringsOf(number).length), [2, 2], 'and is rung no more')
})

await t.test('it is locked: who was in is let in again, on the PBX that started anew and on the other', async t => {
  const { stack, machine, coordinator, path, lines, there } = await conference(t)
  const { network } = stack
  await coordinator.put(`${path}/lock`, { on: true })
  await machine.dies()
  await machine.comesBack()
  for (const number of there) lines.set(number, await network.rung(number, 2, 30))
  t.same(await listenFor(everybody, lines, tones, 30), everybody, 'each hears all the others')
  await machine.dies()
  for (const number of there) lines.set(number, await network.rung(number, 3, 30))
  t.same(await listenFor(everybody, lines, tones, 30), everybody, 'each hears all the others')
})
