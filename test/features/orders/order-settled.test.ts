// What must be there before closing is settled when the report comes; what protects a citizen is lifted by the shift leader alone;
// corrections keep what was and what is; an order handed round at home has no fresh time.
import t, { type Test } from 'tap'
import { agent, dispatcher, handler, leader8031, operator, orderWorld, verifier, type OrderWorld } from './order-world.ts'
import type { NewOrder } from '../../../src/features/work-orders/order-types.ts'

const stalls: NewOrder = {
  channel: 'HOTLINE_962000',
  requestType: 'COMPLAINT',
  categoryCode: '0701',
  title: '早点摊占道',
  place: '莘庄镇 莘建东路',
  townId: 'T01',
  complainantName: '李先生',
  complainantNumber: '13900001002'
}
const team = handler('T01-CGZD')

async function reported (t: Test, over: Partial<NewOrder> = {}): Promise<{ w: OrderWorld, orderId: string }> {
  const w = await orderWorld(t)
  const { commands: c } = w.orders
  w.at('2026-11-23 09:00')
  const { id: orderId } = await w.do(c.file, agent, { ...stalls, ...over })
  await w.do(c.dispatch, dispatcher, { orderId, mode: 'single', unitIds: ['T01-CGZD'], basis: 'statutory' })
  await w.do(c.sign, team, { orderId })
  await w.do(c.start, team, { orderId, noVisitReason: '电话已办' })
  await w.do(c.report, team, { orderId, text: '已劝离' })
  return { w, orderId }
}

t.test('an agent corrects a reported order: both checks stay', async t => {
  const { w, orderId } = await reported(t)
  const { commands: c } = w.orders
  for (const change of [{ categoryCode: '1504' }, { wantsCallback: false }, { anonymous: true }, { complainantNumber: null }]) {
    await w.do(c.amend, agent, { orderId, ...change })
  }
  t.match(await w.row(orderId), { state: 'REPORTED', callback_status: 'PENDING', verification_status: 'PENDING', category_code: '1504' })
  t.equal((await w.do(c.acceptReport, operator('T01'), { orderId })).state, 'VERIFYING', 'it is not closed')
  t.equal((await w.do(c.verify, verifier, { orderId, passed: true })).state, 'VERIFYING')
})

t.test('waiving a check is a decision with a role and a reason', async t => {
  const { w, orderId } = await reported(t)
  const { commands: c } = w.orders
  const waived = { orderId, verification: 'waived' as const, callback: 'waived' as const }
  await t.rejects(w.do(c.decideChecks, agent, { ...waived, reason: '市民已满意' }), { code: 'not-allowed' })
  await t.rejects(w.do(c.decideChecks, dispatcher, { ...waived, reason: '市民已满意' }), { code: 'not-allowed' })
  await t.rejects(w.do(c.decideChecks, leader8031, { ...waived, reason: ' ' }), { code: 'guard-not-met' })
  await t.rejects(w.do(c.decideChecks, leader8031, { orderId, reason: '市民已满意' }), { code: 'guard-not-met' }, 'which check?')
  const required = { orderId, callback: 'required' as const, reason: '市民要求' }
  await t.rejects(w.do(c.decideChecks, leader8031, required), { code: 'guard-not-met' }, 'it is required already')
  await w.do(c.decideChecks, leader8031, { ...waived, reason: '市民当面签字确认' })
  t.equal((await w.do(c.acceptReport, operator('T01'), { orderId })).state, 'CLOSED')
  const { timeline } = await w.orders.queries.one(agent, orderId)
  const decided = { verification: 'waived', callback: 'waived', reason: '市民当面签字确认' }
  t.match(timeline.find(e => e.kind === 'checks.decide'), { actor: '8031', detail: decided })
})

