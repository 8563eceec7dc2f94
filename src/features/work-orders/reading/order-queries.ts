import { orderSight } from '../../../access/rules/visibility.ts'
import type { Database, Queryable } from '../../../db/database.ts'
import { DomainError } from '../../../domain/errors.ts'
import type { Actor } from '../../../domain/people/roles.ts'
import { bind } from '../../../domain/bind.ts'
import { isRowId } from '../../../domain/ids.ts'
import { recordOf } from '../../../domain/properties.ts'
import { readerUnit } from '../../../domain/people/reader-unit.ts'
import type { Channel, OrderState, PhotoPurpose } from '../../../domain/work-order.ts'
import { knownChannel, type ChannelPolicy } from '../../../policy/rules/channel-policy.ts'
import { assignmentsOf } from '../assignment/assignment-store.ts'
import { factsOf, type OrderContext } from '../life-cycle/order-context.ts'
import { decide, stepOfPhoto } from '../life-cycle/rules/life-cycle.ts'
import { orderFrom } from '../requests/request-store.ts'
import { noSuchOrder, orderColumns, type OrderRow } from '../work-orders-store.ts'
import { tasks, type Task } from '../rules/order-facts.ts'
import { orderDetail } from './order-detail.ts'
import { filtered, ofCaller, overdue, ownUnits, taskOf } from './order-list-sql.ts'
import { calm, namesOf, nextDue, sightOf, summaryColumns, summaryFrom, summaryOf, type SummaryRow } from './order-summary.ts'
import type { OrderCounts, OrderDetail, OrderFilter, OrderSummary, SimilarOrder, SimilarQuery } from './order-views.ts'
import { suggest, type RouteAnswer, type RouteQuery } from './route-suggestion.ts'
import { isCaller, isCallerOf, similar } from './similar-orders.ts'
import { namedOrders, withoutOthers } from './rules/visible.ts'
import { visible, type QueriesContext } from './visible-orders.ts'

/** Reading orders; every answer is what this person may see of them. */
export interface OrderQueries {
  /** Newest first, `limit + 1` rows at most; `after` is the last row seen (`receivedAt`, `id`). @throws DomainError `unknown-channel` */
  list: (actor: Actor, filter: OrderFilter, page: { after: [Date, string] | null, limit: number }) => Promise<OrderSummary[]>
  /** 特急 first, then by the clock that runs out next; `after` is the last row seen (0 or 1, `nextDueAt`, `id`). */
  urgentFirst: (actor: Actor, filter: OrderFilter, page: { after: [number, Date, string] | null, limit: number }) => Promise<OrderSummary[]>
  /** @throws DomainError `not-found`, also for an order this person may not see */
  one: (actor: Actor, id: string) => Promise<OrderDetail>
  /** Which of these orders this person may know of. */
  seen: (q: Queryable, actor: Actor, ids: readonly string[]) => Promise<ReadonlySet<string>>
  /** Which of these ids are orders this person may not know of. */
  hidden: (q: Queryable, actor: Actor, ids: readonly string[]) => Promise<ReadonlySet<string>>
  counts: (actor: Actor, filter: OrderFilter) => Promise<OrderCounts>
  /** Every order with one of these fingerprints that this person may see, newest first, 50 at most: see `numberSearchLimit` first. */
  ofNumber: (actor: Actor, hashes: readonly Buffer[]) => Promise<OrderSummary[]>
  /**
   * Whether this number, in any spelling, is the caller's of a call on this person's own line, now or within the last hour.
   * @throws DomainError `not-a-phone-number`
   */
  isCaller: (actor: Actor, callId: string, number: string) => Promise<boolean>
  /** The same for any call this order belongs to. @throws DomainError `not-a-phone-number` */
  isCallerOf: (actor: Actor, orderId: string, number: string) => Promise<boolean>
  /** Orders that may be about the same matter, most alike first. */
  similar: (actor: Actor, query: SimilarQuery) => Promise<SimilarOrder[]>
  /** Whether this person could add a photo of this purpose now. @throws DomainError `not-found` and the refusals of that step */
  mayAddPhoto: (actor: Actor, id: string, purpose: PhotoPurpose) => Promise<void>
  /** The unit that should have it, by the dispatch catalogue. @throws DomainError `unknown-category`, `unknown-unit` */
  suggest: (query: RouteQuery) => Promise<RouteAnswer>
  /** The channel's policy of today. @throws DomainError `unknown-channel`, also before its first day */
  channel: (code: Channel) => Promise<ChannelPolicy>
}

