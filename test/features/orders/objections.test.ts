// 派单异议: a unit objects with its evidence, goes on meanwhile, and another than the dispatcher decides; late ones are said once.
import t from 'tap'
import { objections } from '../../../src/features/work-orders/objections/objection-store.ts'
import { agent, dispatcher, handler, orderWorld, somebody, type OrderWorld } from './order-world.ts'

const supervisor = somebody('supervisor', null, 'SUPERVISOR')
const second = somebody('supervisor2', null, 'SUPERVISOR')
const pothole = {
  channel: 'HOTLINE_962000',
  requestType: 'COMPLAINT',
  categoryCode: '1104',
  title: '无证发廊',
  description: '通宵营业。',
  place: '华漕镇 诸翟 某巷',
  townId: 'T04',
  complainantNumber: '13900001001'
} as const
const not = { code: 'not-our-powers', reason: '发廊卫生归卫生监督', evidence: '权责清单第 12 项' } as const

/** An order that D10 has by its row of the catalogue, dispatched by `by`. */
async function dispatched (w: OrderWorld, by = dispatcher): Promise<string> {
  const { commands: c } = w.orders
  const { id: orderId } = await w.do(c.file, agent, pothole)
  await w.do(c.dispatch, by, {
    orderId, mode: 'comprehensive', unitIds: ['D10'], coUnitIds: ['D01'], basis: 'agreed', evidence: '无证经营十二类处置分工 2013-7'
  })
  return orderId
}

t.test('an objection: the order goes on, the row is named, an upheld one gives the order to another and proposes a row', async t => {
  const w = await orderWorld(t)
  const { commands: c, queries } = w.orders
  w.at('2026-11-23 10:00')
  const orderId = await dispatched(w)
  for (const [who, over, code] of [
    [handler('D01'), {}, 'other-units-order'],
    [dispatcher, {}, 'not-allowed'],
    [handler('D10'), { evidence: '　' }, 'guard-not-met'],
    [handler('D10'), { reason: '\u200B' }, 'guard-not-met']
  ] as const) await t.rejects(w.do(c.object, who, { orderId, ...not, ...over }), { code }, `${who.id} ${code}`)
  await w.do(c.object, handler('D10'), { orderId, ...not })
  await t.rejects(w.do(c.object, handler('D10'), { orderId, ...not }), { code: 'guard-not-met' }, 'one at a time')
  t.match(await queries.one(supervisor, orderId), { state: 'DISPATCHED', objectionAskedAt: w.clock.now() })
  const [asked] = await objections(w.db)
  t.match(asked, { orderId, unitId: 'D10', instance: 1, dueAt: new Date('2026-11-24T10:00:00+08:00'), decidedAt: null })
  const rows = await w.catalogue.rows()
  t.equal(rows.find(row => row.id === asked?.ruleId)?.basisText, '无证经营十二类处置分工 2013-7（样例）第 6 类', 'by which row it has it')
  await w.do(c.sign, handler('D10'), { orderId })
  t.equal((await w.row(orderId)).state, 'SIGNED', 'it goes on meanwhile')

  const elsewhere = { orderId, unitId: 'D07', basis: 'agreed', evidence: '会议纪要 5', decision: '由工商牵头' } as const
  await t.rejects(w.do(c.upholdObjection, dispatcher, elsewhere), { code: 'not-allowed' })
  await t.rejects(w.do(c.upholdObjection, handler('D10'), elsewhere), { code: 'not-allowed' })
  await t.rejects(w.do(c.upholdObjection, supervisor, { ...elsewhere, unitId: 'D10' }), { code: 'guard-not-met' }, 'not back to it')
  await t.rejects(w.do(c.upholdObjection, supervisor, { ...elsewhere, evidence: '' }), { code: 'guard-not-met' })
  await w.do(c.upholdObjection, supervisor, elsewhere)
  t.match(await w.row(orderId), { state: 'DISPATCHED', objection_asked_at: null, return_count: 1 })
  const page = await queries.one(supervisor, orderId)
  t.same(page.assignments.filter(a => a.role === 'lead' && a.endedAt === null).map(a => a.unit.id), ['D07'], 'one lead')
  t.match((await objections(w.db))[0], { upheld: true, decidedBy: 'supervisor', leadUnit: 'D07', decision: '由工商牵头' })
  t.same((await w.kinds(orderId)).filter(kind => kind.startsWith('objection.')), ['objection.ask', 'objection.uphold'])
})

