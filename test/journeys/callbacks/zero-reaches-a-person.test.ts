import t from 'tap'
import {
  acceptedOrder, answers, callbackBecomes, orderBecomes, step, storyClock, type CallbackSeen
} from '../../harness/stories/order-story.ts'
import { startStack } from '../../harness/servers/stack.ts'
import { agent, citizen } from '../../harness/stories/story.ts'

interface Call { id: string, state: string, answeredBy: string | null, direction: string }

await t.test('0 in a callback reaches a person at the head of the queue, who completes the answers', async t => {
  const stack = await startStack(t, { desks: ['8003'] })
  const { network, as } = stack
  const clock = storyClock(stack)
  const zhang = agent(network, '8003')
  const complainant = await citizen(network, '13900001015')
  const { id } = await acceptedOrder(stack, complainant.number)
  await step(stack, 'verifier', id, 'verify', { passed: true })
  await clock.comes('10:00', 1)
  const call = await complainant.answers()

  // The only agent talks, and somebody waits in the queue already.
  await zhang.signsIn()
  const [first, waiting] = [await citizen(network, '13900001016'), await citizen(network, '13900001017')]
  await answers(stack, call, '1')
  await first.dials('962000')
  await zhang.answers()
  await waiting.dials('962000')
  const desk = await as('8003')
  await desk.sees<{ items: Call[] }>('/api/calls/waiting', list => list.items[0]?.state === 'queued')
  await answers(stack, call, '0')
  const { items: both } = await desk.sees<{ items: Call[] }>('/api/calls/waiting',
    list => list.items.filter(c => c.state === 'queued').length === 2)
  t.match(both, [{ direction: 'inbound' }, { direction: 'outbound' }], 'the floor sees the citizen waiting, behind earlier callers')
  await first.hangsUp()
  await zhang.answers(2)
  await complainant.talks(440)
  const { items: [talking] } = await desk.sees<{ items: Call[] }>('/api/calls?direction=outbound',
    list => list.items[0]?.answeredBy === '8003')
  const { items: stillWaiting } = await desk.get<{ items: Call[] }>('/api/calls/waiting')
  t.equal(stillWaiting.length, 1, 'the caller who was there before still waits')

  const { items: [asked] } = await desk.get<{ items: CallbackSeen[] }>(`/api/callbacks/awaiting?callId=${talking?.id ?? ''}`)
  t.match(asked, { orderId: id }, 'the agent sees what the citizen is to be asked')
  await desk.post(`/api/callbacks/${asked?.id ?? ''}/answers`, { contacted: true, solved: 'yes', grade: 5, callId: talking?.id ?? null })
  await call.does('talk 440 2|hangup')
  await call.isOver()
  const done = await callbackBecomes(stack, id, c => c.status === 'CONFIRMED')
  t.match(done, { contacted: true, solved: 'yes', grade: 5, attempts: 1 }, 'one attempt: what the machine began the person has completed')
  t.match(await orderBecomes(stack, id, o => o.state === 'CLOSED'), { callbackStatus: 'CONFIRMED' })
  await clock.comes('12:00', 1)
  t.equal(complainant.timesRung(), 1, 'and nobody rings the citizen again')
})
