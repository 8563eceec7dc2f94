import t from 'tap'
import { systemActor } from '../../src/domain/people/roles.ts'
import { objections } from '../../src/features/work-orders/objections/objection-store.ts'
import { objectionRoutes } from '../../src/features/work-orders/objections/objection-routes.ts'
import { agent, dispatcher, handler, officer, operator, orderWorld, somebody, verifier, leader8031, type OrderWorld } from '../features/orders/order-world.ts'

const supervisor = somebody('supervisor', null, 'SUPERVISOR')
const admin = somebody('admin', null, 'ADMINISTRATOR')
const not = { code: 'not-our-powers', reason: '举报人住 3 楼王某家，发廊卫生归卫生监督', evidence: '权责清单第 12 项' } as const
const lamp = { channel: 'HOTLINE_962000', requestType: 'COMPLAINT', categoryCode: '0701', title: '早点摊占道', description: '堵了路', townId: 'T01', complainantName: '张建国', complainantNumber: '13900001001' } as const
const reply = '您反映的占道摊点已劝离。'
const file = async (w: OrderWorld, over = {}) => (await w.do(w.orders.commands.file, agent, { ...lamp, ...over } as never)).id
const kindsOf = async (w: OrderWorld, id: string) => (await w.kinds(id)).join(' ')
const close = async (w: OrderWorld, orderId: string, unit: string, said = {}) => {
  const c = w.orders.commands
  const u = handler(unit)
  await w.do(c.sign, u, { orderId }); await w.do(c.start, u, { orderId, noVisitReason: '电话可办' })
  await w.do(c.report, u, { orderId, text: '已办', ...said })
  await w.do(c.acceptReport, dispatcher, { orderId })
  const row = await w.orders.queries.one(officer, orderId)
  if (row.verificationStatus === 'PENDING') await w.do(c.verify, verifier, { orderId, passed: true })
  if (row.callbackStatus === 'PENDING') await w.do(c.recordCallbackResult, systemActor, { orderId, cycle: row.cycle, status: 'CONFIRMED', contacted: true, solved: 'yes', grade: 5 } as never)
  return (await w.orders.queries.one(officer, orderId)).state
}

t.test('1 about leaks after unmerge', async t => {
  const w = await orderWorld(t); const c = w.orders.commands
  const b = await file(w)
  const a = await file(w, { aboutUnitId: 'D05', complainantNumber: '13900001002' })
  const d = await file(w, { aboutUnitId: 'D05', complainantNumber: '13900001003', complainantName: '李告状', description: 'D05 的人收钱' })
  await w.do(c.merge, dispatcher, { orderId: a, targetId: b })
  await w.do(c.merge, dispatcher, { orderId: d, targetId: b })
  t.comment('about before', (await w.orders.queries.one(dispatcher, b)).aboutUnit?.id)
  await w.do(c.unmerge, dispatcher, { orderId: a, reason: '误并' })
  const page = await w.orders.queries.one(dispatcher, b)
  t.comment('about after', page.aboutUnit, 'requests', page.requests.map(r => r.filedWith === d))
  try { await w.do(c.dispatch, dispatcher, { orderId: b, mode: 'single', unitIds: ['D05'], basis: 'statutory' }); t.comment('DISPATCHED to D05') } catch (e) { t.comment('refused', String(e)) }
})

t.test('2 endless objections by forward', async t => {
  const w = await orderWorld(t); const c = w.orders.commands
  const id = await file(w)
  await w.do(c.dispatch, dispatcher, { orderId: id, mode: 'single', unitIds: ['T01'], basis: 'statutory' })
  let unit = 'T01'
  for (const next of ['T01-CGZD', 'T01-FGB', 'T01-SFS']) {
    for (const by of [supervisor, leader8031]) {
      const acts = operator('T01')
      await w.do(c.object, acts, { orderId: id, ...not })
      const [o] = await objections(w.db)
      t.comment(unit, 'instance', o?.instance)
      await w.do(c.refuseObjection, by, { orderId: id, decision: '不' })
    }
    await w.do(c.forward, operator('T01'), { orderId: id, unitId: next })
    unit = next
  }
  const [n] = await w.db.query<{ n: number }>('select count(*)::int n from dispatch_objection where order_id = $1', [id])
  t.comment('objections of one order', n)
})

t.test('2b uphold to the unit that objected, after it forwarded', async t => {
  const w = await orderWorld(t); const c = w.orders.commands
  const id = await file(w)
  await w.do(c.dispatch, dispatcher, { orderId: id, mode: 'single', unitIds: ['T01'], basis: 'statutory' })
  await w.do(c.object, operator('T01'), { orderId: id, ...not })
  await w.do(c.forward, operator('T01'), { orderId: id, unitId: 'T01-CGZD' })
  await w.do(c.upholdObjection, supervisor, { orderId: id, unitId: 'T01', basis: 'agreed', evidence: 'x', decision: 'y' })
  t.comment('state', (await w.orders.queries.one(dispatcher, id)).assignments.map(a => [a.unit.id, a.state]))
})

