import type { Queryable } from '../../db/database.ts'
import type { Channel, OrderState, RequestType, Urgency } from '../../domain/work-order.ts'
import type { Cell } from './rules/counts.ts'
import {
  callbackFigures, isCallbackFigure, isSpanFigure, orderFigures, spanFigures, type FigureName, type SpanFigure
} from './figure-sql.ts'

/** Which orders are counted; times are of receipt. A field left out does not filter. */
export interface BoardFilter {
  from: Date
  to: Date
  /** `unknown`: no town yet */
  townId?: string
  /** the unit that leads now, or led last */
  unitId?: string
  /** two digits of class or four of subclass; `unknown`: none yet */
  categoryCode?: string
  state?: OrderState
  channel?: Channel
  requestType?: RequestType
  urgency?: Urgency
  overtime?: boolean
}

/** The list behind a figure may be of one line of a table: a department with all below it. */
export interface FigureFilter extends BoardFilter { leaders?: readonly string[] }

/** One row a figure counts, without words of the matter: the order's page shows them to those who may read them. */
export interface Counted {
  /** of the order, or of the callback */
  key: string
  orderId: string
  number: string
  state: OrderState
  channel: Channel
  urgency: Urgency
  categoryCode: string | null
  townId: string | null
  unitId: string | null
  receivedAt: Date
  closedAt: Date | null
}

/**
 * The filter besides the span, as conditions on `work_order o`; `v` takes a value and returns its placeholder. `unknown`: not known yet.
 */
function asked (f: FigureFilter, v: (value: unknown) => string): string {
  const parts = ['o.state <> \'DRAFT\'']
  if (f.townId !== undefined) parts.push(f.townId === 'unknown' ? 'o.town_id is null' : `o.town_id = ${v(f.townId)}`)
  if (f.unitId !== undefined) parts.push(`(${leader}) = ${v(f.unitId)}`)
  if (f.leaders !== undefined) parts.push(`(${leader}) = any(${v(f.leaders)}::text[])`)
  if (f.categoryCode !== undefined) {
    parts.push(f.categoryCode === 'unknown' ? 'o.category_code is null' : `o.category_code like ${v(f.categoryCode)} || '%'`)
  }
  if (f.state !== undefined) parts.push(`o.state = ${v(f.state)}`)
  if (f.channel !== undefined) parts.push(`o.channel = ${v(f.channel)}`)
  if (f.requestType !== undefined) parts.push(`o.request_type = ${v(f.requestType)}`)
  if (f.urgency !== undefined) parts.push(`o.urgency = ${v(f.urgency)}`)
  if (f.overtime !== undefined) parts.push(`(${orderFigures.overtime}) = ${v(f.overtime)}`)
  return parts.map(p => `(${p})`).join(' and ')
}

/** The unit that leads, or led last. */
const leader = `select a.unit_id from assignment_read a where a.order_id = o.id and a.role = 'lead' and a.state <> 'waiting'
  order by a.no desc limit 1`

/** `asOf`: the moment of counting; `satisfiedFrom`: the grade from which on somebody is satisfied. */
export interface Counting { asOf: Date, satisfiedFrom: number }

/** Values of a statement whose first four are the span and what is counted by. */
function statement (
  f: BoardFilter, { asOf, satisfiedFrom }: Counting
): { values: unknown[], v: (value: unknown) => string, placed: (condition: string) => string } {
  const values: unknown[] = [f.from, f.to, asOf, satisfiedFrom]
  return {
    values,
    v: value => `$${values.push(value)}`,
    placed: condition =>
      `(${condition.replaceAll('$from', '$1').replaceAll('$to', '$2').replaceAll('$now', '$3').replaceAll('$satisfied', '$4')})`
  }
}

/** No statement uses all four: each is named once, so that it has a type. */
const span = '($1::timestamptz, $2::timestamptz, $3::timestamptz, $4::int) is not null'
const receivedInSpan = 'o.received_at >= $1 and o.received_at < $2'

