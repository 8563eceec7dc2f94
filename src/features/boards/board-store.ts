import type { Queryable } from '../../db/database.ts'
import type { Channel, OrderState, RequestType, Urgency } from '../../domain/work-order.ts'
import type { Cell } from './rules/counts.ts'
import type { InHand } from './rules/rates.ts'

/** Which orders are counted; times are of receipt. What is not named is not asked for. */
export interface BoardFilter {
  from: Date
  to: Date
  townId?: string
  /** who leads now, or led last */
  unitId?: string
  /** two digits of class or four of subclass */
  categoryCode?: string
  state?: OrderState
  channel?: Channel
  requestType?: RequestType
  urgency?: Urgency
  overtime?: boolean
}

const late = '(o.handling_overtime_at is not null or o.on_site_overtime_at is not null or o.citizen_overtime_at is not null)'
const isOpen = 'o.state not in (\'CLOSED\', \'ANSWERED\', \'REJECTED\', \'MERGED\')'

/** What is asked for besides the span, as conditions on `work_order o`; their values begin at `$first`. */
function asked (f: BoardFilter, first: number): { sql: string, values: unknown[] } {
  const values = [f.townId ?? null, f.unitId ?? null, f.categoryCode ?? null, f.state ?? null, f.channel ?? null, f.requestType ?? null, f.urgency ?? null, f.overtime ?? null]
  const [town, unit, category, state, channel, type, urgency, overtime] = values.map((_, i) => `$${first + i}`)
  return {
    values,
    sql: `(${town}::text is null or o.town_id = ${town})
      and (${unit}::text is null or (${leader}) = ${unit})
      and (${category}::text is null or o.category_code like ${category} || '%')
      and (${state}::text is null or o.state = ${state})
      and (${channel}::text is null or o.channel = ${channel})
      and (${type}::text is null or o.request_type = ${type})
      and (${urgency}::text is null or o.urgency = ${urgency})
      and (${overtime}::boolean is null or ${late} = ${overtime})`
  }
}

/** Who leads, or led last. */
const leader = 'select a.unit_id from assignment a where a.order_id = o.id and a.role = \'lead\' and a.state <> \'waiting\' order by a.no desc limit 1'

/** Counted in one statement and so at one moment, a row for every town, class, state and lead. */
export async function countCells (db: Queryable, f: BoardFilter, asOf: Date): Promise<Cell[]> {
  const { sql, values } = asked(f, 4)
  return await db.query<Cell>(`
    select o.town_id "townId", left(o.category_code, 2) "classCode", o.state, (${leader}) "unitId",
      count(*)::int received,
      count(*) filter (where o.filed_at is not null)::int filed,
      count(*) filter (where o.filed_at is not null and o.dispatched_at is not null)::int dispatched,
      count(*) filter (where o.filed_at is not null and o.closed_at is not null)::int closed,
      count(*) filter (where ${isOpen})::int open,
      count(*) filter (where ${late})::int overtime,
      count(*) filter (where o.filed_at is not null and (o.closed_at is not null or o.citizen_due_at <= $3 or ${late}))::int due,
      count(*) filter (where o.filed_at is not null and o.closed_at is not null and not ${late})::int "closedOnTime",
      count(*) filter (where o.filed_at is not null and o.first_contact_at is not null and o.first_contact_overtime_at is null)::int "firstContact",
      count(*) filter (where o.filed_at is not null and o.dispatched_at is not null and o.return_count > 0)::int returned,
      count(*) filter (where o.filed_at is not null and o.dispatched_at is not null and o.rework_count > 0)::int reworked,
      count(*) filter (where o.filed_at is not null and (o.first_contact_at is not null or coalesce(c.contacted, false)))::int contacted,
      coalesce(sum(c.called), 0)::int called,
      coalesce(sum(c.answered), 0)::int "calledBack",
      coalesce(sum(c.solved), 0)::int solved,
      coalesce(sum(c.graded), 0)::int graded,
      coalesce(sum(c.satisfied), 0)::int satisfied,
      count(o.number_hash)::int numbered,
      count(*) filter (where exists (select from work_order e where e.number_hash = o.number_hash and e.category_code = o.category_code and e.state <> 'DRAFT'
        and e.received_at < o.received_at and e.received_at >= o.received_at - interval '30 days'))::int repeated
    from work_order o
    left join lateral (
      select bool_or(contacted) contacted,
        -- Who rang back by himself or answered by text is reached without having been called.
        count(*) filter (where attempts > 0 or solved is not null or grade is not null) called,
        count(*) filter (where solved is not null or grade is not null) answered,
        count(*) filter (where solved = 'yes') solved,
        count(*) filter (where grade is not null) graded,
        count(*) filter (where grade >= 3) satisfied
      from callback where order_id = o.id
    ) c on true
    where o.state <> 'DRAFT' and o.received_at >= $1 and o.received_at < $2
      and ${sql}
    group by 1, 2, 3, 4`, [f.from, f.to, asOf, ...values])
}

/** Cases open at some time of the span, and those of them a unit had reported, or the Centre closed, by its end. */
export async function countInHand (db: Queryable, f: BoardFilter): Promise<InHand> {
  const { sql, values } = asked(f, 3)
  const [row] = await db.query<InHand>(`
    select count(*)::int open, count(*) filter (where o.reported_at < $2 or o.closed_at < $2)::int handled
    from work_order o where o.filed_at < $2 and (o.closed_at is null or o.closed_at >= $1) and o.state not in ('ANSWERED', 'REJECTED', 'MERGED') and ${sql}`, [f.from, f.to, ...values])
  return row ?? { open: 0, handled: 0 }
}

/** Orders received and closed on each local day, oldest first; a day without any has its row too. */
export async function countDays (db: Queryable, from: Date, to: Date, timeZone: string): Promise<Array<{ day: string, received: number, closed: number }>> {
  return await db.query(`
    with days as (select to_char(d, 'YYYY-MM-DD') as day from generate_series(($1::timestamptz at time zone $3)::date, (($2::timestamptz - interval '1 second') at time zone $3)::date, interval '1 day') d),
    r as (select to_char(received_at at time zone $3, 'YYYY-MM-DD') as day, count(*)::int n from work_order where state <> 'DRAFT' and received_at >= $1 and received_at < $2 group by 1),
    c as (select to_char(closed_at at time zone $3, 'YYYY-MM-DD') as day, count(*)::int n from work_order where closed_at >= $1 and closed_at < $2 group by 1)
    select days.day, coalesce(r.n, 0) received, coalesce(c.n, 0) closed from days left join r using (day) left join c using (day) order by days.day`, [from, to, timeZone])
}
