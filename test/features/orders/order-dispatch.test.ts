// An order finds its unit: returns end in an agreement or a designation, sequences hand over, and no unit is sent a complaint
// about itself.
import t from 'tap'
import type { Actor } from '../../../src/domain/people/roles.ts'
import type { NewOrder } from '../../../src/features/work-orders/order-types.ts'
import { tasks } from '../../../src/features/work-orders/rules/order-facts.ts'
import { agent, dispatcher, handler, illegalClinic, leader8031, operator, orderWorld, somebody } from './order-world.ts'

const sewer: NewOrder = {
  channel: 'HOTLINE_962000',
  requestType: 'HELP',
  categoryCode: '0502',
  title: '下水道反水',
  place: '梅陇镇 莲花南路某小区',
  complainantNumber: '13900001006'
}

t.test('two units return it in both directions until the Centre designates one', async t => {
  const w = await orderWorld(t)
  const { commands: c, queries } = w.orders
  w.at('2026-11-23 10:02')
  const { id: orderId } = await w.do(c.file, agent, sewer)
  t.equal((await w.row(orderId)).town_id, 'T06', 'the town is read off the place')
  t.match(await queries.suggest({ category: '0502', place: '梅陇镇 莲花南路' }),
    { suggestion: { unitId: 'U04', why: 'owner', basis: 'statutory', alternative: 'T06', row: null }, conflict: null })
  t.match(await queries.suggest({ category: '0105', townId: 'T06' }),
    { suggestion: { unitId: 'T06', why: 'row', row: { basisText: /^街镇履职事项清单/ } } }, 'a row of the catalogue gives it to the town')
  await w.do(c.dispatch, dispatcher, { orderId, mode: 'single', unitIds: ['U04'], basis: 'statutory' })
  w.at('2026-11-24 10:02')
  await w.do(c.requestReturn, handler('U04'), { orderId, reason: '小区内管道归物业' })
  await t.rejects(w.do(c.approveReturn, dispatcher, { orderId, unitId: 'U08', basis: 'statutory' }),
    { code: 'guard-not-met', details: { guard: 'unitTextWritten' } }, 'a property manager reads the text for the unit alone: none is there')
  await w.do(c.amend, dispatcher, { orderId, unitText: '小区内污水管道堵塞，请疏通。' })
  await w.do(c.approveReturn, dispatcher, { orderId, unitId: 'U08', basis: 'statutory' })
  t.match(await queries.one(handler('U08'), orderId), {
    title: '下水道堵塞冒溢', unitText: '小区内污水管道堵塞，请疏通。', wordsWithheld: true, complainant: { name: null, number: null }
  }, 'class and text, and nothing of the citizen')
  t.match(await queries.one(dispatcher, orderId), { lead: { id: 'U08' }, answerable: { id: 'U04' }, returnCount: 1 },
    'the first unit answers until the other signs')
  const [restarted] = await w.db.query<{ due_at: Date }>(
    'select due_at from deadline where order_id = $1 and kind = \'handling\' and stopped_at is null',
    [orderId]
  )
  t.same(restarted?.due_at, new Date('2026-12-01T10:02:00+08:00'), 'an approved return starts the unit\'s clock anew')
  const [citizen] = await w.db.query<{ due_at: Date, stopped_at: null }>(
    'select due_at, stopped_at from deadline where order_id = $1 and kind = \'citizen\'',
    [orderId]
  )
  t.match(citizen, { due_at: new Date('2026-11-30T10:02:00+08:00'), stopped_at: null }, 'the citizen\'s never')
  await w.do(c.requestReturn, handler('U08'), { orderId, reason: '市政管道' })
  await t.rejects(w.do(c.approveReturn, dispatcher, { orderId, unitId: 'U04', basis: 'statutory' }), { code: 'guard-not-met' },
    'after two returns not by law alone')
  await t.rejects(w.do(c.approveReturn, dispatcher, { orderId, unitId: 'U04', basis: 'designated' }), { code: 'guard-not-met' },
    'and not without the order')
  await w.do(c.approveReturn, dispatcher, { orderId, unitId: 'U04', basis: 'designated', evidence: '中心指定令 2026-11' })
  w.at('2026-11-30 09:00')
  await t.rejects(w.do(c.requestReturn, handler('U04'), { orderId, reason: '仍不属' }), { code: 'guard-not-met' },
    'three working days are over')
  const [sums] = await w.db.query(
    'select count(*)::int as hops, count(*) filter (where ended_at is null)::int as open from assignment where order_id = $1',
    [orderId]
  )
  t.same(sums, { hops: 3, open: 1 }, 'a return moves an order and never loses one')
})

