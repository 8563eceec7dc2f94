import t from 'tap'
import type { Tx } from '../../src/db/database.ts'
import type { Actor } from '../../src/domain/people/roles.ts'
import type { NewOrder, OrderRef } from '../../src/features/work-orders/order-types.ts'
import { agent, callbackWorld, officer, person, type CallbackWorld } from '../features/callbacks/callback-world.ts'
import { agent as ag, dispatcher as disp, handler, orderWorld } from '../features/orders/order-world.ts'
const dispatcher = person('dispatcher', 'DISPATCHER')
const stalls: NewOrder = { channel: 'HOTLINE_962000', requestType: 'COMPLAINT', categoryCode: '0701', title: '早点摊占道', description: '堵了路', townId: 'T01', complainantNumber: '13900001002' } as never
const run = async <I, R>(w: CallbackWorld, command: (tx: Tx, actor: Actor, input: I) => Promise<R>, actor: Actor, input: I): Promise<R> => await w.tx(async tx => await command(tx, actor, input))
const file = async (w: CallbackWorld, over: Partial<NewOrder> = {}): Promise<OrderRef> => await run(w, w.orders.commands.file, agent, { ...stalls, ...over })
const cbs = async (w: CallbackWorld, id: string) => (await w.db.query<{ status: string, mine: boolean, reason: string | null }>(`select c.status, r.filed_with = $1 as mine, c.cancel_reason as reason from callback c join request r on r.id = c.request_id where c.order_id = $1 order by r.filed_with = $1 desc`, [id])).map(c => `${c.mine} ${c.status} ${c.reason}`)

t.test('i: two merged of one number, one leaves', async t => {
  const w = await callbackWorld(t); w.at('2026-11-20 10:00')
  const b = await w.acceptedOrder({ wantsCallback: true })
  const a = await file(w, { complainantNumber: '13900001009' })
  const d = await file(w, { complainantNumber: '13900001009', title: '又' })
  const { commands } = w.orders
  await run(w, commands.merge, dispatcher, { orderId: a.id, targetId: b })
  await run(w, commands.merge, dispatcher, { orderId: d.id, targetId: b })
  t.comment(await cbs(w, b))
  await run(w, commands.unmerge, dispatcher, { orderId: a.id, reason: '误' })
  t.comment(await cbs(w, b), await w.order(b))
})

t.test('v: waived in REPORTED, then somebody joins: everybody asked', async t => {
  const w = await callbackWorld(t); w.at('2026-11-20 10:00')
  const b = await w.acceptedOrder()
  const leader = person('8031', 'SHIFT_LEADER')
  await run(w, w.orders.commands.decideChecks, leader, { orderId: b, callback: 'waived', reason: '当面答复过' })
  t.comment(await cbs(w, b), await w.order(b))
  await run(w, w.orders.commands.addComplainant, agent, { orderId: b, number: '13900001019', words: 'x' })
  t.comment(await cbs(w, b), await w.order(b))
})

t.test('viii: outside system', async t => {
  const w = await orderWorld(t); const c = w.orders.commands
  const city: Actor = { id: 'token:city', roles: ['INTEGRATION'], unitId: null, extension: null, personId: null }
  const { id: orderId } = await w.do(c.receive, city, { channel: 'CITY_12345', requestType: 'COMPLAINT', categoryCode: '0701', title: '早点摊', description: 'x', townId: 'T01', complainantName: '张建国', complainantNumber: '13900001001', sourceNumber: 'SH-1' } as never)
  await w.do(c.file, disp, { orderId })
  await w.do(c.dispatch, disp, { orderId, mode: 'single', unitIds: ['D05'], basis: 'statutory' })
  await w.do(c.object, handler('D05'), { orderId, code: 'not-our-powers', reason: '内部扯皮理由', evidence: '内部文件' })
  t.comment(JSON.stringify((await w.orders.queries.one(city, orderId)).timeline.filter(e => e.kind.startsWith('objection'))))
  await w.do(c.sign, handler('D05'), { orderId }); await w.do(c.start, handler('D05'), { orderId, noVisitReason: 'x' })
  await w.do(c.report, handler('D05'), { orderId, text: 'r', reply: '张建国，已处理' })
  try {
    t.comment('sms', JSON.stringify(await w.tx(async tx => await w.orders.answerTexts.send(tx, ag, { orderId, text: '张建国（13900001001）反映已处理', article: null, to: '13900002222', key: 'k' }))))
  } catch (e) { t.comment('refused', String(e)) }
  t.comment(JSON.stringify((await w.orders.queries.one(city, orderId)).timeline.filter(e => e.kind.startsWith('answer'))))
})
