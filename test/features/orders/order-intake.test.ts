// What a citizen said is kept: drafts survive, duplicates join, bad input is refused with a clear code.
import t from 'tap'
import type { NewOrder } from '../../../src/features/work-orders/order-types.ts'
import { agent, dispatcher, handler, illegalClinic, leader8031, officer, orderWorld, somebody, verifier } from './order-world.ts'

const stall: NewOrder = {
  channel: 'HOTLINE_962000',
  requestType: 'COMPLAINT',
  categoryCode: '0701',
  title: '早点摊占道',
  place: '莘庄镇 莘建东路 菜场门口',
  complainantNumber: '13900001002'
}

t.test('a draft opens with the call, once, and outlives it', async t => {
  const w = await orderWorld(t)
  const { commands: c, queries } = w.orders
  w.at('2026-11-23 08:40')
  const id = await w.calls.arrives('pbx1-1.1')
  const open = async (): Promise<{ id: string }> =>
    await w.tx(async tx => await c.draftForCall(tx, agent, { callId: id, number: '+8613900001002' as never }))
  const draft = await open()
  t.equal((await open()).id, draft.id)
  await w.do(c.saveDraft, agent, { orderId: draft.id, title: '早点摊', description: '一半路' })
  w.at('2026-11-23 09:11')
  await w.sweep()
  t.match(await w.row(draft.id), { abandoned_at: null }, 'the call is still on')
  await w.calls.hangsUp(id)
  await w.tx(async tx => { await c.draftCallEnded(tx, id, w.clock.now()) })
  w.at('2026-11-23 09:40')
  await w.sweep()
  t.match(await w.row(draft.id), { state: 'DRAFT', abandoned_at: null })
  w.at('2026-11-23 09:42')
  await w.sweep()
  t.match(await w.row(draft.id), { state: 'DRAFT', title: '早点摊', description: '一半路' }, 'kept, with every word')
  t.ok((await w.row(draft.id)).abandoned_at)
  for (const [field, lost] of Object.entries({
    channel: { channel: 'PARTY_MAILBOX' }, sourceNumber: { sourceNumber: 'A-1' }, receivedAt: { receivedAt: w.clock.now() }
  })) {
    await t.rejects(w.do(c.file, agent, { ...stall, ...lost, callId: id }), { code: 'invalid-input', details: { field } },
      'what the draft cannot keep is not lost silently')
  }
  t.match(await w.row(draft.id), { state: 'DRAFT', channel: 'HOTLINE_962000' })
  const filed = await w.do(c.file, agent, { ...stall, callId: id })
  t.equal(filed.id, draft.id, 'and can still become the order')
  t.match(await queries.one(agent, filed.id), { state: 'FILED', calls: [{ callId: id, role: 'origin' }] })
})