t.test('one identifies, the next enforces', async t => {
  const w = await orderWorld(t)
  const { commands: c } = w.orders
  w.at('2026-11-23 10:02')
  const { id: orderId } = await w.do(c.file, agent, { ...illegalClinic, categoryCode: '1002', title: '一套房住十几人' })
  await w.do(c.dispatch, dispatcher, { orderId, mode: 'sequence', unitIds: ['D04', 'D02'], basis: 'statutory' })
  await t.rejects(w.do(c.sign, handler('D02'), { orderId }), { code: 'not-found' }, 'not its turn')
  for (const step of [c.sign, c.arrive, c.start]) await w.do(step, handler('D04'), { orderId })
  w.at('2026-11-24 09:00')
  t.equal((await w.do(c.report, handler('D04'), { orderId, text: '认定为群租' })).state, 'DISPATCHED')
  await w.do(c.sign, handler('D02'), { orderId })
  w.clock.advance(3000)
  await w.sweep()
  t.same((await w.texts(orderId)).map(x => /前到场/.test(x.body)), [true], 'the second is told when its turn has come')
  for (const step of [c.arrive, c.start]) await w.do(step, handler('D02'), { orderId })
  t.equal((await w.do(c.report, handler('D02'), { orderId, text: '已拆除隔断' })).state, 'REPORTED')
  const clocks = await w.db.query<{ kind: string, open: boolean }>(`select kind, stopped_at is null as open from deadline
    where order_id = $1 and kind in ('on-site', 'handling') order by started_at, kind`, [orderId])
  t.same(clocks.map(x => [x.kind, x.open]), [['handling', false], ['on-site', false], ['handling', false], ['on-site', false]],
    'each had clocks of its own')
})

t.test('a complaint about a unit never reaches it', async t => {
  const w = await orderWorld(t)
  const { commands: c, queries } = w.orders
  const { id: orderId } = await w.do(c.file, agent, {
    channel: 'HOTLINE_962000',
    requestType: 'COMPLAINT',
    categoryCode: '1505',
    title: '办事推诿',
    townId: 'T08',
    aboutUnitId: 'T08-SQFW',
    complainantNumber: '13900001012'
  })
  for (const unit of ['T08-SQFW', 'T08']) {
    await t.rejects(w.do(c.dispatch, dispatcher, { orderId, mode: 'single', unitIds: [unit], basis: 'statutory' }),
      { code: 'guard-not-met' })
  }
  await w.do(c.dispatch, dispatcher, { orderId, mode: 'single', unitIds: ['D26'], basis: 'statutory' })
  await t.rejects(w.do(c.forward, handler('D26'), { orderId, unitId: 'T08' }), { code: 'guard-not-met' }, 'nor by its department')
  for (const person of [handler('T08-SQFW'), operator('T08')]) {
    await t.rejects(queries.one(person, orderId), { code: 'not-found' }, `${person.id}, below or above`)
    t.same(await queries.list(person, {}, { after: null, limit: 50 }), [])
  }
  const audiences = await w.db.query<{ never: string[] }>('select audience->\'never\' as never from feed_event where subject = $1',
    [orderId])
  t.ok(audiences.every(a => a.never.includes('T08-SQFW') && a.never.includes('T08') && !a.never.includes('C00')), 'nor does the feed')
  t.match(await queries.suggest({ category: '1505', townId: 'T08', aboutUnitId: 'D26' }), { suggestion: { unitId: 'T08' } })
  t.match(await queries.suggest({ category: '1505', townId: 'T08', aboutUnitId: 'T08-SQFW' }),
    { suggestion: { unitId: 'D26', alternative: null } })
})

