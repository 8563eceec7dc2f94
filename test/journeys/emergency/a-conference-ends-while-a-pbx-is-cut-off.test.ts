// A conference ends while one of its PBXs is cut off from the service. When it is back, nobody is left on the line there.
import t from 'tap'
import { until } from '../../../src/servers/until.ts'
import {
  acknowledges, conferenceOverTwo, joins, together, tones, type Conference, type Incident
} from '../../harness/stories/cut-off-conference.ts'
import { listenFor } from '../../harness/telephones/listening.ts'

const letGo = async ({ living }: Conference, who: readonly string[], what: string): Promise<void> => {
  await until(() => who.every(number => living(number).length === 0), { what, seconds: 20 })
}

/** It is taken for lost, and is not to get a room of the conference again. */
const leaves = async ({ stack, machine, hasMoved }: Conference): Promise<void> => {
  machine.cutOff()
  const admin = await stack.as('admin')
  const { items } = await admin.get<{ items: Array<{ name: string, version: number }> }>('/api/pbx-nodes')
  await admin.post('/api/pbx-nodes/pbx2/drain', { version: items.find(node => node.name === 'pbx2')?.version })
  await hasMoved()
}

await t.test('ended before the PBX is taken for lost: who waits after key 1', async t => {
  const conference = await conferenceOverTwo(t, acknowledges, 'acknowledged')
  const { machine, coordinator, path, here, there, living, isLost, isBack } = conference
  machine.cutOff()
  await coordinator.post(`${path}/end`)
  await letGo(conference, here, 'those on the other PBX are let go')
  await isLost()
  t.same(there.map(number => living(number).length), [1, 1], 'those on the PBX that is cut off cannot be')
  machine.mend()
  await isBack()
  await letGo(conference, there, 'they are let go')
})

await t.test('ended when its rooms stand elsewhere: who waits after key 1', async t => {
  const conference = await conferenceOverTwo(t, acknowledges, 'acknowledged')
  const { machine, coordinator, path, here, there, living, isBack } = conference
  await leaves(conference)
  await coordinator.post(`${path}/end`)
  await letGo(conference, here, 'those on the other PBX are let go')
  t.same(there.map(number => living(number).length), [1, 1], 'those on the PBX that is cut off cannot be')
  machine.mend()
  await isBack()
  await letGo(conference, there, 'they are let go')
})

await t.test('ended when its rooms stand elsewhere: two who speak apart there', async t => {
  const conference = await conferenceOverTwo(t, joins, 'joined')
  const { stack, machine, coordinator, path, lines, here, there, isBack } = conference
  const { members } = await coordinator.get<Incident>(path)
  await coordinator.put(`${path}/private`, { memberIds: there.map(name => members.find(m => m.name === name)?.id), on: true })
  const apart = { ...together(here), ...together(there) }
  t.same(await listenFor(apart, lines, tones, 20), apart, 'two apart')
  for (const number of there) await stack.network.number(number, 'ring')
  await leaves(conference)
  await coordinator.post(`${path}/end`)
  machine.mend()
  await isBack()
  await letGo(conference, [...here, ...there], 'all are let go')
})