async function channel ({ channels, clock }: QueriesContext, code: Channel): Promise<ChannelPolicy> {
  return knownChannel(await channels(), code, clock.now())
}

/** Conditions that leave what was asked for, and this person may see. @throws DomainError `unknown-channel` */
async function asked (context: QueriesContext, actor: Actor, filter: OrderFilter): ReturnType<typeof visible> {
  if (filter.channel !== undefined) await channel(context, filter.channel)
  const { where, units } = await visible(context, actor)
  filtered(where, filter, actor, units)
  return { where, units }
}

async function list (
  context: QueriesContext,
  actor: Actor,
  filter: OrderFilter,
  { after, limit }: { after: [Date, string] | null, limit: number }
): Promise<OrderSummary[]> {
  const { db, directory, sealing } = context
  const { where, units } = await asked(context, actor, filter)
  if (after) where.add(v => `(o.received_at, o.id) < (${v(after[0])}, ${v(after[1])}::uuid)`)
  const from = `${summaryFrom} where ${where.text()}`
  const [rows, names] = await Promise.all([
    db.query<SummaryRow>(`select ${summaryColumns} from ${from} order by o.received_at desc, o.id desc limit ${limit + 1}`,
      where.values),
    namesOf(directory)
  ])
  return rows.map(row => summaryOf(sealing, actor, row, names, sightOf(actor, row, units)))
}

async function urgentFirst (
  context: QueriesContext,
  actor: Actor,
  filter: OrderFilter,
  { after, limit }: { after: [number, Date, string] | null, limit: number }
): Promise<OrderSummary[]> {
  const { db, directory, sealing } = context
  const { where, units } = await asked(context, actor, filter)
  if (after) where.add(v => `(${calm}, ${nextDue}, o.id) > (${v(after[0])}, ${v(after[1])}, ${v(after[2])}::uuid)`)
  const from = `${summaryFrom} where ${where.text()}`
  const [rows, names] = await Promise.all([
    db.query<SummaryRow>(`select ${summaryColumns} from ${from} order by ${calm}, ${nextDue}, o.id limit ${limit + 1}`, where.values),
    namesOf(directory)
  ])
  return rows.map(row => summaryOf(sealing, actor, row, names, sightOf(actor, row, units)))
}

async function ofNumber (context: QueriesContext, actor: Actor, hashes: readonly Buffer[]): Promise<OrderSummary[]> {
  const { db, directory, sealing } = context
  const { where, units } = await visible(context, actor)
  where.add(v => ofCaller(v(hashes)))
  const [rows, names] = await Promise.all([
    db.query<SummaryRow>(
      `select ${summaryColumns} from ${summaryFrom} where ${where.text()} order by o.received_at desc, o.id desc limit 50`,
      where.values
    ),
    namesOf(directory)
  ])
  return rows.map(row => summaryOf(sealing, actor, row, names, sightOf(actor, row, units)))
}

async function one (context: QueriesContext, actor: Actor, id: string): Promise<OrderDetail> {
  const { db } = context
  const detail = await orderDetail(context, db, actor, id)
  return withoutOthers(detail, await seen(context, db, actor, namedOrders(detail)))
}