t.test('in the middle of verifying: waived it closes, required it waits', async t => {
  const { w, orderId } = await reported(t, { wantsCallback: false })
  const { commands: c } = w.orders
  await w.do(c.acceptReport, operator('T01'), { orderId })
  await w.do(c.decideChecks, leader8031, { orderId, callback: 'required', reason: '市民来电要求回访' })
  t.match(w.asked, [{ complainants: [{ number: '+8613900001002' }] }], 'the complainant is asked now')
  t.equal((await w.do(c.verify, verifier, { orderId, passed: true })).state, 'VERIFYING')
  await t.rejects(w.do(c.reopen, leader8031, { orderId, reason: '还没结案' }), { code: 'transition-not-allowed' }, 'it is not closed')
  t.equal((await w.do(c.decideChecks, leader8031, { orderId, callback: 'waived', reason: '号码已停机' })).state, 'CLOSED')
  await t.rejects(w.do(c.rework, leader8031, { orderId, reason: '已结案' }), { code: 'transition-not-allowed' }, 'it is closed')
  t.match(await w.row(orderId), { callback_reason: 'waived' })
})

t.test('a check waived in one cycle is required in the next', async t => {
  const { w, orderId } = await reported(t)
  const { commands: c } = w.orders
  await w.do(c.acceptReport, operator('T01'), { orderId })
  await w.do(c.decideChecks, leader8031, { orderId, callback: 'waived', reason: '市民当面签字确认' })
  t.match(await w.row(orderId), { state: 'VERIFYING', callback_status: 'NOT_REQUIRED', callback_reason: 'waived' })
  await w.do(c.verify, verifier, { orderId, passed: false, remarks: '现场没有改变' })
  t.match(await w.row(orderId), { cycle: 2, callback_status: 'PENDING', callback_reason: null })
})

t.test('保密 is lifted by the person who took the order in, once it is dispatched by the shift leader alone, with a reason', async t => {
  const w = await orderWorld(t)
  const { commands: c } = w.orders
  const { id: orderId } = await w.do(c.file, agent, { ...stalls, requestType: 'REPORT_OF_WRONG' })
  const colleague = { ...agent, id: '8009', extension: '8009' }
  await t.rejects(w.do(c.amend, colleague, { orderId, confidential: false, reason: '误点' }), { code: 'not-allowed' }, 'not by any agent')
  await t.rejects(w.do(c.amend, agent, { orderId, confidential: false }), { code: 'guard-not-met' }, 'not without a reason')
  await w.do(c.amend, agent, { orderId, confidential: false, reason: '误点' })
  await w.do(c.amend, colleague, { orderId, confidential: true })
  await w.do(c.dispatch, dispatcher, { orderId, mode: 'single', unitIds: ['T01-CGZD'], basis: 'statutory' })
  for (const lifted of [{ confidential: false }, { requestType: 'COMPLAINT' as const }]) {
    await t.rejects(w.do(c.amend, agent, { orderId, ...lifted, reason: '市民同意' }), { code: 'not-allowed' })
    await t.rejects(w.do(c.amend, leader8031, { orderId, ...lifted }), { code: 'guard-not-met' }, 'not without a reason')
  }
  await w.do(c.amend, agent, { orderId, title: '早点摊' })
  await w.do(c.amend, leader8031, { orderId, confidential: false, reason: '市民书面同意公开' })
  t.match(await w.row(orderId), { confidential: false })

  const { id: received } = await w.do(c.receive, agent, { ...stalls, requestType: 'REPORT_OF_WRONG', townId: 'T01' })
  const town = operator('T01')
  const plain = { orderId: received, confidential: false, requestType: 'COMPLAINT' as const, reason: '误点' }
  await t.rejects(w.do(c.file, town, plain), { code: 'not-allowed' }, 'nor filed open by who does not read it')
  await t.rejects(w.do(c.answer, town, { orderId: received, reply: '已答复' }), { code: 'not-allowed' }, 'nor answered')
  await t.rejects(w.do(c.file, colleague, plain), { code: 'not-allowed' }, 'nor by another agent')
  await t.rejects(w.do(c.amend, colleague, { orderId: received, requestType: 'PRAISE', reason: '是表扬' }), { code: 'not-allowed' },
    'an agent makes no praise of it')
  await w.do(c.file, agent, plain)
  t.match(await w.row(received), { confidential: false, request_type: 'COMPLAINT' })
})

