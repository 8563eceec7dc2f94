// A PBX that was cut off is back with lines of members who have come in by another one since, wherever these lines wait.
import t from 'tap'
import { until } from '../../../src/servers/until.ts'
import { acknowledges, conferenceOverTwo, joins, people, together, tones, type Incident } from '../../harness/stories/cut-off-conference.ts'
import { listenFor } from '../../harness/telephones/listening.ts'

await t.test('who waited there after key 1, and was rung again; and nobody is left on the line when it ends', async t => {
  const conference = await conferenceOverTwo(t, acknowledges, 'acknowledged')
  const { stack, machine, coordinator, path, here, there, lines, living, isLost, isBack } = conference
  const [who = '', other = ''] = there
  machine.cutOff()
  await isLost()
  const { members } = await coordinator.get<Incident>(path)
  const ring = async (numbers: readonly string[]): Promise<void> => {
    await coordinator.post(`${path}/dial`, { memberIds: members.filter(m => numbers.includes(m.name)).map(m => m.id) })
  }
  await stack.network.number(who, joins(who))
  await stack.network.number(other, 'busy')
  await ring(there)
  await stack.network.rung(other, 2)
  await coordinator.sees<Incident>(path, i => i.members.some(m => m.name === who && m.inConference), 30)
  machine.mend()
  await isBack()
  await until(() => living(who).length === 1, { what: 'the old line ends', seconds: 15 })
  t.not(living(who)[0], lines.get(who), 'and not the new one')
  t.same([...here, other].map(number => living(number).length), [1, 1, 1], 'who has no other line keeps it')
  await coordinator.post(`${path}/end`)
  await until(() => people.every(number => living(number).length === 0), { what: 'all are let go, whatever their rows say', seconds: 15 })
})

await t.test('who had rung in there; and who has answered anew and not yet pressed a key', async t => {
  const { stack, machine, coordinator, path, lines, there, living, isLost, isBack } = await conferenceOverTwo(t, joins, 'joined')
  const [who = '', other = ''] = there
  await lines.get(who)?.hangsUp()
  const { pin } = await coordinator.sees<Incident & { pin: string }>(path,
    i => i.members.some(m => m.name === who && m.state === 'dropped'))
  const old = await stack.second.network.dial({ from: who, to: '962000', script: `wait 1|press ${pin}|talk ${tones[who] ?? 0}` })
  await coordinator.sees<Incident>(path, i => i.members.every(m => m.inConference), 30)
  await stack.network.number(other, 'answer|stay')
  machine.cutOff()
  await isLost()
  lines.set(who, await stack.network.rung(who, 2))
  const anew = await stack.network.rung(other, 2)
  await coordinator.sees<Incident>(path, i => i.members.some(m => m.name === who && m.inConference), 30)
  machine.mend()
  await isBack()
  await old.isOver(20)
  await anew.isOver(20)
  t.same(there.map(number => living(number).length), [1, 1], 'one line each')
  t.same(await listenFor(together(people), lines, tones, 20), together(people), 'each hears all the others, and nobody twice')
})
