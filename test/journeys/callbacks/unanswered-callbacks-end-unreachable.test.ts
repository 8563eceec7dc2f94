import t from 'tap'
import { acceptedOrder, callbackBecomes, orderBecomes, step, storyClock, textsAbout } from '../../harness/stories/order-story.ts'
import { startStack } from '../../harness/servers/stack.ts'
import { citizen } from '../../harness/stories/story.ts'

await t.test('unanswered three times on different half-days: UNREACHABLE with a text message, closed on the spot check alone', async t => {
  const stack = await startStack(t, { desks: [], settings: { CALLBACK_WINDOWS: '09:00-12:00,13:30-20:00', CALLBACK_RING_SECONDS: '2' } })
  const clock = storyClock(stack)
  const complainant = await citizen(stack.network, '13900001011')
  await clock.comes('16:00')
  const { id, number } = await acceptedOrder(stack, complainant.number)
  await complainant.whenRung('ring', 'busy', 'voicemail 3')

  await clock.comes('08:50')
  t.equal(complainant.timesRung(), 0, 'not before nine')
  await clock.comes('09:01')
  await callbackBecomes(stack, id, c => c.unanswered === 1)
  await clock.comes('11:30')
  t.equal(complainant.timesRung(), 1, 'not twice in one half-day')
  await clock.comes('13:10')
  t.equal(complainant.timesRung(), 1, 'not at noon')
  await clock.comes('13:31')
  await callbackBecomes(stack, id, c => c.unanswered === 2)
  await clock.comes('09:01')
  const given = await callbackBecomes(stack, id, c => c.status === 'UNREACHABLE')
  t.equal(complainant.timesRung(), 3)
  t.match(given.attemptList.map(a => [a.method, a.answered, a.outcome]),
    [['machine', false, 'no-answer'], ['machine', false, 'busy'], ['machine', true, 'answered-not-confirmed']], 'voicemail is nobody')
  t.ok(given.smsSentAt, 'a text message is the last try')
  const text = (await textsAbout(stack, id)).at(-1)?.body ?? ''
  t.match(text, new RegExp(`${number}.*回复1解决、2部分解决、3未解决`))
  t.notMatch(text, /早点摊|菜场|李先生/, 'with the number of the order only')

  t.match(await orderBecomes(stack, id, o => o.callbackStatus === 'UNREACHABLE'), { state: 'VERIFYING' }, 'the spot is still to be seen')
  await step(stack, 'verifier', id, 'verify', { passed: true })
  t.match(await orderBecomes(stack, id, o => o.state === 'CLOSED'), { callbackStatus: 'UNREACHABLE' })
  await clock.comes('14:00')
  t.equal(complainant.timesRung(), 3, 'never a fourth call')

  // The citizen answers the text after all; another person writes unasked.
  const { token } = await (await stack.as('admin')).post<{ token: string }>('/api/integration-tokens',
    { name: 'gateway', purposes: ['sms-gateway'] })
  const texts = async (id: string, from: string, text: string): Promise<void> => {
    const answer = await (await stack.as('8101')).request('POST', '/api/sms/replies', { id, from, text, at: clock.now().toISOString() },
      { authorization: `Bearer ${token}` })
    t.equal(answer.status, 200, text)
  }
  await texts('m1', '13900001099', '你们几点下班？')
  await texts('m2', complainant.number, '1。\r\n')
  t.match(await callbackBecomes(stack, id, c => c.status === 'CONFIRMED'), { solved: 'yes', attemptList: [{}, {}, {}, { method: 'sms' }] },
    'the citizen\'s text is the answer')
  t.match(await orderBecomes(stack, id, () => true), { state: 'CLOSED', callbackStatus: 'UNREACHABLE' },
    'and how the order was closed stays')
  const { items } = await (await stack.as('8101')).sees<{ items: Array<{ text: string }> }>('/api/sms/replies',
    list => list.items.length > 0)
  t.same(items.map(r => r.text), ['你们几点下班？'], 'a text that answers nothing is left to a person')
})