t.test('agents dispatch critical orders', async t => {
  const w = await orderWorld(t)
  const { commands: c } = w.orders
  const ordinary = await w.do(c.file, agent, sewer)
  await t.rejects(w.do(c.dispatch, agent, { orderId: ordinary.id, mode: 'single', unitIds: ['U04'], basis: 'statutory' }),
    { code: 'not-allowed' })
  const critical = await w.do(c.file, agent, { ...sewer, categoryCode: '0504', urgency: 'critical', title: '电梯困人' })
  t.equal(
    (await w.do(c.dispatch, agent, {
      orderId: critical.id, mode: 'comprehensive', unitIds: ['D08'], coUnitIds: ['D21'], basis: 'statutory'
    })).state,
    'DISPATCHED'
  )
  t.equal((await w.do(c.coSign, handler('D21'), { orderId: critical.id })).state, 'DISPATCHED',
    'a co-handler\'s steps leave the lead\'s state alone')
  await w.do(c.coReport, handler('D21'), { orderId: critical.id, text: '已救出' })
  const night = await w.do(c.file, leader8031, sewer)
  t.equal((await w.do(c.dispatch, leader8031, { orderId: night.id, mode: 'single', unitIds: ['U04'], basis: 'statutory' })).state,
    'DISPATCHED', 'one login may hold several roles')
})

t.test('the text message is sent once, by alarm or sweep', async t => {
  const w = await orderWorld(t)
  const { commands: c, alarmHandlers } = w.orders
  const { id: orderId } = await w.do(c.file, agent, { ...sewer, title: '下水道反水，联系13900001006', place: '莲花南路5号 电话 5000 8001' })
  await w.do(c.dispatch, dispatcher, { orderId, mode: 'single', unitIds: ['U04'], basis: 'statutory' })
  const rows = await w.db.query<{ payload: Record<string, string> }>('select payload from outbox where family = \'dispatch\'')
  t.equal(rows.length, 1, 'an alarm was set in the same transaction')
  const ring = alarmHandlers.find(h => h.family === 'dispatch')?.ring
  await Promise.all([1, 2, 3].map(async () => await ring?.(rows[0]?.payload ?? {})))
  w.clock.advance(5000)
  await w.sweep()
  const texts = await w.texts(orderId)
  t.equal(texts.length, 1)
  t.notMatch(texts[0]?.body, /13900001006|5000 8001/, 'numbers typed into the words stay here')
  t.same((await w.kinds(orderId)).filter(k => k === 'dispatch.notified').length, 1)
  await ring?.({ orderId, assignmentId: '00000000-0000-0000-0000-000000000000' })
  t.same(await w.texts(orderId), texts, 'an alarm for something that is not there tells nobody')
})

t.test('unknown people and units, empty evidence', async t => {
  const w = await orderWorld(t)
  const { commands: c } = w.orders
  const { id: orderId } = await w.do(c.file, agent, sewer)
  const to = async (over: object): Promise<unknown> =>
    await w.do(c.dispatch, dispatcher, { orderId, mode: 'single', unitIds: ['U04'], basis: 'statutory', ...over })
  await t.rejects(to({ unitIds: ['X99'] }), { code: 'unknown-unit' })
  await t.rejects(to({ personId: 'nobody' }), { code: 'unknown-person' })
  await t.rejects(to({ personId: 'P01' }), { code: 'unknown-person' }, 'a person of another unit')
  await t.rejects(to({ version: 7 }), { code: 'version-conflict', details: { version: 1 } })
  await t.rejects(w.do(c.sign, somebody('x', 'U04', 'HANDLER'), { orderId }), { code: 'not-found' }, 'not sent to it yet')
  await t.rejects(w.do(c.sign, handler('U04'), { orderId: '00000000-0000-4000-8000-000000000000' }), { code: 'not-found' })
  t.same(await w.kinds(orderId), ['case.file'], 'a refusal leaves no trace on the order')
  const both = await Promise.allSettled([to({ version: 1 }), to({ version: 1, unitIds: ['U04'] })])
  t.same(both.map(b => b.status).sort(), ['fulfilled', 'rejected'], 'two people at once: one of them')
  t.match(both.find(b => b.status === 'rejected'), { reason: { code: 'version-conflict', details: { version: 2 } } })
})

