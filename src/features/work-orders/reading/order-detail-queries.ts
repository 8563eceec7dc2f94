import type { Queryable } from '../../../db/database.ts'
import type { Actor } from '../../../domain/people/roles.ts'
import type { PhotoPurpose } from '../../../domain/work-order.ts'
import { orderFrom } from '../requests/request-store.ts'
import { summaryColumns, summaryFrom, type SummaryRow } from './order-summary.ts'
import type { OrderDetail } from './order-views.ts'

/** The order as a list has it; null: there is none. */
export async function summaryRow (db: Queryable, id: string): Promise<SummaryRow | null> {
  return (await db.query<SummaryRow>(`select ${summaryColumns} from ${summaryFrom} where o.id = $1`, [id]))[0] ?? null
}

export async function timelineOf (db: Queryable, id: string): Promise<OrderDetail['timeline']> {
  return await db.query<OrderDetail['timeline'][number]>(`select at, kind, actor, actor_unit as "actorUnit", from_state as "from",
    to_state as "to", detail from order_event where order_id = $1 order by id`, [id])
}

export async function callsOf (db: Queryable, id: string): Promise<OrderDetail['calls']> {
  return await db.query<OrderDetail['calls'][number]>(`select w.call_id as "callId", w.role, c.offered_at as at, c.recorded
    from call_work_order_read w join call_read c on c.id = w.call_id where w.order_id = $1 order by c.offered_at, w.call_id`, [id])
}

export async function callbacksOf (db: Queryable, id: string): Promise<OrderDetail['callbacks']> {
  return await db.query<OrderDetail['callbacks'][number]>(`select cycle, status, by_person as "byPerson", contacted, solved, grade,
      attempts, next_at as "nextAt", finished_at as "finishedAt", officer_due_at as "officerDueAt",
      officer_policy_since as "officerPolicySince"
    from callback_read where order_id = $1 order by cycle, created_at`, [id])
}

export async function verificationsOf (db: Queryable, id: string): Promise<OrderDetail['verifications']> {
  return await db.query<OrderDetail['verifications'][number]>(
    'select cycle, status, verifier, remarks, photo, decided_at as "decidedAt" from verification where order_id = $1 order by cycle', [id])
}

interface PhotoRow {
  id: string
  purpose: PhotoPurpose
  cycle: number
  at: Date
  by: string
  unitId: string | null
  width: number
  height: number
}

export async function photosOf (db: Queryable, id: string): Promise<PhotoRow[]> {
  return await db.query<PhotoRow>(`
    select id, purpose, cycle, at, taken_by as by, unit_id as "unitId", width, height from photo_read
      where order_id = $1 order by at, id`, [id])
}

/**
 * Whether the citizen is on this person's line now, and this person did not choose to ring: the number is the order's, or the order began
 * with this call and this person wrote the number down.
 */
export async function hasCitizenOnLine (db: Queryable, id: string, actor: Actor): Promise<boolean> {
  if (actor.extension === null) return false
  return (await db.query(`select 1 from ${orderFrom}
    join call_read c on c.number_hash = r.number_hash or (c.id = o.origin_call_id and o.created_by = $3)
    join channel_read h on h.call_id = c.id
    where o.id = $1 and c.ended_at is null and c.purpose is distinct from 'manual' and h.extension = $2 and h.ended_at is null limit 1`,
  [id, actor.extension, actor.id])).length > 0
}
