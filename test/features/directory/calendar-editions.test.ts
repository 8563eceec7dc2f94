// A year is entered in editions: what was reckoned keeps its own, what waited for the year is reckoned again.
import t from 'tap'
import { agent, dispatcher, handler, orderWorld, somebody, type OrderWorld } from '../orders/order-world.ts'
import { callbackWorld } from '../callbacks/callback-world.ts'

const administrator = somebody('admin', null, 'ADMINISTRATOR')
const off = (...days: string[]) => days.map(day => ({ day, working: false, name: '放假' }))
const city = {
  channel: 'CITY_12345' as const,
  requestType: 'COMPLAINT' as const,
  categoryCode: '0901',
  title: '半夜打桩',
  place: '七宝镇 新镇路',
  townId: 'T02',
  complainantNumber: '13900001016'
}
const at = (local: string): Date => new Date(`${local}:00+08:00`)

async function enter (
  w: Pick<OrderWorld, 'calendar' | 'tx'>,
  year: number,
  seen: number | null,
  ...days: string[]
): Promise<{ edition: number }> {
  return await w.tx(async tx => await w.calendar.enter(tx, administrator, { year, seen, basis: '样例', days: off(...days) }))
}

t.test('over a year nobody has entered', async t => {
  const w = await orderWorld(t)
  const { commands: c, queries } = w.orders
  w.at('2026-12-30 09:00')
  const { id: orderId } = await w.do(c.file, agent, city)
  const { id: normal } = await w.do(c.file, agent, { ...city, channel: 'HOTLINE_962000' })
  const clock = async (kind: string) => (await queries.one(dispatcher, orderId)).deadlines.find(d => d.kind === kind)
  t.match(await clock('citizen'), { dueAt: at('2027-01-06T09:00'), explanation: { days: { awaitsYear: 2027 } }, explained: /2027年节假日尚未录入/ },
    'Monday to Friday for now, and it says so')
  t.match(await clock('first-contact'), { dueAt: at('2026-12-31T09:00'), explanation: { days: { awaitsYear: null } } })
  await w.sweep()
  t.notOk((await w.kinds(orderId)).includes('clocks.reckoned-again'), 'nothing to say before the year is there')

  await enter(w, 2027, null, '2027-01-01', '2027-01-04')
  await w.sweep()
  await w.sweep()
  t.match(await clock('citizen'),
    { dueAt: at('2027-01-08T09:00'), explanation: { days: { awaitsYear: null, editions: { 2026: 1, 2027: 1 } } } })
  t.notMatch((await clock('citizen'))?.explained, /尚未录入/)
  t.match(await w.row(orderId), { citizen_due_at: at('2027-01-08T09:00') }, 'the order says the same')
  t.equal((await w.kinds(orderId)).filter(k => k === 'clocks.reckoned-again').length, 1, 'on the timeline, once')
  t.notOk((await w.kinds(normal)).includes('clocks.reckoned-again'), 'hours of the clock wait for no calendar')

  await enter(w, 2027, 1, '2027-01-01', '2027-01-05', '2027-01-06')
  await w.sweep()
  t.match(await clock('citizen'), { dueAt: at('2027-01-08T09:00') }, 'a later edition changes nothing that was reckoned')
  const { id: later } = await w.do(c.file, agent, city)
  t.match((await queries.one(dispatcher, later)).deadlines.find(d => d.kind === 'citizen'),
    { dueAt: at('2027-01-11T09:00'), explanation: { days: { editions: { 2027: 2 } } } })
})

t.test('overtime by the provisional end stays, the clock runs on', async t => {
  const w = await orderWorld(t)
  const { commands: c } = w.orders
  w.at('2026-12-30 09:00')
  const { id: orderId } = await w.do(c.file, agent, { ...city, requestType: 'CONSULTATION' })
  await w.do(c.dispatch, dispatcher, { orderId, mode: 'single', unitIds: ['D06'], basis: 'statutory' })
  const { id: second } = await w.do(c.file, agent, city)
  w.at('2026-12-31 10:00')
  await w.sweep()
  t.match(await w.row(orderId), { handling_overtime_at: at('2026-12-31T09:00') }, 'a known day')
  w.at('2027-01-06 09:01')
  await w.sweep()
  t.match(await w.row(second), { citizen_overtime_at: at('2027-01-06T09:00') })
  await enter(w, 2027, null, '2027-01-01')
  await w.sweep()
  t.match(await w.row(second), { citizen_overtime_at: at('2027-01-06T09:00'), citizen_due_at: at('2027-01-07T09:00') })
})

t.test('permissions to enter calendar and policies', async t => {
  const w = await orderWorld(t)
  await t.rejects(w.tx(async tx => await w.calendar.enter(tx, dispatcher, { year: 2027, seen: null, basis: '', days: off('2027-01-01') })),
    { code: 'not-allowed' })
  await t.rejects(enter(w, 2026, null, '2026-01-01'), { code: 'version-conflict', details: { edition: 1 } }, 'somebody has entered it')
  const both = await Promise.allSettled([enter(w, 2027, null, '2027-01-01'), enter(w, 2027, null, '2027-01-02')])
  t.same(both.map(b => b.status).sort(), ['fulfilled', 'rejected'], 'two at once: one of them')
  const { edition, days } = await w.calendar.year(2027)
  t.match(await w.tx(async tx => await w.calendar.enter(tx, administrator, { year: 2027, seen: edition, basis: '', days })), { edition: 1 },
    'the same days are no new edition')
  await t.rejects(w.db.query('update calendar_day set working = true'), /append-only|refuse|cannot/i, 'an edition is never changed')
})