/** Counted in one statement and so at one moment, a row for every town, class, state and lead. */
export async function countCells (db: Queryable, f: BoardFilter, by: Counting): Promise<Cell[]> {
  const { values, v, placed } = statement(f, by)
  const orders = Object.entries(orderFigures).map(([name, is]) => `count(*) filter (where ${placed(is)})::int "${name}"`)
  const calls = Object.keys(callbackFigures).map(name => `coalesce(sum(k."${name}"), 0)::int "${name}"`)
  const counted = Object.entries(callbackFigures).map(([name, is]) => `count(*) filter (where ${placed(is)}) "${name}"`)
  return await db.query<Cell>(`
    select o.town_id "townId", left(o.category_code, 2) "classCode", o.state, (${leader}) "unitId", ${[...orders, ...calls].join(', ')}
    from work_order_read o
    left join lateral (select ${counted.join(', ')} from callback_read c where c.order_id = o.id) k on true
    where ${span} and ${receivedInSpan} and ${asked(f, v)}
    group by 1, 2, 3, 4`, values)
}

/** Figures over other sets than what the span received, of the same filter. */
export async function countOfSpan (db: Queryable, f: BoardFilter, by: Counting): Promise<Record<SpanFigure, number>> {
  const { values, v, placed } = statement(f, by)
  const counted = Object.entries(spanFigures).map(([name, is]) => `count(*) filter (where ${placed(is)})::int "${name}"`)
  const [row] = await db.query<Record<SpanFigure, number>>(
    `select ${counted.join(', ')} from work_order_read o where ${span} and ${asked(f, v)}`,
    values
  )
  return row ?? { inHand: 0, handled: 0, closedInSpan: 0, openNow: 0, overdueNow: 0 }
}

/** A condition on `work_order o` with values of its own; `v` takes a value and returns its placeholder. */
export type Condition = (v: (value: unknown) => string) => string

/**
 * The list a figure counts, newest first, one row more than `limit`; a figure of callbacks has a row for each callback. `notShown`: those
 * of them that are not `visible`.
 */
export async function listFigure (
  db: Queryable, f: FigureFilter, name: FigureName, by: Counting, visible: Condition, page: { after: [Date, string] | null, limit: number }
): Promise<{ rows: Counted[], notShown: number }> {
  const { values, v, placed } = statement(f, by)
  const key = isCallbackFigure(name) ? 'c.id' : 'o.id'
  const is = isCallbackFigure(name) ? callbackFigures[name] : isSpanFigure(name) ? spanFigures[name] : orderFigures[name]
  const where = [span, asked(f, v), placed(is), ...isSpanFigure(name) ? [] : [receivedInSpan]]
  const from = `work_order_read o ${isCallbackFigure(name) ? 'join callback_read c on c.order_id = o.id' : ''}`
  const text = (parts: readonly string[]): string => parts.map(p => `(${p})`).join(' and ')
  const sees = `(${visible(v)})`
  const [hidden] = await db.query<{ count: number }>(
    `select count(*)::int as count from ${from} where ${text([...where, `${sees} is not true`])}`,
    [...values]
  )
  where.push(sees)
  if (page.after) where.push(`(o.received_at, ${key}) < (${v(page.after[0])}, ${v(page.after[1])}::uuid)`)
  const rows = await db.query<Counted>(`
    select ${key} as key, o.id as "orderId", o.number, o.state, o.channel, o.urgency, o.category_code as "categoryCode",
      o.town_id as "townId", (${leader}) as "unitId", o.received_at as "receivedAt", o.closed_at as "closedAt"
    from ${from}
    where ${text(where)} order by o.received_at desc, ${key} desc limit ${page.limit + 1}`, values)
  return { rows, notShown: hidden?.count ?? 0 }
}

/** Orders received and closed on each local day, oldest first; a day without any has its row too. */
export async function countDays (
  db: Queryable, from: Date, to: Date, timeZone: string
): Promise<Array<{ day: string, received: number, closed: number }>> {
  return await db.query(`
    with days as (select to_char(d, 'YYYY-MM-DD') as day
      from generate_series(($1::timestamptz at time zone $3)::date, (($2::timestamptz - interval '1 second') at time zone $3)::date,
        interval '1 day') d), r as (select to_char(received_at at time zone $3, 'YYYY-MM-DD') as day, count(*)::int n from work_order_read
        where state <> 'DRAFT' and received_at >= $1 and received_at < $2 group by 1),
    c as (select to_char(closed_at at time zone $3, 'YYYY-MM-DD') as day, count(*)::int n from work_order_read
    where state = 'CLOSED' and closed_at >= $1 and closed_at < $2 group by 1)
    select days.day, coalesce(r.n, 0) received, coalesce(c.n, 0) closed from days left join r using (day) left join c using (day)
      order by days.day`, [from, to, timeZone])
}
