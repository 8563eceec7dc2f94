import t from 'tap'
import { acceptedOrder, callbackBecomes, orderBecomes, step, storyClock, type CallbackSeen } from '../../harness/stories/order-story.ts'
import { startStack } from '../../harness/servers/stack.ts'
import { agent, citizen } from '../../harness/stories/story.ts'

interface Call { id: string, state: string, timeline: Array<{ kind: string, detail: Record<string, unknown> }> }

await t.test('a citizen who rings back after our missed callback is recognised, and the answers count', async t => {
  const stack = await startStack(t, { desks: ['8003'], settings: { CALLBACK_RING_SECONDS: '2' } })
  const { network, as } = stack
  const clock = storyClock(stack)
  const zhang = agent(network, '8003')
  const complainant = await citizen(network, '13900001021')
  const { id } = await acceptedOrder(stack, complainant.number)
  await step(stack, 'verifier', id, 'verify', { passed: true })
  await clock.comes('10:00', 1)
  await callbackBecomes(stack, id, c => c.unanswered === 1)

  await zhang.signsIn()
  await complainant.dials('962000')
  await zhang.answers()
  const desk = await as('8003')
  const { items: [call] } = await desk.sees<{ items: Call[] }>('/api/calls?direction=inbound', list => list.items[0]?.state === 'talking')
  const { timeline } = await desk.sees<Call>(`/api/calls/${call?.id ?? ''}`, c => c.timeline.some(e => e.kind === 'callback-awaited'))
  const awaited = timeline.find(e => e.kind === 'callback-awaited')
  const { items: [asked] } = await desk.get<{ items: CallbackSeen[] }>(`/api/callbacks/awaiting?callId=${call?.id ?? ''}`)
  t.match(asked, { id: awaited?.detail.callback, orderId: id }, 'the agent is told at once what to ask')
  await desk.post(`/api/callbacks/${asked?.id ?? ''}/answers`,
    { contacted: false, solved: 'yes', grade: 3, calledIn: true, callId: call?.id ?? null })
  await complainant.hangsUp()

  const done = await callbackBecomes(stack, id, c => c.status === 'CONFIRMED')
  t.match(done, { contacted: false, solved: 'yes', grade: 3 })
  t.match(done.attemptList, [{ method: 'machine', outcome: 'no-answer' }, { method: 'called-in', outcome: 'confirmed', callId: call?.id }])
  t.match(await orderBecomes(stack, id, o => o.state === 'CLOSED'), { callbackStatus: 'CONFIRMED' })
  await clock.comes('10:00', 1)
  t.equal(complainant.timesRung(), 1, 'the citizen is not rung again')
})