t.test('the officer\'s day', async t => {
  const world = await callbackWorld(t)
  world.at('2026-12-30 16:00')
  const orderId = await world.acceptedOrder({})
  world.at('2026-12-31 09:00')
  await world.sweep()
  await world.reports(await world.leg(), 'rings', 'answers', { key: '1', q: 'contacted' }, { key: '3', q: 'solved' }, { hangup: 16 },
    'ends')
  const due = async (): Promise<Date> =>
    (await world.db.query<{ due: Date }>('select officer_due_at as due from callback where order_id = $1', [orderId]))[0]?.due as Date
  t.same((await due()).toISOString().slice(0, 10), '2027-01-01', 'Friday for now')
  await world.tx(
    async tx => await world.calendar.enter(tx, administrator, { year: 2027, seen: null, basis: '', days: off('2027-01-01', '2027-01-04') })
  )
  await world.sweep()
  t.same((await due()).toISOString().slice(0, 10), '2027-01-05')
  world.at('2027-01-04 12:00')
  await world.sweep()
  t.match(await world.callbackOf(orderId), { status: 'OFFICER' }, 'it does not re-open by itself on a holiday')
})

t.test('urgency or category changed while the unit has it: its clocks follow, flags stay', async t => {
  const w = await orderWorld(t)
  const { commands: c, queries } = w.orders
  const clocks = async (orderId: string) => Object.fromEntries(
    (await queries.one(dispatcher, orderId)).deadlines.filter(d => d.stoppedAt === null).map(d => [d.kind, d.dueAt])
  )
  w.at('2026-11-23 09:00')
  const { id: orderId } = await w.do(c.file, agent, { ...city, channel: 'HOTLINE_962000', categoryCode: '0102' })
  await w.do(c.dispatch, dispatcher, { orderId, mode: 'single', unitIds: ['D23'], basis: 'statutory' })
  t.match(await clocks(orderId),
    { citizen: at('2026-11-30T09:00'), handling: at('2026-11-30T09:00'), 'on-site': at('2026-11-23T12:00'), sign: at('2026-11-23T11:00') })
  w.at('2026-11-23 09:05')
  await w.do(c.amend, dispatcher, { orderId, urgency: 'critical' })
  t.match(await clocks(orderId),
    { citizen: at('2026-11-24T09:00'), handling: at('2026-11-24T09:00'), 'on-site': at('2026-11-23T09:30'), sign: at('2026-11-23T09:10') })
  w.at('2026-11-24 09:01')
  await w.sweep()
  t.match(await w.row(orderId), { handling_overtime_at: at('2026-11-24T09:00'), on_site_overtime_at: at('2026-11-23T09:30') })
  await w.do(c.amend, dispatcher, { orderId, urgency: 'normal' })
  t.match(await clocks(orderId), { citizen: at('2026-11-30T09:00'), handling: at('2026-11-30T09:00'), 'on-site': at('2026-11-23T12:00') })
  t.match(
    await w.row(orderId),
    {
      handling_overtime_at: at('2026-11-24T09:00'),
      on_site_overtime_at: at('2026-11-23T09:30'),
      citizen_overtime_at: at('2026-11-24T09:00')
    },
    'overtime never disappears'
  )
  await w.do(c.amend, dispatcher, { orderId, categoryCode: '1505' })
  t.notOk('on-site' in await clocks(orderId), 'nobody has to go there any more')
  t.equal((await queries.one(dispatcher, orderId)).deadlines.find(d => d.kind === 'handling')?.explanation.category?.code, '1505')

  const { id: asked } = await w.do(c.file, agent, { ...city, categoryCode: '1505', channel: 'HOTLINE_962000' })
  await w.do(c.dispatch, dispatcher, { orderId: asked, mode: 'single', unitIds: ['D23'], basis: 'designated', evidence: '样例' })
  t.notOk('on-site' in await clocks(asked))
  w.at('2026-11-24 09:31')
  await w.do(c.amend, dispatcher, { orderId: asked, categoryCode: '0102' })
  t.same((await clocks(asked))['on-site'], at('2026-11-24T12:01'), 'now somebody has to')
  await w.do(c.sign, handler('D23'), { orderId: asked })
  await w.do(c.arrive, handler('D23'), { orderId: asked })
  await w.do(c.amend, dispatcher, { orderId: asked, urgency: 'urgent' })
  t.notOk('on-site' in await clocks(asked), 'a unit that is there has arrived')
})

t.test('an urgent matter of the city\'s hotline has its visit', async t => {
  const w = await orderWorld(t)
  const { commands: c, queries } = w.orders
  w.at('2026-11-23 09:00')
  const { id: orderId } = await w.do(c.file, agent, { ...city, urgency: 'urgent' })
  await w.do(c.dispatch, dispatcher, { orderId, mode: 'single', unitIds: ['D06'], basis: 'statutory' })
  const { deadlines } = await queries.one(dispatcher, orderId)
  t.match(deadlines.find(d => d.kind === 'on-site'), { dueAt: at('2026-11-23T11:00') })
  t.match(deadlines.find(d => d.kind === 'handling'), { dueAt: at('2026-11-30T09:00'), explanation: { policy: 'CITY_12345_NORMAL' } })
})
