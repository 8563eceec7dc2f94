// A PBX of a conference is cut off from the service for longer than ten seconds, with its people on the line, and comes back with them.
import t from 'tap'
import { until } from '../../../src/servers/until.ts'
import { acknowledges, conferenceOverTwo, joins, people, together, tones, type Incident } from '../../harness/stories/cut-off-conference.ts'
import { listenFor } from '../../harness/telephones/listening.ts'

await t.test('who has answered anew is in the conference once: the old line ends', async t => {
  const { stack, machine, coordinator, path, lines, there, living, isLost, isBack } = await conferenceOverTwo(t, joins, 'joined')
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
  const { machine, lines, living, isLost, isBack } = await conferenceOverTwo(t, acknowledges, 'acknowledged')
  machine.cutOff()
  await isLost()
  machine.mend()
  await isBack()
  t.same(people.map(number => living(number).length), [1, 1, 1, 1], 'all are on the line')
  for (const [number, line] of lines) await line.does(`press 2|talk ${tones[number] ?? 0}`)
  t.same(await listenFor(together(people), lines, tones, 30), together(people), 'each hears all the others')
})

await t.test('two who spoke apart there are in the conference again', async t => {
  const { stack, machine, coordinator, path, lines, here, there, isLost, isBack } = await conferenceOverTwo(t, joins, 'joined')
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
