import type { Queryable } from '../../db/database.ts'
import type { Channel, OrderState, RequestType, Urgency } from '../../domain/work-order.ts'
import type { Cell } from './rules/counts.ts'

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

/** Counted in one statement and so at one moment, a row for every town, class and state. */
export async function countCells (db: Queryable, f: BoardFilter, asOf: Date): Promise<Cell[]> {
  return await db.query<Cell>(`
    select o.town_id "townId", left(o.category_code, 2) "classCode", o.state,
      count(*)::int received,
      count(*) filter (where o.filed_at is not null)::int filed,
      count(*) filter (where o.filed_at is not null and o.dispatched_at is not null)::int dispatched,
      count(*) filter (where o.filed_at is not null and o.closed_at is not null)::int closed,
      count(*) filter (where ${isOpen})::int open,
      count(*) filter (where ${late})::int overtime,
      count(*) filter (where o.filed_at is not null and (o.closed_at is not null or o.citizen_due_at <= $10 or ${late}))::int due,
      count(*) filter (where o.filed_at is not null and o.closed_at is not null and not ${late})::int "closedOnTime",
      count(*) filter (where o.filed_at is not null and o.first_contact_at is not null and o.first_contact_overtime_at is null)::int "firstContact",
      count(*) filter (where o.filed_at is not null and o.dispatched_at is not null and o.return_count > 0)::int returned,
      count(*) filter (where o.filed_at is not null and o.dispatched_at is not null and o.rework_count > 0)::int reworked,
      count(*) filter (where o.filed_at is not null and (o.first_contact_at is not null or coalesce(c.contacted, false)))::int contacted,
      coalesce(sum(c.called), 0)::int called,
      coalesce(sum(c.answered), 0)::int "calledBack",
      coalesce(sum(c.solved), 0)::int solved,
      coalesce(sum(c.graded), 0)::int graded,
      coalesce(sum(c.satisfied), 0)::int satisfied
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
      and ($3::text is null or o.town_id = $3)
      and ($4::text is null or (select unit_id from assignment a where a.order_id = o.id and a.role = 'lead' and a.state <> 'waiting' order by a.no desc limit 1) = $4)
      and ($5::text is null or o.category_code like $5 || '%')
      and ($6::text is null or o.state = $6)
      and ($7::text is null or o.channel = $7)
      and ($8::text is null or o.request_type = $8)
      and ($9::text is null or o.urgency = $9)
      and ($11::boolean is null or ${late} = $11)
    group by 1, 2, 3`,
  [f.from, f.to, f.townId ?? null, f.unitId ?? null, f.categoryCode ?? null, f.state ?? null, f.channel ?? null, f.requestType ?? null, f.urgency ?? null, asOf, f.overtime ?? null])
}

/** Orders received and closed on each local day, oldest first; a day without any has its row too. */
export async function countDays (db: Queryable, from: Date, to: Date, timeZone: string): Promise<Array<{ day: string, received: number, closed: number }>> {
  return await db.query(`
    with days as (select to_char(d, 'YYYY-MM-DD') as day from generate_series(($1::timestamptz at time zone $3)::date, (($2::timestamptz - interval '1 second') at time zone $3)::date, interval '1 day') d),
    r as (select to_char(received_at at time zone $3, 'YYYY-MM-DD') as day, count(*)::int n from work_order where state <> 'DRAFT' and received_at >= $1 and received_at < $2 group by 1),
    c as (select to_char(closed_at at time zone $3, 'YYYY-MM-DD') as day, count(*)::int n from work_order where closed_at >= $1 and closed_at < $2 group by 1)
    select days.day, coalesce(r.n, 0) received, coalesce(c.n, 0) closed from days left join r using (day) left join c using (day) order by days.day`, [from, to, timeZone])
}
