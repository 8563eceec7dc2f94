import Type, { type Static, type TObject } from 'typebox'
import { columnName } from '../../../db/column-name.ts'
import type { Queryable, Tx } from '../../../db/database.ts'
import { keysOf } from '../../../domain/properties.ts'
import { Id, Moment, Nullable, OneOf } from '../../../http/kit/schema-words.ts'
import { deadlineKinds, type Explanation } from './rules/deadlines.ts'

const When = Nullable(Moment())

/** Every column of `deadline`, defined once: the row's type and the SELECT list follow. */
const deadlineColumns = {
  id: Id(),
  orderId: Id(),
  assignmentId: Nullable(Id()),
  kind: OneOf(deadlineKinds),
  cycle: Type.Integer(),
  startedAt: Moment(),
  dueAt: Moment(),
  stoppedAt: When,
  warnedHalfAt: When,
  warnedLateAt: When,
  expiredAt: When,
  nextAt: When,
  revision: Type.Integer(),
  explanation: Type.Unsafe<Explanation>({})
}
export type DeadlineRow = Static<TObject<typeof deadlineColumns>>

const columns = keysOf(deadlineColumns).map(p => `${columnName(p)} as "${p}"`).join(', ')

export async function deadlinesOf (db: Queryable, orderId: string): Promise<DeadlineRow[]> {
  return await db.query<DeadlineRow>(`select ${columns} from deadline where order_id = $1 order by started_at, kind`, [orderId])
}

export function insertDeadlines (tx: Tx, rows: readonly DeadlineRow[]): void {
  if (rows.length === 0) return
  tx.write(`insert into deadline (id, order_id, assignment_id, kind, cycle, started_at, due_at, next_at, explanation)
    select * from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::int[], $6::timestamptz[], $7::timestamptz[],
      $8::timestamptz[], $9::jsonb[])`,
  [rows.map(r => r.id), rows.map(r => r.orderId), rows.map(r => r.assignmentId), rows.map(r => r.kind), rows.map(r => r.cycle),
    rows.map(r => r.startedAt), rows.map(r => r.dueAt), rows.map(r => r.nextAt), rows.map(r => JSON.stringify(r.explanation))])
}

/** Writes the row as it is now and counts its revision up. */
export function updateDeadline (tx: Tx, row: DeadlineRow): void {
  row.revision += 1
  tx.write(`update deadline set due_at = $2, stopped_at = $3, warned_half_at = $4, warned_late_at = $5, expired_at = $6, next_at = $7,
    revision = $8, explanation = $9
    where id = $1`,
  [
    row.id, row.dueAt, row.stoppedAt, row.warnedHalfAt, row.warnedLateAt, row.expiredAt, row.nextAt, row.revision,
    JSON.stringify(row.explanation)
  ])
}

/** Orders with a running deadline that waits for one of these years of the calendar. */
export async function ordersAwaitingYears (db: Queryable, years: readonly number[], limit: number): Promise<string[]> {
  const rows = await db.query<{ orderId: string }>(`select distinct order_id as "orderId" from deadline
    where stopped_at is null and (explanation->'days'->>'awaitsYear') is not null and (explanation->'days'->>'awaitsYear')::int = any($1)
    limit $2`,
  [years, limit])
  return rows.map(r => r.orderId)
}

/** Orders with a deadline whose next moment has come, the most overdue first. */
export async function ordersWithDeadlinesDue (db: Queryable, now: Date, limit: number): Promise<string[]> {
  const rows = await db.query<{ orderId: string }>(`select order_id as "orderId" from deadline
    where stopped_at is null and next_at <= $1 group by order_id order by min(next_at) limit $2`, [now, limit])
  return rows.map(r => r.orderId)
}