t.test('refused, a second instance by another person, then no more; who dispatched decides in none', async t => {
  const w = await orderWorld(t)
  const { commands: c } = w.orders
  w.at('2026-11-23 10:00')
  const leads = somebody('leads', null, 'DISPATCHER', 'SUPERVISOR')
  const orderId = await dispatched(w, leads)
  await w.do(c.object, handler('D10'), { orderId, ...not })
  const no = { orderId, decision: '目录明确，由贵局主办' }
  await t.rejects(w.do(c.refuseObjection, leads, no), { code: 'own-decision', details: { guard: 'decidedByAnother' } })
  await t.rejects(w.do(c.refuseObjection, supervisor, { ...no, decision: ' ' }), { code: 'guard-not-met' })
  await w.do(c.refuseObjection, supervisor, no)
  t.match(await w.row(orderId), { state: 'DISPATCHED', objection_asked_at: null, return_count: 0 })
  w.at('2026-11-23 12:00')
  await w.do(c.object, handler('D10'), { orderId, ...not })
  t.match((await objections(w.db))[0], { instance: 2, dueAt: new Date('2026-11-25T12:00:00+08:00') }, '职责界定')
  await t.rejects(w.do(c.refuseObjection, supervisor, no), { code: 'own-decision' }, 'nor who decided the first time')
  await t.rejects(w.do(c.refuseObjection, leads, no), { code: 'own-decision' })
  await w.do(c.refuseObjection, second, no)
  await t.rejects(w.do(c.object, handler('D10'), { orderId, ...not }), { code: 'objection-used-up' })
})

t.test('nor after a rework that went straight back: the service dispatched for them', async t => {
  const w = await orderWorld(t)
  const { commands: c } = w.orders
  w.at('2026-11-23 10:00')
  const leads = somebody('leads', null, 'DISPATCHER', 'SUPERVISOR')
  const { id: orderId } = await w.do(c.file, agent, pothole)
  await w.do(c.dispatch, leads, { orderId, mode: 'single', unitIds: ['D10'], basis: 'agreed', evidence: '会议纪要 5' })
  const unit = handler('D10')
  await w.do(c.sign, unit, { orderId })
  await w.do(c.start, unit, { orderId, noVisitReason: '电话核实' })
  await w.do(c.report, unit, { orderId, text: '已处置。' })
  await w.do(c.acceptReport, dispatcher, { orderId })
  await w.do(c.rework, dispatcher, { orderId, reason: '没有办好' })
  t.equal((await w.row(orderId)).state, 'DISPATCHED')
  await w.do(c.object, unit, { orderId, ...not })
  await t.rejects(w.do(c.refuseObjection, leads, { orderId, decision: '由贵局主办' }), { code: 'own-decision' })
  await w.do(c.refuseObjection, second, { orderId, decision: '由贵局主办' })
})

