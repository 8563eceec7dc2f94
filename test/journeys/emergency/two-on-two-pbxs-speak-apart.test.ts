// Two who sit on two PBXs of one conference speak alone: one of them is rung anew.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { tones, people, conference, rungBy, together, type Incident } from '../../harness/stories/conference-over-two.ts'
import { listenFor } from '../../harness/telephones/listening.ts'
import type { NetworkCall } from '../../harness/telephones/network.ts'
import { toneFile } from '../../harness/telephones/tone-file.ts'

await t.test('two on different PBXs speak apart: one is told so and rung anew, and both come back', async t => {
  const { network, pbx, second, coordinator, path, lines } = await conference(t)
  writeFileSync(join(second.pbx.paths.soundsDir, 'conference-rung-anew.wav'), toneFile(2650, 0.5))
  await listenFor(together(people), lines, tones, 30)
  const [[near = '', third = ''], [far = '', last = '']] = [rungBy(network, pbx), rungBy(network, second.pbx)]
  const { members } = await coordinator.get<Incident>(path)
  const memberIds = [near, far].map(name => members.find(m => m.name === name)?.id)
  await coordinator.put(`${path}/lock`, { on: true })
  const old = lines.get(far) as NetworkCall
  const stops = await old.listens()
  await coordinator.put(`${path}/private`, { memberIds, on: true })
  await old.isOver(30)
  t.ok((await stops()).lasts(2650) > 0.2, 'told on the old line')
  lines.set(far, await network.rung(far, 2))
  const apart = { ...together([near, far]), ...together([third, last]) }
  t.same(await listenFor(apart, lines, tones, 20), apart, 'two apart, also with the door locked')
  const during = await coordinator.get<Incident>(path)
  t.same(during.members.filter(m => m.private).map(m => m.name).sort(), [near, far].sort())
  await coordinator.put(`${path}/private`, { memberIds, on: false })
  t.same(await listenFor(together(people), lines, tones, 20), together(people), 'each hears all the others again')
  t.equal(network.ringsOf(far).length, 2, 'rung once more, and no more than that')
  await network.number(last, 'busy')
  await coordinator.put(`${path}/private`, { memberIds: [near, last].map(name => members.find(m => m.name === name)?.id), on: true })
  await coordinator.sees<Incident>(path, i => i.timeline.some(e => e.kind === 'not-moved'), 20)
  t.same(await listenFor(together(people), lines, tones, 20), together(people), 'who is not reached stays where they are')
})

await t.test('a coordinator on another PBX than the root speaks apart with a member there: the member is rung anew', async t => {
  const { network, pbx, second, coordinator, path, lines, logins, db } = await conference(t)
  await second.network.number('desk8201', 'answer|talk 2050')
  await second.network.desks([{ extension: '8201', password: logins.find(l => l.extension === '8201')?.sipPassword ?? '' }])
  await coordinator.post(`${path}/join`)
  const { members } = await coordinator.sees<Incident>(path, i => i.members.some(m => m.chair && m.inConference), 20)
  const seats = await db.query<{ root: string, chair: string }>(
    `select r.node root, m.channel_node chair from conference_room r join incident_member m using (incident_id)
    where r.number = 0 and m.chair_login is not null`)
  t.same(seats, [{ root: 'pbx1', chair: 'pbx2' }])
  const chair = members.find(m => m.chair)
  const [near = ''] = rungBy(network, pbx)
  const voices = { ...tones, chair: 2050 }
  lines.set('chair', second.network.ringsOf('desk8201').at(-1) as NetworkCall)
  const old = lines.get(near) as NetworkCall
  await coordinator.put(`${path}/private`, { memberIds: [chair?.id, members.find(m => m.name === near)?.id], on: true })
  await old.isOver(30)
  lines.set(near, await network.rung(near, 2))
  const left = people.filter(number => number !== near)
  const apart = { ...together([near, 'chair']), ...together(left) }
  t.same(await listenFor(apart, lines, voices, 20), apart, 'two apart')
  t.equal(second.network.ringsOf('desk8201').length, 1, 'the coordinator keeps the own line')
  await coordinator.put(`${path}/private`, { memberIds: [chair?.id, members.find(m => m.name === near)?.id], on: false })
  const all = [...people, 'chair']
  t.same(await listenFor(together(all), lines, voices, 20), together(all), 'and both come back')
})