t.test('3 dispatcher decides own after rework', async t => {
  const w = await orderWorld(t); const c = w.orders.commands
  const both = somebody('leads', null, 'DISPATCHER', 'SUPERVISOR', 'SHIFT_LEADER')
  const id = await file(w)
  await w.do(c.dispatch, both, { orderId: id, mode: 'single', unitIds: ['D02'], basis: 'statutory' })
  const u = handler('D02')
  await w.do(c.sign, u, { orderId: id }); await w.do(c.start, u, { orderId: id, noVisitReason: 'x' }); await w.do(c.report, u, { orderId: id, text: 'ok' })
  await w.do(c.acceptReport, dispatcher, { orderId: id })
  await w.do(c.rework, dispatcher, { orderId: id, reason: '没办好' })
  await w.do(c.object, u, { orderId: id, ...not })
  try { await w.do(c.refuseObjection, both, { orderId: id, decision: '不' }); t.comment('OWN DISPATCH DECIDED') } catch (e) { t.comment('refused', String(e)) }
})

t.test('4 admin reads objection of confidential order', async t => {
  const w = await orderWorld(t); const c = w.orders.commands
  const id = await file(w, { confidential: true, unitText: 'x' })
  await w.do(c.dispatch, dispatcher, { orderId: id, mode: 'single', unitIds: ['D02'], basis: 'statutory' })
  await w.do(c.object, handler('D02'), { orderId: id, ...not })
  const page = await w.orders.queries.one(admin, id)
  t.comment('page', page.wordsWithheld, JSON.stringify(page.timeline.find(e => e.kind === 'objection.ask')?.detail))
  let run: ((r: unknown) => Promise<unknown>) | null = null
  objectionRoutes({ db: w.db, queries: w.orders.queries })({ get: (_p: string, _o: unknown, h: never) => { run = h } } as never, {} as never)
  t.comment('route', JSON.stringify(await run!({ actor: admin })).slice(0, 400))
})

t.test('5 answer of B closes A; joiner to A given it', async t => {
  const w = await orderWorld(t); const c = w.orders.commands
  const b = await file(w)
  const a = await file(w, { title: '路灯不亮', description: '灯', complainantNumber: '13900001002', complainantName: '李梅' })
  await w.do(c.merge, dispatcher, { orderId: a, targetId: b })
  await w.do(c.dispatch, dispatcher, { orderId: b, mode: 'single', unitIds: ['T01-CGZD'], basis: 'statutory' })
  t.comment('B', await close(w, b, 'T01-CGZD', { reply }))
  await w.do(c.unmerge, dispatcher, { orderId: a, reason: '误并' })
  t.comment('A after unmerge', (await w.orders.queries.one(officer, a)).reply)
  await w.do(c.addComplainant, agent, { orderId: a, number: '13900001007', name: '王五', words: '我家也黑', wantsCallback: false })
  await w.do(c.dispatch, dispatcher, { orderId: a, mode: 'single', unitIds: ['T01-CGZD'], basis: 'statutory' })
  t.comment('A', await close(w, a, 'T01-CGZD'))
  t.comment('A answers', (await w.orders.queries.one(officer, a)).requests.map(r => [r.reply, r.replyReviewedBy]))
})

t.test('6 reopened B, unmerge wipes given answer', async t => {
  const w = await orderWorld(t); const c = w.orders.commands
  const b = await file(w)
  const a = await file(w, { complainantNumber: '13900001002' })
  await w.do(c.merge, dispatcher, { orderId: a, targetId: b })
  await w.do(c.dispatch, dispatcher, { orderId: b, mode: 'single', unitIds: ['T01-CGZD'], basis: 'statutory' })
  t.comment('B', await close(w, b, 'T01-CGZD', { reply }))
  await w.do(c.reopen, dispatcher, { orderId: b, reason: '又来了' })
  t.comment('reply in rework', (await w.orders.queries.one(officer, b)).requests.map(r => r.reply))
  await w.do(c.unmerge, dispatcher, { orderId: a, reason: '误并' })
  t.comment('A reply', (await w.orders.queries.one(officer, a)).reply)
  t.comment('B closes again by the old answer', await close(w, b, 'T01-CGZD'), (await w.orders.queries.one(officer, b)).reply)
})