t.test('nobody decides: said once, by the rows alone; a report or a return ends it', async t => {
  const w = await orderWorld(t)
  const { commands: c } = w.orders
  w.at('2026-11-23 10:00')
  await w.tx(async tx => {
    await w.policies.enterRule(tx, somebody('admin', null, 'ADMINISTRATOR'), { name: 'OBJECTION_HOURS', validFrom: '2026-11-24', value: 2 })
  })
  const orderId = await dispatched(w)
  await w.do(c.object, handler('D10'), { orderId, ...not })
  const late = async (id: string) => (await w.kinds(id)).filter(kind => kind === 'objection.late').length
  w.at('2026-11-24 09:59')
  await w.sweep()
  t.equal(await late(orderId), 0, 'by the hours of the day it was asked')
  w.at('2026-11-24 10:00')
  await w.sweep()
  await w.sweep()
  t.equal(await late(orderId), 1)
  await w.do(c.sign, handler('D10'), { orderId })
  await w.do(c.start, handler('D10'), { orderId, noVisitReason: '电话可办' })
  await w.do(c.report, handler('D10'), { orderId, text: '已办' })
  t.match(await w.row(orderId), { state: 'REPORTED', objection_asked_at: null })
  t.match(await objections(w.db), [], 'lapsed: neither waits nor upheld')
  await t.rejects(w.do(c.object, handler('D10'), { orderId, ...not }), { code: 'transition-not-allowed' }, 'after the report')
  await t.rejects(w.do(c.upholdObjection, supervisor, { orderId, unitId: 'D07', basis: 'statutory', decision: '迟了' }),
    { code: 'transition-not-allowed' })

  const other = await dispatched(w)
  await w.do(c.object, handler('D10'), { orderId: other, ...not })
  t.match((await objections(w.db))[0], { dueAt: new Date('2026-11-24T12:00:00+08:00') }, 'two hours from the 24th on')
  await w.do(c.requestReturn, handler('D10'), { orderId: other, reason: '不属本局' })
  await w.do(c.approveReturn, dispatcher, { orderId: other, unitId: 'D07', basis: 'agreed', evidence: '纪要' })
  t.match(await w.row(other), { objection_asked_at: null })
  w.at('2026-11-24 13:00')
  await w.sweep()
  t.equal(await late(other), 0, 'what lapsed is not late')

  const helped = await dispatched(w)
  await w.do(c.sign, handler('D10'), { orderId: helped })
  await w.do(c.start, handler('D10'), { orderId: helped, noVisitReason: '电话可办' })
  await w.do(c.object, handler('D10'), { orderId: helped, ...not })
  await w.do(c.requestHelp, handler('D10'), { orderId: helped, reason: '需联合执法', level: 2 })
  t.equal((await objections(w.db))[0]?.orderId, helped, 'it waits while help is asked for')
  await w.do(c.resolveHelp, dispatcher, { orderId: helped, unitId: 'D07', coUnitIds: [], basis: 'designated', evidence: '协调会纪要' })
  t.match(await w.row(helped), { state: 'DISPATCHED', objection_asked_at: null }, 'the meeting has decided')
  t.same(await objections(w.db), [])
})

t.test('a unit on the spot asks for return: refused, it stands there as it arrived; approved, the next begins its own way', async t => {
  const w = await orderWorld(t)
  const { commands: c, queries } = w.orders
  w.at('2026-11-23 10:00')
  const orderId = await dispatched(w)
  const team = handler('D10')
  await w.do(c.sign, team, { orderId })
  w.at('2026-11-23 11:00')
  await w.do(c.arrive, team, { orderId })
  const lead = async () => (await queries.one(dispatcher, orderId)).assignments.find(a => a.role === 'lead' && a.endedAt === null)
  const arrived = { unit: { id: 'D10' }, state: 'on-site', arrivedAt: w.clock.now() }
  w.at('2026-11-23 11:10')
  await w.do(c.requestReturn, team, { orderId, reason: '现场看是食品店，不属本局' })
  t.match(await w.row(orderId), { state: 'RETURN_REQUESTED' })
  await w.do(c.refuseReturn, dispatcher, { orderId, decision: '店内有理发' })
  t.match(await w.row(orderId), { state: 'ON_SITE' })
  t.match(await lead(), arrived)
  await t.rejects(w.do(c.arrive, team, { orderId }), { code: 'transition-not-allowed' }, 'it arrives once')
  await w.do(c.requestReturn, team, { orderId, reason: '市场监管已立案' })
  await w.do(c.approveReturn, dispatcher, { orderId, unitId: 'D07', basis: 'agreed', evidence: '纪要' })
  t.match(await w.row(orderId), { state: 'DISPATCHED', return_count: 1 })
  t.match(await lead(), { unit: { id: 'D07' }, state: 'dispatched', arrivedAt: null })
  await w.do(c.sign, handler('D07'), { orderId })
  await w.do(c.arrive, handler('D07'), { orderId })
  await w.do(c.start, handler('D07'), { orderId })
  await t.rejects(w.do(c.requestReturn, handler('D07'), { orderId, reason: '迟了' }), { code: 'transition-not-allowed' }, 'begun is begun')
})