async function seen (context: QueriesContext, q: Queryable, actor: Actor, ids: readonly string[]): Promise<ReadonlySet<string>> {
  if (ids.length === 0) return new Set()
  const { where } = await visible(context, actor)
  where.add(v => `o.id = any(${v(ids)}::uuid[])`)
  return new Set((await q.query<{ id: string }>(`select o.id from work_order o where ${where.text()}`, where.values)).map(o => o.id))
}

async function hidden (context: QueriesContext, q: Queryable, actor: Actor, ids: readonly string[]): Promise<ReadonlySet<string>> {
  const asked = ids.filter(isRowId)
  if (asked.length === 0) return new Set()
  const known = await q.query<{ id: string }>('select id from work_order where id = any($1::uuid[])', [asked])
  const sees = await seen(context, q, actor, known.map(o => o.id))
  const unseen = new Set(known.map(o => o.id).filter(id => !sees.has(id)))
  // As they were asked for: an id may be written in capitals.
  return new Set(asked.filter(id => unseen.has(id.toLowerCase())))
}

async function counts (context: QueriesContext, actor: Actor, filter: OrderFilter): Promise<OrderCounts> {
  const { db, clock } = context
  const { where, units } = await asked(context, actor, filter)
  // Only people of units have tasks: for others the count is skipped.
  const own = ownUnits(actor, units)
  const task = own.length === 0 ? null : taskOf(`$${where.values.push(own)}`)
  const byTask = tasks.map(name => `(count(*) filter (where ${task === null ? 'false' : task[name]}))::int as "${name}"`)
  const rows = await db.query<{
    state: OrderState,
    town: string | null,
    unit: string | null,
    count: number,
    overtime: number
  } & Record<Task, number>>(`
    select o.state, o.town_id as town, l.unit_id as unit, count(*)::int as count,
      (count(*) filter (where ${overdue}))::int as overtime, ${byTask.join(', ')}
    from work_order o left join assignment l on l.order_id = o.id and l.role = 'lead' and l.ended_at is null and l.state <> 'waiting'
    where ${where.text()} group by 1, 2, 3`, where.values)
  const sum = (key: (row: typeof rows[number]) => string | null): Record<string, number> => {
    const sums: Record<string, number> = {}
    for (const row of rows) { const k = key(row); if (k !== null) sums[k] = (sums[k] ?? 0) + row.count }
    return sums
  }
  const byState: OrderCounts['byState'] = {}
  for (const { state, count } of rows) byState[state] = (byState[state] ?? 0) + count
  return {
    asOf: clock.now(),
    total: rows.reduce((n, r) => n + r.count, 0),
    byState,
    // An order without a known town is counted too, so that the towns' sum is the total.
    byTown: sum(r => r.town ?? 'unknown'),
    byUnit: sum(r => r.unit),
    overtime: rows.reduce((n, r) => n + r.overtime, 0),
    byTask: recordOf(tasks, name => rows.reduce((n, r) => n + r[name], 0))
  }
}

async function mayAddPhoto (
  { db, clock, directory, rules }: QueriesContext, actor: Actor, id: string, purpose: PhotoPurpose
): Promise<void> {
  const [[row], assignments, units, standing] = await Promise.all([
    db.query<OrderRow>(`select ${orderColumns} from ${orderFrom} where o.id = $1`, [id]), assignmentsOf(db, id), directory.tree(),
    rules()
  ])
  const facts = row && factsOf({ row, assignments, units })
  const ownUnit = readerUnit(units, actor.unitId)
  if (!facts || orderSight(facts, actor, { ownUnit }) === null) throw noSuchOrder()
  const decision = decide(facts, { type: stepOfPhoto(purpose) }, actor, clock.now(), { ownUnit, rules: standing })
  if ('refused' in decision) throw new DomainError(decision.refused, decision.why, { state: facts.state })
}

export const createOrderQueries = (context: OrderContext, db: Database): OrderQueries =>
  bind({ ...context, db }, {
    list, urgentFirst, one, seen, hidden, counts, ofNumber, isCaller, isCallerOf, similar, mayAddPhoto, suggest, channel
  })
