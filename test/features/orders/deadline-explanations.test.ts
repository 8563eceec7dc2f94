// Every deadline is computed again from its stored explanation alone, whatever happened to the order and to the calendar since.
import t from 'tap'
import { DateTime } from 'luxon'
import { DomainError } from '../../../src/domain/errors.ts'
import { urgencies, type Channel, type RequestType } from '../../../src/domain/work-order.ts'
import { agent, dispatcher, handler, orderWorld, somebody } from './order-world.ts'

interface Stored {
  rule: string,
  calendar: string,
  minutes: number,
  used: number,
  runningSince: string,
  timeZone: string,
  policy: string,
  category?: { code: string, validFrom: string }
  days?: { exceptions: Record<string, boolean>, editions: Record<string, number>, awaitsYear: number | null }
}

/** The test's own reckoning: from midnight to midnight, by the stored days and nothing else. */
function again (e: Stored): number {
  let at = DateTime.fromISO(e.runningSince, { zone: e.timeZone })
  if (e.rule === 'until-end-of-day') return at.startOf('day').plus({ days: 1 }).toMillis()
  let left = Math.max(0, e.minutes - e.used) * 60_000
  if (e.calendar === 'clock') return at.toMillis() + left
  for (;;) {
    const worked = e.days?.exceptions[at.toISODate() ?? ''] ?? at.weekday < 6
    const midnight = at.startOf('day').plus({ days: 1 })
    const here = worked ? midnight.toMillis() - at.toMillis() : 0
    if (worked && left <= here) return Math.round(at.toMillis() + left)
    left -= here
    at = midnight
  }
}

/** A small generator: the same walks every time. */
function random (seed: number): (max: number) => number {
  let state = seed
  return max => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff
    return Math.floor(state / 0x80000000 * max)
  }
}

t.test('random walks over orders, with years entered and changed in between', async t => {
  const w = await orderWorld(t)
  const { commands: c } = w.orders
  const roll = random(20261219)
  const one = <T>(list: readonly T[]): T => list[roll(list.length)] as T
  const administrator = somebody('admin', null, 'ADMINISTRATOR')
  const categories = await w.db.query<{ code: string, lead: string | null }>(`select code, lead_unit_id as lead from category
    where valid_to is null order by code`)
  const channels: Channel[] = ['HOTLINE_962000', 'HOTLINE_962000', 'CITY_12345', 'CITY_12345', 'POLICE_110']
  const types: RequestType[] = ['COMPLAINT', 'HELP', 'CONSULTATION']
  w.at('2026-12-21 08:00')
  const orders: Array<{ id: string, unit: string }> = []
  let done = 0
  const attempt = async (work: () => Promise<unknown>): Promise<void> => {
    try {
      await work()
      done++
    } catch (error) {
      if (!(error instanceof DomainError)) throw error
    }
  }
  const anOrder = async (): Promise<void> => {
    const { code, lead } = one(categories)
    const fields = {
      channel: one(channels),
      requestType: one(types),
      categoryCode: code,
      title: '路灯不亮',
      place: '七宝镇 新镇路',
      townId: 'T02',
      complainantNumber: '13900001016'
    }
    const { id } = await w.do(c.file, agent, { ...fields, ...(roll(2) ? { urgency: one(urgencies) } : {}) })
    orders.push({ id, unit: lead ?? 'T02' })
  }
  const verbs: Array<(order: { id: string, unit: string }) => Promise<unknown>> = [
    async ({ id, unit }) => await w.do(c.dispatch, dispatcher, {
      orderId: id, mode: 'single', unitIds: [unit], basis: 'designated', evidence: '样例'
    }),
    async ({ id, unit }) => await w.do(c.sign, handler(unit), { orderId: id }),
    async ({ id, unit }) => await w.do(c.arrive, handler(unit), { orderId: id }),
    async ({ id, unit }) => await w.do(c.start, handler(unit), { orderId: id, noVisitReason: '电话处理' }),
    async ({ id, unit }) => await w.do(c.report, handler(unit), { orderId: id, text: '已处理' }),
    async ({ id }) => await w.do(c.sendBack, dispatcher, { orderId: id, reason: '照片不清' }),
    // handled at once and sent back while time is left, which chance alone hardly brings together
    async ({ id, unit }) => {
      await w.do(c.sign, handler(unit), { orderId: id })
      await w.do(c.start, handler(unit), { orderId: id, noVisitReason: '电话处理' })
      await w.do(c.report, handler(unit), { orderId: id, text: '已处理' })
      w.clock.advance(30 * 60_000)
      await w.do(c.sendBack, dispatcher, { orderId: id, reason: '照片不清' })
    },
    async ({ id, unit }) => await w.do(c.requestExtension, handler(unit),
      { orderId: id, reason: '要备料', until: new Date(w.clock.now().getTime() + (1 + roll(20)) * 86_400_000) }),
    async ({ id }) => await w.do(c.grantExtension, dispatcher, { orderId: id }),
    async ({ id }) => await w.do(c.amend, dispatcher, { orderId: id, urgency: one(urgencies) }),
    async ({ id }) => await w.do(c.amend, dispatcher, { orderId: id, categoryCode: one(categories).code })
  ]
  const enter = async (year: number, seen: number | null, days: Array<[string, boolean]>): Promise<void> => {
    const input = { year, seen, basis: '', days: days.map(([day, working]) => ({ day, working, name: '放假' })) }
    await w.tx(async tx => await w.calendar.enter(tx, administrator, input))
  }
  for (let step = 0; step < 500; step++) {
    if (step % 8 === 0) await anOrder()
    w.clock.advance(roll(150) * 60_000)
    await attempt(async () => await one(verbs)(one(orders.slice(-20))))
    if (step % 25 === 0) await w.sweep()
    if (step === 150) await enter(2027, null, [['2027-01-01', false], ['2027-01-04', false], ['2027-01-09', true]])
    if (step === 300) await enter(2027, 1, [['2027-01-01', false], ['2027-01-05', false], ['2027-01-06', false], ['2027-02-08', false]])
  }
  const rows = await w.db.query<{ kind: string, due: Date, next: Date | null, explanation: Stored }>(`select kind, due_at as due,
    next_at as next, explanation from deadline`)
  const wrong = rows.filter(r => again(r.explanation) !== r.due.getTime())
  t.same(wrong.map(r => [r.kind, r.due, r.explanation]), [])
  const working = rows.filter(r => r.explanation.calendar === 'working')
  t.ok(done > 120, `${done} steps were taken`)
  t.ok(rows.length > 200 && working.length > 80, `${rows.length} deadlines, ${working.length} of working days`)
  t.ok(working.some(r => r.explanation.used > 0), 'some went on after a pause')
  t.ok(working.some(r => r.explanation.days?.editions[2027] === 1) && working.some(r => r.explanation.days?.editions[2027] === 2),
    'by both editions')
  t.same(working.filter(r => !r.explanation.days), [], 'each says its days')
  t.same(rows.filter(r => r.explanation.policy === 'CATEGORY' && !/^\d{4}$/.test(r.explanation.category?.code ?? '')), [],
    'and its category')
})