t.test('the same matter told by three people', async t => {
  const w = await orderWorld(t)
  const { commands: c, queries } = w.orders
  w.at('2026-11-23 08:40')
  const first = await w.do(c.file, agent, { ...stall, longitude: 121.3800, latitude: 31.1100 })
  w.at('2026-11-23 09:40')
  const second = await w.do(c.receive, agent, { ...stall, complainantNumber: '13900001003' })
  const id = await w.calls.arrives('pbx1-1.1', { number: '+8613900001002' })
  const byCall = async (): Promise<string[]> => (await queries.similar(agent, { callId: id })).map(f => f.id)
  const ringing = await w.calls.rings(id, '8001')
  t.same(await byCall(), [first.id], 'the caller\'s orders are known while it rings')
  await w.calls.hangsUp(id, ringing)
  t.same(await byCall(), [], 'not to whom it rang in vain')
  const contact = async (orderId: string): Promise<unknown> => await w.do(c.linkCall, agent, { orderId, callId: id, role: 'first_contact' })
  await t.rejects(contact(first.id), { code: 'guard-not-met', details: { guard: 'their-own-call' } }, 'nobody was spoken with')
  await w.calls.answers(id, '8001')
  const found = await queries.similar(agent, {
    callId: id, place: '莘庄镇莘建东路，菜场门口！', townId: 'T01', category: '0701', longitude: 121.3805, latitude: 31.1101
  })
  t.same(found.map(f => [f.id, f.why]),
    [[first.id, ['caller', 'place', 'near', 'category-and-town']], [second.id, ['place', 'category-and-town']]])
  await t.rejects(contact(second.id), { code: 'guard-not-met', details: { guard: 'their-own-call' } }, 'a stranger was spoken with')
  t.equal((await w.row(second.id)).first_contact_at, null)
  await contact(first.id)
  t.ok((await w.row(first.id)).first_contact_at)
  await w.do(c.addComplainant, agent, { orderId: second.id, number: '50008004' })
  t.equal((await w.do(c.merge, agent, { orderId: second.id, targetId: first.id })).state, 'MERGED')
  await t.rejects(w.do(c.merge, agent, { orderId: first.id, targetId: second.id }), { code: 'guard-not-met' }, 'not into one that is over')
  t.match(await w.tx(async tx => await c.forCallback(tx, first.id)),
    { complainants: [{ number: '+8613900001002' }, { number: /1003|8004/ }, { number: /1003|8004/ }] }, 'all of them are asked')
  const before = await w.row(first.id)
  await w.do(c.addComplainant, agent, { orderId: first.id, number: '021-5000 8004' })
  t.same(await w.row(first.id), before, 'a known complainant is not told apart, and changes nothing')
  const again = await w.do(c.receive, agent, { ...stall, complainantNumber: '13900001003' })
  await w.do(c.merge, agent, { orderId: again.id, targetId: first.id })
  const { complainants } = await w.tx(async tx => await c.forCallback(tx, first.id))
  t.same([complainants.length, new Set(complainants.map(one => one.number)).size], [4, 3], 'four requests of three people')
  t.equal((await queries.ofNumber(agent, w.sealing.fingerprints('+8613900001003'))).length, 3, 'found by the number of a person who joined')
})

t.test('not every call is a case', async t => {
  const w = await orderWorld(t)
  const { commands: c } = w.orders
  const school = await w.do(c.receive, agent, {
    channel: 'HOTLINE_962000',
    requestType: 'CONSULTATION',
    categoryCode: '1504',
    title: '外来子女入学'
  })
  t.equal((await w.do(c.answer, agent, { orderId: school.id, reply: '请准备居住证……', article: 'K-12' })).state, 'ANSWERED')
  const court = await w.do(c.receive, agent, { channel: 'HOTLINE_962000', requestType: 'HELP' })
  t.equal((await w.do(c.reject, agent, { orderId: court.id, reason: 'litigation', reply: '已由法院受理' })).state, 'REJECTED')
  const praise = await w.do(c.file, agent, {
    channel: 'CITY_12345', requestType: 'PRAISE', categoryCode: '0601', title: '表扬环卫', sourceNumber: '12345-1'
  })
  await t.rejects(w.do(c.dispatch, dispatcher, { orderId: praise.id, mode: 'single', unitIds: ['U07'], basis: 'statutory' }),
    { code: 'guard-not-met' })
  t.equal((await w.do(c.forwardPraise, agent, { orderId: praise.id, unitId: 'U07' })).state, 'CLOSED')
  const [open] = await w.db.query('select count(*)::int as n from deadline where stopped_at is null')
  t.same(open, { n: 0 }, 'no clock runs for them')
  const twice = await w.do(c.file, agent, {
    channel: 'CITY_12345', requestType: 'PRAISE', categoryCode: '0601', title: '表扬环卫', sourceNumber: '12345-1'
  })
  t.equal(twice.id, praise.id, 'an outside system\'s resend is the same order')
})

t.test('complainants to be asked before closing, and by machine or person', async t => {
  const w = await orderWorld(t)
  const { commands: c } = w.orders
  const rows: Array<[Partial<NewOrder>, object]> = [
    [{}, { callback_status: 'PENDING', callback_reason: null }],
    [{ channel: 'GRID_PATROL' }, { callback_status: 'NOT_REQUIRED', callback_reason: 'no-complainant' }],
    [{ anonymous: true }, { callback_status: 'NOT_REQUIRED', callback_reason: 'anonymous' }],
    [{ wantsCallback: false }, { callback_status: 'NOT_REQUIRED', callback_reason: 'declined' }],
    [{ complainantNumber: null }, { callback_status: 'NOT_REQUIRED', callback_reason: 'no-number' }],
    [{ requestType: 'REPORT_OF_WRONG' }, { confidential: true }],
    [{ requestType: 'REPORT_OF_WRONG', confidential: false }, { confidential: false }],
    [{ categoryCode: '1504' }, { verification_required: false, verification_status: 'NOT_REQUIRED' }]
  ]
  for (const [over, expected] of rows) {
    t.match(
      await w.row((await w.do(c.file, agent, { ...stall, ...over })).id),
      expected,
      JSON.stringify(over)
    )
  }
  const marked = await w.do(c.file, agent, { ...stall, marks: ['elderly'], requestType: 'REPORT_OF_WRONG' })
  const { complainants } = await w.tx(async tx => await c.forCallback(tx, marked.id))
  t.match(complainants, [{ marks: ['elderly'], requestType: 'REPORT_OF_WRONG', confidential: true }], 'the reason goes along')
})

