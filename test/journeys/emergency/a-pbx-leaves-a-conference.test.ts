// A PBX of a conference drains, or dies: the conference goes on with the other.
import t from 'tap'
import { tones, people, conference, rungBy, together, channels, type Incident } from '../../harness/stories/conference-over-two.ts'
import { listenFor } from '../../harness/telephones/listening.ts'
import type { NetworkCall } from '../../harness/telephones/network.ts'
import { until } from '../../../src/servers/until.ts'

await t.test('a PBX that drains is left by the conference once nobody of it is on the line there', async t => {
  const { network, pbx, second, coordinator, path, lines, as } = await conference(t)
  await listenFor(together(people), lines, tones, 30)
  const [here, there] = [rungBy(network, pbx), rungBy(network, second.pbx)]
  const admin = await as('admin')
  const { items } = await admin.get<{ items: Array<{ name: string, version: number }> }>('/api/pbx-nodes')
  await admin.post('/api/pbx-nodes/pbx2/drain', { version: items.find(node => node.name === 'pbx2')?.version })
  t.same(await listenFor(together(people), lines, tones, 20), together(people), 'who is on the line there stays in it')
  for (const number of there) await lines.get(number)?.hangsUp()
  await until(async () => (await channels(second.pbx, '')).every(name => name === ''), { what: 'no line is left', seconds: 20 })
  for (const number of there) await network.number(number, 'ring')
  const { members } = await coordinator.get<Incident>(path)
  await coordinator.post(`${path}/dial`, { memberIds: members.filter(m => there.includes(m.name)).map(m => m.id) })
  for (const number of there) await network.rung(number, 2)
  const left = Object.fromEntries(here.map(who => [who, here.filter(other => other !== who)]))
  t.same(await listenFor(left, lines, tones, 20), left, 'the others talk on, and members are rung by the PBX that stays')
})

await t.test('the PBX of the root is killed: the others go on, its members are rung once, the recording has a second part', async t => {
  const { network, pbx, second, coordinator, path, lines } = await conference(t)
  await listenFor(together(people), lines, tones, 30)
  const [there, gone] = [rungBy(network, second.pbx), rungBy(network, pbx)]
  await coordinator.put(`${path}/recording`, { on: true })
  await pbx.kill()
  await pbx.start()
  const after = await coordinator.sees<Incident>(path,
    i => i.members.every(m => m.inConference && !m.cutOff) && i.recordings.filter(r => r.begunAt !== null).length === 2, 60)
  const rings = (number: string): number => network.ringsOf(number).length
  t.same(gone.map(rings), [2, 2], 'the members of the PBX that was lost are rung once more')
  t.same(there.map(rings), [1, 1], 'those of the other are not')
  t.equal(after.timeline.filter(e => e.kind === 'dialled' && e.detail.because === 'pbx-lost').length, 2, 'and the timeline says why')
  t.same(after.recordings.map(r => [r.part, r.node]), [[1, 'pbx1'], [2, 'pbx2']])
  t.same(after.timeline.filter(e => e.kind === 'root-moved').map(e => e.detail), [{ from: 'pbx1', to: 'pbx2' }])
  for (const number of gone) lines.set(number, network.ringsOf(number).at(-1) as NetworkCall)
  t.same(await listenFor(together(people), lines, tones, 30), together(people), 'each hears all the others')
})