t.test('an order is listed under each unit\'s own task, in every state', async t => {
  const w = await orderWorld(t)
  const { commands: c, queries } = w.orders
  const [lead, other] = [handler('D05'), handler('D02')]
  const tasksOf = async (actor: Actor, orderId: string): Promise<string[]> => {
    const lists = await Promise.all(tasks.map(async task => await queries.list(actor, { task }, { after: null, limit: 50 })))
    return tasks.filter((_, i) => lists[i]?.some(o => o.id === orderId))
  }
  const both = async (orderId: string): Promise<string[][]> => await Promise.all(
    [lead, other].map(async actor => await tasksOf(actor, orderId))
  )
  const { id } = await w.do(c.file, agent, illegalClinic)
  await w.do(c.dispatch, dispatcher, {
    orderId: id, mode: 'comprehensive', unitIds: ['D05'], coUnitIds: ['D02'], basis: 'designated', evidence: '指定'
  })
  t.same(await both(id), [['sign'], ['sign']])
  await w.do(c.sign, lead, { orderId: id })
  t.same(await both(id), [['work'], ['sign']], 'the order is signed, the co-handler has still to sign')
  await w.do(c.coSign, other, { orderId: id })
  await w.do(c.start, lead, { orderId: id, noVisitReason: '就在门口' })
  await w.do(c.coReport, other, { orderId: id, text: '已配合' })
  t.same(await both(id), [['work'], ['reported']])
  await w.do(c.report, lead, { orderId: id, text: '已查处' })
  t.same(await both(id), [['reported'], ['reported']], 'reported, and not yet accepted')
  await w.do(c.acceptReport, dispatcher, { orderId: id })
  t.same(await both(id), [['done'], ['done']])

  const { id: turns } = await w.do(c.file, agent, illegalClinic)
  await w.do(c.dispatch, dispatcher, { orderId: turns, mode: 'sequence', unitIds: ['D05', 'D02'], basis: 'designated', evidence: '指定' })
  t.same(await both(turns), [['sign'], []], 'a unit whose turn has not come has no part yet')
  await w.do(c.sign, lead, { orderId: turns })
  await w.do(c.start, lead, { orderId: turns, noVisitReason: '就在门口' })
  await w.do(c.report, lead, { orderId: turns, text: '已鉴定' })
  t.same(await both(turns), [['done'], ['sign']], 'handed over, it is the next unit\'s to sign')
})

t.test('a queue goes by the clock its own reader has to meet, 特急 before all', async t => {
  const w = await orderWorld(t)
  const { commands: c, queries } = w.orders
  const queue = async (actor: Actor): Promise<Array<[id: string, due: string]>> =>
    (await queries.urgentFirst(actor, {}, { after: null, limit: 50 })).map(o => [o.id, o.nextDueAt.toISOString()])
  const at = (local: string): string => new Date(`2026-11-${local.replace(' ', 'T')}:00+08:00`).toISOString()
  const filed = async (local: string, over: Partial<NewOrder> = {}): Promise<string> => {
    w.at(`2026-11-${local}`)
    return (await w.do(c.file, agent, { ...sewer, ...over })).id
  }
  const older = await filed('23 08:00')
  const newer = await filed('24 08:00', { urgency: 'urgent', complainantNumber: '13900001007' })
  const worst = await filed('24 08:20', { urgency: 'critical', complainantNumber: '13900001008' })
  t.same(await queue(dispatcher), [[worst, at('24 08:30')], [older, at('24 00:00')], [newer, at('24 09:00')]],
    'the dispatcher has ten minutes, the day, an hour')
  const send = async (local: string, orderId: string): Promise<void> => {
    w.at(`2026-11-${local}`)
    await w.do(c.dispatch, dispatcher, { orderId, mode: 'single', unitIds: ['D05'], basis: 'designated', evidence: '指定' })
  }
  await send('24 09:00', newer)
  await send('24 09:10', older)
  t.same(await queue(handler('D05')), [[newer, at('24 09:30')], [older, at('24 11:10')]],
    'whatever the citizen was promised, the unit signs the newer one first')
})
