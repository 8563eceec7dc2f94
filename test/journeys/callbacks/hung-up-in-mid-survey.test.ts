import t from 'tap'
import { acceptedOrder, answers, callbackBecomes, keysTaken, orderBecomes, step, storyClock } from '../../harness/stories/order-story.ts'
import { startStack } from '../../harness/servers/stack.ts'
import { citizen } from '../../harness/stories/story.ts'

await t.test('a citizen who hangs up in mid-survey is asked again on another half-day, and the answers are kept', async t => {
  // a carrier that sends keys by SIP INFO and in no other way
  const stack = await startStack(t, { desks: [], settings: { TRUNK_KEYS: 'info' } })
  const clock = storyClock(stack)
  const complainant = await citizen(stack.network, '13900001018')
  const { id } = await acceptedOrder(stack, complainant.number)
  await step(stack, 'verifier', id, 'verify', { passed: true })
  await clock.comes('09:05', 1)
  const first = await complainant.answers()
  await answers(stack, first, '1', '1')
  await first.hangsUp()
  const kept = await callbackBecomes(stack, id, c => c.status === 'SCHEDULED' && c.incomplete === 1)
  t.match(kept, { contacted: true, solved: 'yes', grade: null, unanswered: 0 }, 'incomplete is not unanswered')
  t.match(await orderBecomes(stack, id, () => true), { state: 'VERIFYING', callbackStatus: 'PENDING' },
    'solved without a grade does not close yet')

  await clock.comes('15:00')
  t.equal(complainant.timesRung(), 1)
  await clock.comes('09:05')
  const second = await complainant.answers(2)
  await answers(stack, second, '2')
  await second.hangsUp()
  const twice = await callbackBecomes(stack, id, c => c.incomplete === 2)
  t.match(twice, { contacted: false, solved: 'yes' }, 'answered anew counts, the rest stays')

  await clock.comes('10:00', 1)
  const third = await complainant.answers(3)
  await answers(stack, third, '1', '1', '2')
  await third.isOver()
  t.match(await callbackBecomes(stack, id, c => c.status === 'CONFIRMED'), { contacted: true, solved: 'yes', grade: 4, attempts: 3 })
  t.equal((await orderBecomes(stack, id, o => o.state === 'CLOSED')).result, 'SOLVED')
  t.same(await keysTaken(stack), ['contacted 1', 'solved 1', 'contacted 2', 'contacted 1', 'solved 1', 'grade 2'], 'each key is heard once')
})