t.test('joined complainants are asked, also after a correction', async t => {
  const w = await orderWorld(t)
  const { commands: c } = w.orders
  const order = await w.do(c.file, agent, { ...stall, anonymous: true })
  await w.do(c.addComplainant, agent, { orderId: order.id, number: '50008004' })
  await w.do(c.amend, agent, { orderId: order.id, title: '早点摊占道' })
  t.match(await w.row(order.id), { callback_status: 'PENDING', callback_reason: null })
  t.match(await w.tx(async tx => await c.forCallback(tx, order.id)), { complainants: [{ number: '+862150008004' }] })
})

t.test('running checks before closing are not corrected away', async t => {
  const w = await orderWorld(t)
  const { commands: c } = w.orders
  const { id: orderId } = await w.do(c.file, agent, { ...illegalClinic })
  await w.do(c.dispatch, dispatcher, { orderId, mode: 'single', unitIds: ['D11'], basis: 'statutory' })
  await t.rejects(w.do(c.amend, agent, { orderId, aboutUnitId: 'D11' }), { code: 'guard-not-met' }, 'a complaint about who has it')
  await w.do(c.sign, handler('D11'), { orderId })
  await w.do(c.start, handler('D11'), { orderId, noVisitReason: '已约谈' })
  await w.do(c.report, handler('D11'), { orderId, text: '已取缔' })
  await w.do(c.acceptReport, dispatcher, { orderId })
  await w.do(c.amend, agent, { orderId, wantsCallback: false, categoryCode: '1504' })
  t.match(await w.row(orderId), { state: 'VERIFYING', callback_status: 'PENDING', verification_status: 'PENDING' })
})

t.test('bad input is refused and leaves nothing', async t => {
  const w = await orderWorld(t)
  const { commands: c } = w.orders
  const rows: Array<[Partial<NewOrder>, string]> = [
    [{ categoryCode: '9999' }, 'unknown-category'],
    [{ townId: 'T99' }, 'unknown-town'],
    [{ townId: 'D01' }, 'unknown-town'],
    [{ aboutUnitId: 'X' }, 'unknown-unit'],
    [{ complainantNumber: 'abc' }, 'not-a-phone-number'],
    [{ complainantNumber: '１１０' }, 'emergency-number-refused'],
    [{ complainantNumber: '13900001001\r\nAction: Originate' }, 'control-character'],
    [{ title: '标题\r\nAction: Logoff' }, 'control-character'],
    [{ title: '\u0000' }, 'control-character'],
    [{ complainantName: '张\n三' }, 'control-character'],
    [{ description: '第一行\r第二行' }, 'control-character'],
    [{ title: '长'.repeat(201) }, 'invalid-input'],
    [{ latitude: 91 }, 'invalid-input'],
    [{ channel: 'PIGEON' }, 'unknown-channel'],
    [{ requestType: 'WISH' as never }, 'invalid-input'],
    [{ callId: 'pbx1-9.9' }, 'not-found'],
    [{ title: '' }, 'guard-not-met'],
    [{ categoryCode: null }, 'guard-not-met']
  ]
  for (const [over, code] of rows) await t.rejects(w.do(c.file, agent, { ...stall, ...over }), { code }, JSON.stringify(over).slice(0, 60))
  const [count] = await w.db.query(`select (select count(*) from work_order)::int + (select count(*)
    from order_event)::int + (select count(*) from outbox)::int + (select count(*) from feed_event)::int as n`)
  t.same(count, { n: 0 })
})

