import t from 'tap'
import type { Tx } from '../../src/db/database.ts'
import type { Actor } from '../../src/domain/people/roles.ts'
import type { NewOrder, OrderRef } from '../../src/features/work-orders/order-types.ts'
import { agent, callbackWorld, officer, person, type CallbackWorld } from '../features/callbacks/callback-world.ts'
const dispatcher = person('dispatcher', 'DISPATCHER')
const stalls: NewOrder = { channel: 'HOTLINE_962000', requestType: 'COMPLAINT', categoryCode: '0701', title: '早点摊占道', description: '堵了路', townId: 'T01', complainantNumber: '13900001002' } as never
const run = async <I, R>(w: CallbackWorld, command: (tx: Tx, actor: Actor, input: I) => Promise<R>, actor: Actor, input: I): Promise<R> => await w.tx(async tx => await command(tx, actor, input))
const file = async (w: CallbackWorld, over: Partial<NewOrder> = {}): Promise<OrderRef> => await run(w, w.orders.commands.file, agent, { ...stalls, ...over })
const cbs = async (w: CallbackWorld, id: string) => await w.db.query<{ id: string, status: string, mine: boolean, reason: string | null }>(`select c.id, c.status, r.filed_with = $1 as mine, c.cancel_reason as reason from callback c join request r on r.id = c.request_id where c.order_id = $1 order by r.filed_with = $1 desc`, [id])

t.test('merged, unmerged, merged again while asking: is the second person asked?', async t => {
  const w = await callbackWorld(t); w.at('2026-11-20 10:00')
  const b = await w.acceptedOrder()
  const a = await file(w, { complainantNumber: '13900001009' })
  const { commands } = w.orders
  await run(w, commands.merge, dispatcher, { orderId: a.id, targetId: b })
  await run(w, commands.unmerge, dispatcher, { orderId: a.id, reason: '误' })
  await run(w, commands.merge, dispatcher, { orderId: a.id, targetId: b })
  t.comment(await cbs(w, b))
  const [own] = await cbs(w, b)
  await run(w, w.callbacks.desk.recordAnswers, officer, { callbackId: own?.id ?? '', freeWords: '当面', contacted: true, solved: 'yes', grade: 5 })
  await w.passVerification(b)
  t.comment(await w.order(b), await w.order(a.id))
})

t.test('who left, UNREACHABLE before, answers by ringing in: moves the other order', async t => {
  const w = await callbackWorld(t); w.at('2026-11-20 10:00')
  const b = await w.acceptedOrder()
  const a = await file(w, { complainantNumber: '13900001009' })
  const { commands } = w.orders
  await run(w, commands.merge, dispatcher, { orderId: a.id, targetId: b })
  const all = await cbs(w, b)
  const other = all.find(c => !c.mine)
  await w.db.query("update callback set status = 'UNREACHABLE', finished_at = now(), next_at = null, attempts = 3, sms_sent_at = now() where id = $1", [other?.id])
  await run(w, commands.unmerge, dispatcher, { orderId: a.id, reason: '误' })
  t.comment(await cbs(w, b), await w.order(b))
  try {
    await run(w, w.callbacks.desk.recordAnswers, officer, { callbackId: other?.id ?? '', freeWords: '来电', contacted: true, solved: 'no', grade: 1, calledIn: true })
    t.comment('B after', await w.order(b), await cbs(w, b))
  } catch (e) { t.comment('refused', String(e)) }
})
