// Overtime is warned of, marked once and for good, and made good by the sweep when every alarm was lost.
import t from 'tap'
import { newId } from '../../../src/domain/ids.ts'
import { deadlinesOf, insertDeadlines } from '../../../src/features/work-orders/clocks/deadline-store.ts'
import { agent, dispatcher, handler, illegalClinic, orderWorld } from './order-world.ts'
import type { NewOrder } from '../../../src/features/work-orders/order-types.ts'

const noise: NewOrder = {
  channel: 'HOTLINE_962000',
  requestType: 'COMPLAINT',
  categoryCode: '0901',
  title: '半夜打桩',
  place: '七宝镇 新镇路',
  townId: 'T02',
  complainantNumber: '13900001016'
}

t.test('from the first warning to overtime, by the sweep alone', async t => {
  const w = await orderWorld(t)
  const { commands: c, queries } = w.orders
  w.at('2026-11-23 09:00')
  const { id: orderId } = await w.do(c.file, agent, noise)
  await w.do(c.dispatch, dispatcher, { orderId, mode: 'single', unitIds: ['D06'], basis: 'statutory' })
  // By SQL: an alarm that Redis lost after the relay had handed it over.
  await w.db.query('delete from outbox')
  await w.do(c.sign, handler('D06'), { orderId })
  const moments: Array<[string, string[]]> = [
    ['2026-11-23 09:59', []],
    ['2026-11-23 10:00', ['on-site.half']],
    ['2026-11-23 10:36', ['on-site.late']],
    ['2026-11-23 11:00', ['on-site.expire']],
    ['2026-11-24 09:00', ['first-contact.expire']],
    ['2026-11-24 21:00', ['citizen.half', 'handling.half']],
    ['2026-11-26 09:00', ['citizen.expire', 'handling.expire']]
  ]
  for (const [at, expected] of moments) {
    const before = (await w.kinds(orderId)).length
    w.at(at)
    await w.sweep()
    await w.sweep()
    const said = (await w.kinds(orderId)).slice(before).filter(k => /\.(half|late|expire)$/.test(k)).sort()
    t.same(said, expected.sort(), at)
  }
  t.match(await w.row(orderId),
    { on_site_overtime_at: new Date('2026-11-23T11:00:00+08:00'), handling_overtime_at: new Date('2026-11-26T09:00:00+08:00'), level: 2 })
  t.match((await w.texts(orderId)).map(x => x.body).filter(b => /时限/.test(b)),
    [/距到场时限还有1小时/, /距到场时限还有24分钟/, /已超过到场时限/, /距处置时限还有1天12小时/, /已超过处置时限/])
  t.equal((await queries.list(dispatcher, { overtime: true }, { after: null, limit: 10 })).length, 1)

  await w.do(c.arrive, handler('D06'), { orderId })
  t.match(await w.row(orderId), { on_site_overtime_at: new Date('2026-11-23T11:00:00+08:00') }, 'arriving late clears nothing')
})

t.test('a clock that ran out unseen is overtime when it is stopped', async t => {
  const w = await orderWorld(t)
  const { commands: c } = w.orders
  w.at('2026-11-23 09:00')
  const { id: orderId } = await w.do(c.file, agent, noise)
  await w.do(c.dispatch, dispatcher, { orderId, mode: 'single', unitIds: ['D06'], basis: 'statutory' })
  await w.do(c.sign, handler('D06'), { orderId })
  w.at('2026-11-23 11:01')
  await w.do(c.arrive, handler('D06'), { orderId })
  t.match(await w.row(orderId), { on_site_overtime_at: new Date('2026-11-23T11:00:00+08:00') })
})

t.test('the Centre\'s own duty to dispatch', async t => {
  const w = await orderWorld(t)
  const { commands: c } = w.orders
  w.at('2026-11-23 09:00')
  const critical = await w.do(c.file, agent, { ...noise, urgency: 'critical' })
  const normal = await w.do(c.file, agent, { ...noise, urgency: 'normal' })
  t.same((await w.row(critical.id)).dispatch_due_at, new Date('2026-11-23T09:10:00+08:00'))
  t.same((await w.row(normal.id)).dispatch_due_at, new Date('2026-11-24T00:00:00+08:00'))
  w.at('2026-11-23 09:11')
  await w.sweep()
  t.match(await w.row(critical.id), { dispatch_overtime_at: new Date('2026-11-23T09:10:00+08:00') })
  t.match(await w.row(normal.id), { dispatch_overtime_at: null })
  await w.do(c.amend, agent, { orderId: normal.id, urgency: 'urgent' })
  t.same((await w.row(normal.id)).dispatch_due_at, new Date('2026-11-23T10:00:00+08:00'),
    'more urgent than thought: from receipt all the same')
})

t.test('an unsigned order is asked after', async t => {
  const w = await orderWorld(t)
  const { commands: c } = w.orders
  w.at('2026-11-23 09:00')
  const { id: orderId } = await w.do(c.file, agent, noise)
  await w.do(c.dispatch, dispatcher, { orderId, mode: 'single', unitIds: ['D06'], basis: 'statutory' })
  w.at('2026-11-23 09:15')
  await w.sweep()
  t.match((await w.texts(orderId)).map(x => x.body), [/前到场/, /尚未签收/])
  await w.do(c.sign, handler('D06'), { orderId })
  await w.do(c.forward, handler('D06'), { orderId, unitId: 'T02-CGZD' })
  w.at('2026-11-23 09:31')
  await w.sweep()
  const reminded = (await w.texts(orderId)).filter(x => x.body.includes('尚未签收'))
  t.same(reminded.map(x => x.to), ['+8613900000220', '+8613900000266'],
    'by whom it is with now, though the one before still answers for it')
})

t.test('the citizen\'s clock never starts again, not even when a closed order is reopened', async t => {
  const w = await orderWorld(t)
  const { commands: c, queries } = w.orders
  w.at('2026-11-23 09:00')
  const { id: orderId } = await w.do(c.file, agent, { ...illegalClinic, categoryCode: '1505', requestType: 'COMPLAINT', anonymous: true })
  await w.do(c.dispatch, dispatcher, { orderId, mode: 'single', unitIds: ['D26'], basis: 'statutory' })
  for (const step of [c.sign, c.start]) await w.do(step, handler('D26'), { orderId })
  await w.do(c.report, handler('D26'), { orderId, text: '已解释', result: 'EXPLAINED' })
  t.match(await w.do(c.acceptReport, dispatcher, { orderId }), { state: 'CLOSED' }, 'nobody to ask and no spot to see')
  t.match(await w.row(orderId), { result: 'EXPLAINED', callback_status: 'NOT_REQUIRED', callback_reason: 'anonymous' })
  w.at('2026-12-05 09:00')
  await w.do(c.reopen, dispatcher, { orderId, reason: '再次来电', hold: true })
  await w.sweep()
  const whole = await queries.one(dispatcher, orderId)
  t.match(whole, { state: 'REWORK', reworkCount: 1, cycle: 2, overtime: { citizen: new Date('2026-11-30T09:00:00+08:00') } })
  t.equal(whole.deadlines.filter(d => d.kind === 'citizen').length, 1)
  const again = (await deadlinesOf(w.db, orderId)).filter(d => d.kind === 'citizen').map(d => ({ ...d, id: newId() }))
  await t.rejects(w.tx(async tx => { insertDeadlines(tx, again) }), { code: '23505' }, 'a second one beside it cannot be written')
})