t.test('names of every kind are kept as they were written', async t => {
  const w = await orderWorld(t)
  const { commands: c, queries } = w.orders
  for (const name of ['阿'.repeat(200), 'محمد بن سلمان', '𠮷野家🎉', 'O\'Brien; drop table work_order --', '<b>x</b>']) {
    const { id } = await w.do(c.file, agent, { ...stall, complainantName: name, description: '第一行\n第二行\t完' })
    t.equal((await queries.one(agent, id)).complainant.name, name)
  }
  const [kept] = await w.db.query<{ all: string }>(
    'select string_agg(o::text || r::text, \'\') as all from work_order o join request r on r.order_id = o.id')
  t.notMatch(kept?.all, /13900001002|محمد|野家/, 'and stored sealed')
})

t.test('readers of an order can ring its citizen without seeing the number', async t => {
  const w = await orderWorld(t)
  const { commands: c, queries, ringing: { numberOfOrder } } = w.orders
  const order = await w.do(c.file, agent, { ...stall, confidential: true })
  const nameless = await w.do(c.file, agent, { ...stall, complainantNumber: null })
  t.equal(await numberOfOrder(w.db, dispatcher, order.id), '+8613900001002')
  t.notMatch(JSON.stringify(await queries.one(dispatcher, order.id)), '13900001002')
  t.equal(await numberOfOrder(w.db, dispatcher, nameless.id), null)
  await t.rejects(numberOfOrder(w.db, handler('T02'), order.id), { code: 'not-found' }, 'not for a person who sees nothing of it')
})

t.test('readers see as much of an order as their role', async t => {
  const w = await orderWorld(t)
  const { commands: c, queries } = w.orders
  const id = await w.calls.arrives('pbx1-2.1', { number: '+8613900001001' })
  const secret = await w.do(c.file, agent, { ...illegalClinic, callId: id })
  const open = await w.do(c.file, agent, { ...stall, townId: 'T01' })
  for (const order of [secret, open]) {
    await w.do(c.dispatch, dispatcher, { orderId: order.id, mode: 'single', unitIds: ['D02'], basis: 'statutory' })
  }
  const seen = async (
    actor: Parameters<typeof queries.one>[0], order: { id: string }
  ): Promise<object> => (await queries.one(actor, order.id)).complainant
  const d02 = somebody('d02', 'D02', 'HANDLER')
  t.match(await seen(d02, open), { number: '139****1002' })
  t.match(await seen(d02, secret), { number: null, name: null })
  t.same(await queries.similar(agent, { callId: id }), [], 'a call on nobody\'s line finds nothing')
  t.match(await seen(officer, secret), { number: '+8613900001001' })
  t.match(await seen(agent, secret), { number: '139****1001' }, 'not on the line')
  await w.calls.answers(id, '8001')
  t.match(await seen(agent, secret), { number: '+8613900001001' }, 'the agent who has the citizen on the line')
  t.match(await seen(somebody('leader', null, 'LEADER'), secret), { number: null })
  await t.rejects(queries.one(verifier, open.id), { code: 'not-found' }, 'a verifier only while it is verified')
  await t.rejects(queries.one(somebody('12345', null, 'INTEGRATION'), open.id), { code: 'not-found' }, 'an outside system only its own')
  t.same((await queries.list(d02, {}, { after: null, limit: 9 })).length, 2)
  t.same((await queries.list(somebody('d01', 'D01', 'HANDLER'), {}, { after: null, limit: 9 })).length, 0)
  t.same((await queries.list(somebody('t01', 'T01', 'SUBCENTRE_OPERATOR'), {}, { after: null, limit: 9 })).map(o => o.id), [open.id],
    'a sub-centre what happens in its town')
  const counts = await queries.counts(leader8031, {})
  t.match(counts, { total: 2, byState: { DISPATCHED: 2 }, byTown: { T01: 1, T02: 1 }, byUnit: { D02: 2 } })
  const [first] = await queries.list(leader8031, {}, { after: null, limit: 1 })
  t.equal((await queries.list(leader8031, {}, { after: [first?.receivedAt as Date, first?.id as string], limit: 1 })).length, 1,
    'paged by cursor')
  const told = await w.db.query<{ data: object }>('select data from feed_event')
  t.notMatch(JSON.stringify(told), /1390000|13900001|张先生/, 'the feed carries neither number nor name')
})