t.test('a complaint becomes praise by a decision, and never goes to the unit complained about', async t => {
  const w = await orderWorld(t)
  const { commands: c } = w.orders
  const { id: orderId } = await w.do(c.file, agent, { ...stalls, aboutUnitId: 'T01-CGZD' })
  await t.rejects(w.do(c.amend, agent, { orderId, requestType: 'PRAISE', reason: '是表扬' }), { code: 'not-allowed' })
  await t.rejects(w.do(c.amend, dispatcher, { orderId, requestType: 'PRAISE' }), { code: 'guard-not-met' })
  await w.do(c.amend, dispatcher, { orderId, requestType: 'PRAISE', reason: '是表扬' })
  await t.rejects(w.do(c.forwardPraise, dispatcher, { orderId, unitId: 'T01-CGZD' }), { code: 'guard-not-met' })
  await w.do(c.forwardPraise, dispatcher, { orderId, unitId: 'D05' })
  const [told] = await w.db.query<{ audience: { never?: string[] } }>('select audience from feed_event where topic = \'order.praise\'')
  t.ok(told?.audience.never?.includes('T01-CGZD'))
})

t.test('praise reaches the unit it is forwarded to: it reads it, finds it in its list and is told by text', async t => {
  const w = await orderWorld(t)
  const { commands: c, queries } = w.orders
  const file = async (over: Partial<NewOrder>): Promise<string> =>
    (await w.do(c.file, agent, { ...stalls, requestType: 'PRAISE', title: '感谢清扫', townId: null, place: null, ...over })).id
  const [open, secret] = [await file({}), await file({ confidential: true })]
  for (const orderId of [open, secret]) {
    t.equal((await w.do(c.forwardPraise, dispatcher, { orderId, unitId: 'D02' })).state, 'CLOSED')
    await w.sweep()
    t.match(await queries.one(handler('D02'), orderId), { id: orderId, state: 'CLOSED' })
    await t.rejects(queries.one(handler('D05'), orderId), { code: 'not-found' })
  }
  t.same((await queries.list(handler('D02'), {}, { after: null, limit: 9 })).map(o => o.id).sort(), [open, secret].sort())
  t.same((await queries.list(handler('D02'), { task: 'done' }, { after: null, limit: 9 })).length, 2)
  const texts = [...await w.texts(open), ...await w.texts(secret)].map(text => text.body)
  t.equal(texts.length, 2)
  t.match(texts[0], /您单位收到市民表扬：感谢清扫/)
  t.notMatch(texts[1], /感谢清扫/, 'a confidential one is told without its words')
  t.match((await queries.one(handler('D02'), secret)).wordsWithheld, true)
  t.match(await w.row(open), { dispatched_at: null })
  // Opened again it goes to nobody by itself.
  t.equal((await w.do(c.reopen, leader8031, { orderId: open, reason: '不是表扬' })).state, 'REWORK')
})

t.test('a filed order keeps title, class and type; before that they may still be missing', async t => {
  const { w, orderId } = await reported(t)
  const { commands: c } = w.orders
  const { id: filed } = await w.do(c.file, agent, stalls)
  const { id: received } = await w.do(c.receive, agent, stalls)
  for (const blank of [{ title: '' }, { title: ' ' }, { categoryCode: null }, { requestType: null }]) {
    for (const id of [filed, orderId]) {
      await t.rejects(w.do(c.amend, agent, { orderId: id, ...blank }), { code: 'guard-not-met', details: { guard: 'complete' } })
    }
    await w.do(c.amend, agent, { orderId: received, ...blank })
  }
  await w.do(c.amend, agent, { orderId: filed, title: '占道摊' })
})