t.test('7 sequence + forward: rework goes to whom; answerable', async t => {
  const w = await orderWorld(t); const c = w.orders.commands
  const id = await file(w)
  await w.do(c.dispatch, dispatcher, { orderId: id, mode: 'sequence', unitIds: ['T01', 'D02'], basis: 'statutory' })
  await w.do(c.forward, operator('T01'), { orderId: id, unitId: 'T01-CGZD' })
  const u = handler('T01-CGZD')
  await w.do(c.sign, u, { orderId: id }); await w.do(c.start, u, { orderId: id, noVisitReason: 'x' }); await w.do(c.report, u, { orderId: id, text: '前手办好' })
  const v = handler('D02')
  await w.do(c.sign, v, { orderId: id }); 
  t.comment('answerable', (await w.orders.queries.one(dispatcher, id)).answerable?.id)
  await w.do(c.start, v, { orderId: id, noVisitReason: 'x' }); await w.do(c.report, v, { orderId: id, text: '后手办好' })
  await w.do(c.acceptReport, dispatcher, { orderId: id })
  await w.do(c.rework, dispatcher, { orderId: id, reason: '没办好' })
  t.comment('rework to', (await w.orders.queries.one(dispatcher, id)).assignments.filter(a => a.endedAt === null).map(a => a.unit.id))
})

t.test('8 uphold to the unit waiting in sequence', async t => {
  const w = await orderWorld(t); const c = w.orders.commands
  const id = await file(w)
  await w.do(c.dispatch, dispatcher, { orderId: id, mode: 'sequence', unitIds: ['D05', 'D02'], basis: 'statutory' })
  await w.do(c.object, handler('D05'), { orderId: id, ...not })
  await w.do(c.upholdObjection, supervisor, { orderId: id, unitId: 'D02', basis: 'agreed', evidence: 'x', decision: 'y' })
  const v = handler('D02')
  await w.do(c.sign, v, { orderId: id }); await w.do(c.start, v, { orderId: id, noVisitReason: 'x' }); 
  const r = await w.do(c.report, v, { orderId: id, text: '办好' })
  t.comment('after report', r.state, (await w.orders.queries.one(dispatcher, id)).assignments.map(a => [a.unit.id, a.state]))
})

t.test('9 reviewed answer of old unit closes after uphold', async t => {
  const w = await orderWorld(t); const c = w.orders.commands
  const id = await file(w)
  await w.do(c.dispatch, dispatcher, { orderId: id, mode: 'single', unitIds: ['D05'], basis: 'statutory' })
  await w.do(c.sign, handler('D05'), { orderId: id })
  await w.do(c.object, handler('D05'), { orderId: id, ...not })
  await w.do(c.draftAnswer, dispatcher, { orderId: id, reply: '绿化局已于今日处理完毕。' })
  await w.do(c.reviewAnswer, officer, { orderId: id })
  await w.do(c.upholdObjection, supervisor, { orderId: id, unitId: 'D02', basis: 'agreed', evidence: 'x', decision: 'y' })
  t.comment('after uphold', (await w.orders.queries.one(officer, id)).reply)
  t.comment(await close(w, id, 'D02'), (await w.orders.queries.one(officer, id)).reply)
})

t.test('10 unitText cleared while with the property manager', async t => {
  const w = await orderWorld(t); const c = w.orders.commands
  const id = await file(w, { unitText: '清扫' })
  await w.do(c.dispatch, dispatcher, { orderId: id, mode: 'single', unitIds: ['U08'], basis: 'statutory' })
  try { await w.do(c.amend, dispatcher, { orderId: id, unitText: '' } as never); t.comment('U08 reads', JSON.stringify((await w.orders.queries.one(handler('U08'), id)).unitText)) } catch (e) { t.comment('refused', String(e)) }
})

t.test('11 joiner named by a reviewed answer', async t => {
  const w = await orderWorld(t); const c = w.orders.commands
  const id = await file(w)
  await w.do(c.dispatch, dispatcher, { orderId: id, mode: 'single', unitIds: ['T01-CGZD'], basis: 'statutory' })
  const u = handler('T01-CGZD')
  await w.do(c.sign, u, { orderId: id }); await w.do(c.start, u, { orderId: id, noVisitReason: 'x' })
  await w.do(c.report, u, { orderId: id, text: '办好', reply: '已与摊主和邻居王大力（13900001055）谈妥。' })
  await w.do(c.acceptReport, dispatcher, { orderId: id })
  await w.do(c.addComplainant, agent, { orderId: id, number: '13900001055', name: '王大力', words: '我也投诉', wantsCallback: false })
  const row = await w.orders.queries.one(officer, id)
  if (row.verificationStatus === 'PENDING') await w.do(c.verify, verifier, { orderId: id, passed: true })
  await w.do(c.recordCallbackResult, systemActor, { orderId: id, cycle: 1, status: 'CONFIRMED', contacted: true, solved: 'yes', grade: 5 } as never)
  const end = await w.orders.queries.one(officer, id)
  t.comment(end.state, end.requests.map(r => [r.name, r.reply]))
})

