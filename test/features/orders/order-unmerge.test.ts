// 撤销并单: a merge that was a mistake is taken back, and everything is as it was.
import t from 'tap'
import type { Tx } from '../../../src/db/database.ts'
import type { Actor } from '../../../src/domain/people/roles.ts'
import type { NewOrder, OrderRef } from '../../../src/features/work-orders/order-types.ts'
import { agent, callbackWorld, officer, person, type CallbackWorld } from '../callbacks/callback-world.ts'

const dispatcher = person('dispatcher', 'DISPATCHER')
const handler: Actor = { ...person('t01-cgzd', 'HANDLER'), unitId: 'T01-CGZD' }
const stalls: NewOrder = {
  channel: 'HOTLINE_962000',
  requestType: 'COMPLAINT',
  categoryCode: '0701',
  title: '早点摊占道',
  description: '堵了路',
  townId: 'T01',
  complainantNumber: '13900001002'
}
const another = { complainantNumber: '13900001009' }
const reason = '不是同一件事'

const run = async <I, R>(w: CallbackWorld, command: (tx: Tx, actor: Actor, input: I) => Promise<R>, actor: Actor, input: I): Promise<R> =>
  await w.tx(async tx => await command(tx, actor, input))
const file = async (w: CallbackWorld, over: Partial<NewOrder> = {}): Promise<OrderRef> =>
  await run(w, w.orders.commands.file, agent, { ...stalls, ...over })
const merge = async (w: CallbackWorld, orderId: string, targetId: string): Promise<OrderRef> =>
  await run(w, w.orders.commands.merge, dispatcher, { orderId, targetId })
const unmerge = async (w: CallbackWorld, orderId: string, actor = dispatcher): Promise<OrderRef> =>
  await run(w, w.orders.commands.unmerge, actor, { orderId, reason })

/** All that is known of orders, their requests and clocks, but for versions and the moment of the last change. */
const standing = async (w: CallbackWorld): Promise<unknown> => await w.db.query(`
  select to_jsonb(o) - 'version' - 'updated_at' as matter, o.number,
    (select jsonb_agg(to_jsonb(r) order by r.id) from request r where r.order_id = o.id) as requests,
    (select jsonb_agg(to_jsonb(d) - 'revision' order by d.kind) from deadline d where d.order_id = o.id) as clocks,
    (select jsonb_build_object('kind', v.kind, 'type', v.request_type) from work_order_read v where v.id = o.id) as seen
  from work_order o order by o.number`)

t.test('un-merging restores exactly what was', async t => {
  const w = await callbackWorld(t)
  const { commands, queries } = w.orders
  w.at('2026-11-20 10:00')
  const stays = await file(w, { wantsCallback: false })
  const joins = await file(w, { ...another, requestType: 'REPORT_OF_WRONG', aboutUnitId: 'D05', marks: ['elderly'] })
  await run(w, commands.addComplainant, agent, { orderId: joins.id, number: '13900001010', words: '也堵了我的门' })
  await merge(w, (await file(w, { complainantNumber: '13900001011' })).id, joins.id)
  await w.db.query(`insert into call (id, node, direction, state, withheld, offered_at, lost)
    values ('call-1', 'pbx1', 'inbound', 'ended', true, now(), false)`)
  const draft = await w.tx(async tx => await commands.draftForCall(tx, agent, { callId: 'call-1', number: null }))
  const before = await standing(w)

  await merge(w, joins.id, stays.id)
  const whole = await queries.one(dispatcher, stays.id)
  t.match(whole, { confidential: true, complainant: { confidential: false }, aboutUnit: { id: 'D05' }, callbackStatus: 'PENDING' })
  t.same(whole.requests.map(r => `${r.words} ${r.joined}`).sort(), ['也堵了我的门 true', '堵了路 false', '堵了路 false', '堵了路 false'])
  t.equal(whole.coComplainants, 3)
  t.match(whole.requests.find(r => r.receiptNumber === joins.number),
    { requestType: 'REPORT_OF_WRONG', marks: ['elderly'], confidential: true })
  t.notSame(await standing(w), before)
  w.at('2026-11-20 11:00')
  t.match(await unmerge(w, joins.id), { id: joins.id, state: 'FILED' })
  t.same(await standing(w), before)
  const left = await queries.one(dispatcher, stays.id)
  t.match(left, { confidential: false, aboutUnit: null, coComplainants: 0, callbackStatus: 'NOT_REQUIRED' })
  t.same(left.timeline.map(e => e.kind), ['case.file', 'complainant.add', 'complainant.leave'])

  await merge(w, draft.id, stays.id)
  t.match(await unmerge(w, draft.id), { state: 'DRAFT' }, 'a draft is one again')
  await merge(w, joins.id, stays.id)
  t.match(await unmerge(w, joins.id), { state: 'FILED' }, 'and it may be merged and taken back once more')
})