t.test('a correction keeps what was and what is', async t => {
  const w = await orderWorld(t)
  const { commands: c, queries } = w.orders
  const { id: orderId } = await w.do(c.file, agent, { ...stalls, confidential: true })
  await w.do(c.dispatch, dispatcher, { orderId, mode: 'single', unitIds: ['T01-CGZD'], basis: 'statutory' })
  const person = { complainantName: '王女士', complainantNumber: '13900001003', marks: ['elderly'] }
  const now = { title: '占道摊', categoryCode: '0702', place: '莘建东路 88 号', ...person }
  await w.do(c.amend, agent, { orderId, ...now })
  const changedFor = async (actor: typeof agent): Promise<Record<string, unknown[]>> => {
    const { timeline } = await queries.one(actor, orderId)
    const changed = timeline.find(e => e.kind === 'case.amend')?.detail.changed as Array<{ field: string, from: unknown, to: unknown }>
    return Object.fromEntries(changed.map(({ field, from, to }) => [field, [from, to]]))
  }
  t.same(await changedFor(agent), {
    categoryCode: ['0701', '0702'],
    marks: [[], ['elderly']],
    title: ['早点摊占道', '占道摊'],
    place: ['莘庄镇 莘建东路', '莘建东路 88 号'],
    complainantName: ['李先生', '王女士'],
    complainantNumber: ['139****1002', '139****1003']
  })
  const unit = await changedFor(team)
  t.same([unit.complainantName, unit.complainantNumber, unit.title], [[null, null], [null, null], [null, null]],
    'the unit sees that it changed')
  t.same(unit.categoryCode, ['0701', '0702'])
  const [stored] = await w.db.query<{ detail: string }>('select detail::text from order_event where kind = \'case.amend\'')
  t.notMatch(stored?.detail, /王女士|1390000100/, 'and nobody reads them in a copy of the database')
})

t.test('a sub-centre that hands an order round at home has no fresh time to sign', async t => {
  const w = await orderWorld(t)
  const { commands: c } = w.orders
  w.at('2026-11-23 09:00')
  const { id: orderId } = await w.do(c.file, agent, stalls)
  await w.do(c.dispatch, dispatcher, { orderId, mode: 'single', unitIds: ['T01'], basis: 'statutory' })
  const due = async (): Promise<Date | undefined> =>
    (await w.db.query<{ at: Date }>('select due_at as at from deadline where kind = \'sign\' and stopped_at is null'))[0]?.at
  const first = await due()
  w.at('2026-11-23 09:20')
  const [person] = await w.db.query<{ id: string }>('select id from person where unit_id = \'T01\' limit 1')
  await w.do(c.forward, operator('T01'), { orderId, unitId: 'T01', personId: person?.id ?? '' })
  t.same(await due(), first, 'to a person of its own')
  await w.do(c.forward, operator('T01'), { orderId, unitId: 'T01-CGZD' })
  const office = await due()
  t.not(office?.getTime(), first?.getTime(), 'another unit has its own time')
  w.at('2026-11-23 09:25')
  await w.do(c.forward, operator('T01'), { orderId, unitId: 'T01-SQFW' })
  w.at('2026-11-23 09:30')
  await w.do(c.forward, operator('T01'), { orderId, unitId: 'T01-CGZD' })
  t.same(await due(), new Date((office?.getTime() ?? 0) + 5 * 60_000), 'five of its minutes it had not had')
})

t.test('hops within one town are one unit, and force nobody to be designated', async t => {
  const w = await orderWorld(t)
  const { commands: c } = w.orders
  const { id: orderId } = await w.do(c.file, agent, stalls)
  await w.do(c.dispatch, dispatcher, { orderId, mode: 'single', unitIds: ['T01'], basis: 'statutory' })
  await w.do(c.forward, operator('T01'), { orderId, unitId: 'T01-SQFW' })
  await w.do(c.forward, operator('T01'), { orderId, unitId: 'T01-CGZD' })
  await w.do(c.requestReturn, team, { orderId, reason: '属市容' })
  await w.do(c.approveReturn, dispatcher, { orderId, unitId: 'D05', basis: 'statutory' })
  t.match(await w.row(orderId), { problem: false, return_count: 1 })
  await w.do(c.requestReturn, handler('D05'), { orderId, reason: '属街镇' })
  await w.do(c.approveReturn, dispatcher, { orderId, unitId: 'D02', basis: 'agreed', evidence: '会商纪要' })
  await w.do(c.requestReturn, handler('D02'), { orderId, reason: '属街镇' })
  const again = { orderId, unitId: 'D05', basis: 'agreed' as const, evidence: '会商纪要' }
  await t.rejects(w.do(c.approveReturn, dispatcher, again), { code: 'guard-not-met' }, 'three by now')
})