t.test('12 return decider? order stuck: objection + RETURN_REQUESTED late', async t => {
  const w = await orderWorld(t); const c = w.orders.commands
  const id = await file(w)
  await w.do(c.dispatch, dispatcher, { orderId: id, mode: 'single', unitIds: ['D05'], basis: 'statutory' })
  await w.do(c.object, handler('D05'), { orderId: id, ...not })
  await w.do(c.requestReturn, handler('D05'), { orderId: id, reason: 'r' })
  try { await w.do(c.upholdObjection, supervisor, { orderId: id, unitId: 'D02', basis: 'agreed', evidence: 'x', decision: 'y' }); t.comment('upheld') } catch (e) { t.comment('refused', String(e)) }
  t.comment('listed for decision', (await objections(w.db)).length, (await w.orders.queries.one(supervisor, id)).steps.filter(s => s.startsWith('objection')))
  t.comment(await kindsOf(w, id))
})

t.test('13 on-the-line answer stamped as reviewed', async t => {
  const w = await orderWorld(t); const c = w.orders.commands
  const b = await file(w)
  const { id: a } = await w.do(c.receive, agent, { ...lamp, complainantNumber: '13900001002', complainantName: '李梅' } as never)
  await w.do(c.merge, dispatcher, { orderId: a, targetId: b })
  await w.do(c.dispatch, dispatcher, { orderId: b, mode: 'single', unitIds: ['T01-CGZD'], basis: 'statutory' })
  t.comment('B', await close(w, b, 'T01-CGZD', { reply }))
  await w.do(c.unmerge, dispatcher, { orderId: a, reason: '误并' })
  await w.do(c.answer, agent, { orderId: a, reply: '李梅您好，办公时间九点到五点。' } as never)
  const page = await w.orders.queries.one(officer, a)
  t.comment('A', page.state, page.reply, 'by', page.replyDraftedBy, 'reviewed', page.replyReviewedBy, page.replyReviewedAt)
})

t.test('14 merge into order whose answer is reviewed, with the name; and draft before merge', async t => {
  const w = await orderWorld(t); const c = w.orders.commands
  const b = await file(w, { wantsCallback: false })
  const a = await file(w, { complainantNumber: '13900001055', complainantName: '王大力', wantsCallback: false })
  await w.do(c.dispatch, dispatcher, { orderId: b, mode: 'single', unitIds: ['T01-CGZD'], basis: 'statutory' })
  const u = handler('T01-CGZD')
  await w.do(c.sign, u, { orderId: b }); await w.do(c.start, u, { orderId: b, noVisitReason: 'x' })
  await w.do(c.report, u, { orderId: b, text: '办好', reply: '已与王大力谈妥。' })
  await w.do(c.acceptReport, dispatcher, { orderId: b })
  const before = await w.orders.queries.one(officer, b)
  t.comment(before.state, before.verificationStatus)
  if (before.state === 'VERIFYING') {
    await w.do(c.merge, dispatcher, { orderId: a, targetId: b })
    await w.do(c.verify, verifier, { orderId: b, passed: true })
    const end = await w.orders.queries.one(officer, b)
    t.comment(end.state, end.requests.map(r => [r.name, r.reply]))
  }
})

t.test('15 deadline warning after sequence + forward goes to whom', async t => {
  const w = await orderWorld(t); const c = w.orders.commands
  w.at('2026-11-23 10:00')
  const id = await file(w)
  await w.do(c.dispatch, dispatcher, { orderId: id, mode: 'sequence', unitIds: ['T01', 'D02'], basis: 'statutory' })
  await w.do(c.forward, operator('T01'), { orderId: id, unitId: 'T01-CGZD' })
  const u = handler('T01-CGZD')
  await w.do(c.sign, u, { orderId: id }); await w.do(c.start, u, { orderId: id, noVisitReason: 'x' }); await w.do(c.report, u, { orderId: id, text: '前手办好' })
  await w.do(c.sign, handler('D02'), { orderId: id })
  w.at('2026-12-05 10:00'); await w.sweep()
  const people = await w.db.query(`select e.kind, e.detail->'people' p, array(select unit_id from person where id in (select jsonb_array_elements_text(e.detail->'people'))) units from order_event e where order_id = $1 and kind like 'handling.%'`, [id])
  t.comment(JSON.stringify(people))
})
