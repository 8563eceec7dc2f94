import t from 'tap'
import { startStack } from '../harness/stack.ts'
import { citizen } from '../harness/story.ts'

interface Call { id: string, state: string, answeredBy: string | null, overflowTo: string | null, timeline: Array<{ kind: string, detail: Record<string, unknown> }> }

await t.test('nobody is signed in: the exchange rings the shift leader, then the duty officer', async t => {
  const { network, service, as, db } = await startStack(t, { desks: ['8031', '8032'] })
  const caller = await citizen(network, '13900001007')
  await network.number('desk8031', 'ring 1|reject')
  await service.stop()

  await caller.dials('962000')
  await network.rung('desk8031')
  const duty = await network.rung('desk8032', 1, 40)
  t.ok(network.ringsOf('desk8031')[0]?.endedAt, 'the shift leader did not answer')
  await duty.does('answer|talk 880')
  await caller.talks(440)
  await caller.call().does('talk 440 2|hangup')
  await duty.isOver(20)
  t.ok(duty.heard(440) > 0.1, 'the duty officer hears the citizen, with the service away')

  await service.start()
  await service.settle()
  const leader = await as('8031')
  const { items: [call] } = await leader.sees<{ items: Call[] }>('/api/calls?direction=inbound', list => list.items[0]?.state === 'ended')
  t.match(await leader.get<Call>(`/api/calls/${call?.id ?? ''}`), { overflowTo: 'duty' })
  const { timeline } = await leader.get<Call>(`/api/calls/${call?.id ?? ''}`)
  t.match(timeline.filter(e => e.kind === 'overflow').map(e => e.detail), [
    { to: 'leader', result: 'ringing' }, { to: 'leader', result: 'missed' }, { to: 'duty', result: 'ringing' }, { to: 'duty', result: 'answered' }
  ])
  const returns = await db.query('select 1 from missed_call_return')
  t.equal(returns.length, 0, 'who was answered is not rung back')
})
