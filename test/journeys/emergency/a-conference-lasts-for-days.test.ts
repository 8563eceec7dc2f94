import t from 'tap'
import { storyClock } from '../../harness/stories/order-story.ts'
import { startStack } from '../../harness/servers/stack.ts'

interface Incident {
  incidentId: string
  pin: string
  members: Array<{ id: string, state: string, inConference: boolean, private: boolean }>
  timeline: Array<{ kind: string, memberId: string | null }>
}

const hour = 3_600_000

await t.test('a conference lasts until the chair ends it: no length of a call puts a member out', async t => {
  const stack = await startStack(t, { desks: ['8201'], settings: { EMERGENCY_ATTEMPTS: '1', EMERGENCY_RING_SECONDS: '5' } })
  const { network, as } = stack
  const clock = storyClock(stack)
  const numbers = ['13900210001', '13900210002', '13900210003', '13900210004'] as const
  const [byKey, admitted, apart, back] = numbers
  await network.number(byKey, 'answer|wait 0.3|press 2|stay')
  await network.number(admitted, 'answer|wait 0.3|press 1|stay')
  await network.number(apart, 'answer|wait 0.3|press 1|stay')
  await network.number(back, 'busy')
  await network.number('desk8201', 'answer|stay')
  const coordinator = await as('coordinator 8201')
  const { incidentId } = await coordinator.post<Incident>('/api/incidents', {
    members: numbers.map(number => ({ name: number, number })), title: '台风', reason: '防汛防台', mode: 'simultaneous'
  })
  const path = `/api/incidents/${incidentId}`
  const sees = async (condition: (members: Incident['members']) => boolean): Promise<Incident> =>
    await coordinator.sees<Incident>(path, i => condition(i.members), 40)
  const begun = await sees(([a, b, c, d]) => a?.inConference === true && b?.state === 'acknowledged' && c?.state === 'acknowledged' &&
    d?.state === 'unreached')
  await network.dial({ from: back, to: '962000', script: `wait 1|press ${begun.pin}|stay` })
  const id = (i: number): string => begun.members[i]?.id ?? ''
  await coordinator.post(`${path}/join`)
  await sees(members => members.length === 5 && members[4]?.inConference === true)
  const speaksWith = async (i: number): Promise<unknown> => {
    await coordinator.post(`${path}/members/${id(i)}/speak`)
    return await coordinator.sees<Incident>(path, ({ timeline }) => timeline.some(e => e.kind === 'spoke' && e.memberId === id(i)), 20)
  }
  await speaksWith(1)
  await coordinator.post(`${path}/members/${id(1)}/admit`)
  await sees(members => members[1]?.inConference === true && members.every(m => !m.private))
  await speaksWith(2)
  await sees(members => members[3]?.inConference === true)

  for (const hours of [3.9, 0.2, 24, 24]) {
    await clock.passes(hours * hour)
    const { members } = await coordinator.get<Incident>(path)
    t.same(members.slice(0, 4).map(m => m.inConference), [true, true, false, true], `${hours} hours later`)
    for (const number of [byKey, admitted, apart]) t.equal(network.ringsOf(number)[0]?.endedAt, null, `${number} is on the line`)
  }
  await coordinator.post(`${path}/end`)
  for (const number of [byKey, admitted, apart]) await network.ringsOf(number)[0]?.isOver(20)
})