t.test('two complaints about one unit: the order is about it until the last of them has left', async t => {
  const w = await callbackWorld(t)
  const { commands, queries } = w.orders
  const about = async (id: string): Promise<unknown> => (await queries.one(dispatcher, id)).aboutUnit?.id ?? null
  const stays = await file(w)
  const complaints = [
    await file(w, { aboutUnitId: 'D05', complainantNumber: '13900001012' }),
    await file(w, { aboutUnitId: 'D05', complainantNumber: '13900001013' })
  ] as const
  for (const one of complaints) await merge(w, one.id, stays.id)
  await unmerge(w, complaints[0].id)
  t.equal(await about(stays.id), 'D05', 'the other complaint is still in it')
  await t.rejects(run(w, commands.dispatch, dispatcher, { orderId: stays.id, mode: 'single', unitIds: ['D05'], basis: 'statutory' }),
    { code: 'guard-not-met' }, 'and it does not go there')
  await unmerge(w, complaints[1].id)
  t.equal(await about(stays.id), null)
  const own = await file(w, { aboutUnitId: 'D05', complainantNumber: '13900001014' })
  await merge(w, complaints[0].id, own.id)
  await unmerge(w, complaints[0].id)
  t.equal(await about(own.id), 'D05', 'its own complaint stays')
})

t.test('a confidential request closes the words to the unit, until it has left', async t => {
  const w = await callbackWorld(t)
  const { commands, queries } = w.orders
  const stays = await file(w)
  await run(w, commands.dispatch, dispatcher, { orderId: stays.id, mode: 'single', unitIds: ['T01-CGZD'], basis: 'statutory' })
  const joins = await file(w, { ...another, confidential: true })
  const reads = async (): Promise<string> => (await queries.one(handler, stays.id)).description
  const listed = async (): Promise<boolean | undefined> =>
    (await queries.list(handler, {}, { after: null, limit: 9 })).find(o => o.id === stays.id)?.confidential
  t.same([await reads(), await listed()], ['堵了路', false])
  await merge(w, joins.id, stays.id)
  t.same([await reads(), await listed()], ['', true])
  t.same((await queries.one(handler, stays.id)).requests, [], 'requests are for the Centre')
  await unmerge(w, joins.id)
  t.same([await reads(), await listed()], ['堵了路', false])
})

t.test('an order that waits for the answer of who left goes on', async t => {
  const w = await callbackWorld(t)
  w.at('2026-11-20 10:00')
  const waits = await w.acceptedOrder()
  const joins = await file(w, another)
  await merge(w, joins.id, waits)
  const asked = async (): Promise<Array<{ id: string, status: string }>> => await w.db.query<{ id: string, status: string }>(`
    select c.id, c.status from callback c join request r on r.id = c.request_id
    where c.order_id = $1 order by r.filed_with = $1 desc`, [waits])
  const [own] = await asked()
  await run(w, w.callbacks.desk.recordAnswers, officer, {
    callbackId: own?.id ?? '', freeWords: '当面答复', contacted: true, solved: 'yes', grade: 5
  })
  await w.passVerification(waits)
  t.match(await w.order(waits), { state: 'VERIFYING', callback_status: 'PENDING' }, 'for the person merged into it')
  await unmerge(w, joins.id)
  t.match(await asked(), [{ status: 'CONFIRMED' }, { status: 'CANCELLED' }])
  t.match(await w.order(waits), { state: 'CLOSED', callback_status: 'CONFIRMED' })
  t.match(await w.order(joins.id), { state: 'FILED', callback_status: 'PENDING' })
})

t.test('after the other order was closed, too: its answer stays with whom it was given to', async t => {
  const w = await callbackWorld(t)
  const { commands, queries } = w.orders
  w.at('2026-11-20 10:00')
  const stays = await file(w, { wantsCallback: false, requestType: 'PRAISE' })
  const joins = await file(w, { ...another, wantsCallback: false })
  await merge(w, joins.id, stays.id)
  await run(w, commands.forwardPraise, dispatcher, { orderId: stays.id, unitId: 'D02', reply: '已转达' })
  t.match(await unmerge(w, joins.id), { state: 'FILED' })
  t.match(await w.order(stays.id), { state: 'CLOSED' })
  t.same([(await queries.one(agent, stays.id)).reply, (await queries.one(agent, joins.id)).reply], ['已转达', '已转达'])
})

t.test('what is refused', async t => {
  const w = await callbackWorld(t)
  const { commands } = w.orders
  const [one, two, three] = [await file(w), await file(w, another), await file(w, { complainantNumber: '13900001011' })]
  await t.rejects(unmerge(w, one.id), { code: 'transition-not-allowed' }, 'it is merged into none')
  await merge(w, one.id, two.id)
  await t.rejects(unmerge(w, one.id, officer), { code: 'not-allowed' })
  await t.rejects(run(w, commands.unmerge, dispatcher, { orderId: one.id, reason: ' ' }), { code: 'guard-not-met' }, 'a reason is needed')
  await t.rejects(run(w, commands.unmerge, dispatcher, { orderId: one.id, version: 1, reason }), { code: 'version-conflict' })
  await merge(w, two.id, three.id)
  await t.rejects(unmerge(w, one.id), { code: 'guard-not-met', details: { guard: 'mergedLast' } })
  await unmerge(w, two.id)
  const twice = await Promise.allSettled([unmerge(w, one.id), unmerge(w, one.id)])
  t.same(twice.map(r => r.status).sort(), ['fulfilled', 'rejected'], 'two at once: it is done once')
})
