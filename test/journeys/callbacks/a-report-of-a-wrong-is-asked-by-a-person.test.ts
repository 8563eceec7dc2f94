import t from 'tap'
import { hears } from '../../harness/telephones/listening.ts'
import { acceptedOrder, callbackBecomes, orderBecomes, step, storyClock, type CallbackSeen } from '../../harness/stories/order-story.ts'
import { startStack } from '../../harness/servers/stack.ts'
import { citizen } from '../../harness/stories/story.ts'

await t.test('a report of a wrong (举报) is confidential, and its reporter is asked by a person, never the machine', async t => {
  const stack = await startStack(t, { desks: ['8101'], settings: { CALLBACK_WINDOWS: '09:00-12:00,13:30-20:00' } })
  const { network, as } = stack
  const clock = storyClock(stack)
  const reporter = await citizen(network, '13900001001')
  await network.number('desk8101', 'ring 0.3|answer|talk 880')
  await clock.comes('15:00')
  const order = await acceptedOrder(stack, reporter.number, { requestType: 'REPORT_OF_WRONG' })
  t.ok(order.confidential, 'without anybody ticking it')
  await step(stack, 'verifier', order.id, 'verify', { passed: true })

  const officer = await as('8101')
  await clock.comes('10:00')
  const { items } = await officer.sees<{ items: CallbackSeen[] }>('/api/callbacks?list=due', list => list.items.length === 1)
  t.match(items[0], { orderId: order.id, byPersonReason: 'report-of-wrong', number: '139****1001' })
  const path = `/api/callbacks/${items[0]?.id ?? ''}`
  await clock.comes('12:30')
  t.match(await officer.request('POST', `${path}/dial`), { status: 409, body: { code: 'outside-allowed-hours' } }, 'not at noon')
  await clock.comes('14:00')
  t.equal(reporter.timesRung(), 0, 'the machine has not rung')

  await officer.post(`${path}/dial`)
  const call = await reporter.answers()
  t.equal(network.ringsOf('desk8101').length, 1, 'the officer\'s own telephone rang first')
  await call.does('talk 440')
  t.ok(await hears(call, 880), 'they speak with each other')
  await call.hangsUp()
  t.match(await callbackBecomes(stack, order.id, c => typeof c.attemptList[0]?.outcome === 'string'), { status: 'SCHEDULED' },
    'to have spoken is no answer')
  await officer.post(`${path}/answers`, { contacted: true, solved: 'yes', grade: 5, freeWords: '已经关门了' })
  t.match(await callbackBecomes(stack, order.id, c => c.status === 'CONFIRMED'), { attempts: 1, attemptList: [{ method: 'officer' }] })
  await orderBecomes(stack, order.id, o => o.state === 'CLOSED')
})
