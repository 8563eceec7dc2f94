import type { Queryable, Tx } from '../../../db/database.ts'
import type { ParkingEnd, ParkingReason } from './rules/parking.ts'

/** A parking (挂账), as it stands. */
export interface ParkingRow {
  id: string
  orderId: string
  number: string
  /** the unit that has the order */
  unitId: string
  no: number
  reason: ParkingReason
  plan: string
  /** id of a person of the directory */
  leader: string
  until: Date
  askedBy: string
  askedAt: Date
  approved: boolean | null
  /** since when the order has been parked without a break; null: it is not yet */
  beganAt: Date | null
  /** when its complainants were sent a text */
  toldAt: Date | null
  reviewAt: Date | null
  /** when a complainant last objected to it */
  objectedAt: Date | null
}

/** Most parkings listed at once. */
export const listed = 1000

/** Those that wait for a decision, the first asked first; then those that stand, objected ones and the oldest first. */
export async function parkings (q: Queryable): Promise<ParkingRow[]> {
  return await q.query<ParkingRow>(`select p.id, p.order_id as "orderId", o.number, a.unit_id as "unitId", p.no, p.reason, p.plan, p.leader,
      p.until, p.asked_by as "askedBy", p.asked_at as "askedAt", p.approved, p.began_at as "beganAt", p.told_at as "toldAt",
      p.review_at as "reviewAt", p.objected_at as "objectedAt"
    from parking p join work_order o on o.id = p.order_id join assignment a on a.id = p.assignment_id
    where p.decided_at is null or (p.approved and p.ended_at is null)
    order by p.approved nulls first, p.objected_at is null, coalesce(p.began_at, p.asked_at), p.id limit $1`, [listed])
}

/** How many parkings the order has had, and how many of them were approved. */
export async function parkingsOf (tx: Tx, orderId: string): Promise<{ asked: number, approved: number }> {
  const [row] = await tx.query<{ asked: number, approved: number }>(
    'select count(*)::int as asked, (count(*) filter (where approved))::int as approved from parking where order_id = $1', [orderId])
  return row ?? { asked: 0, approved: 0 }
}

export function insertParking (
  tx: Tx,
  r: Pick<ParkingRow, 'id' | 'orderId' | 'no' | 'reason' | 'plan' | 'leader' | 'until' | 'askedBy' | 'askedAt'> & { assignmentId: string }
): void {
  tx.write(`insert into parking (id, order_id, assignment_id, no, reason, plan, leader, until, asked_by, asked_at)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
  [r.id, r.orderId, r.assignmentId, r.no, r.reason, r.plan, r.leader, r.until, r.askedBy, r.askedAt])
}

/** The one that waits for a decision. */
export async function askedParking (tx: Tx, orderId: string): Promise<Pick<ParkingRow, 'no' | 'until' | 'askedBy' | 'leader'> | null> {
  const [row] = await tx.query<Pick<ParkingRow, 'no' | 'until' | 'askedBy' | 'leader'>>(
    'select no, until, asked_by as "askedBy", leader from parking where order_id = $1 and decided_at is null', [orderId])
  return row ?? null
}

/** Approves the one that waits. */
export function approveParking (
  tx: Tx, orderId: string, d: { by: string, at: Date, decision: string, beganAt: Date, toldAt: Date | null, reviewAt: Date | null }
): void {
  tx.write(`update parking set decided_by = $2, decided_at = $3, approved = true, decision = $4, began_at = $5, told_at = $6,
      review_at = $7
    where order_id = $1 and decided_at is null`, [orderId, d.by, d.at, d.decision, d.beganAt, d.toldAt, d.reviewAt])
}

export function refuseParking (tx: Tx, orderId: string, d: { by: string, at: Date, decision: string }): void {
  tx.write(`update parking set decided_by = $2, decided_at = $3, approved = false, decision = $4
    where order_id = $1 and decided_at is null`, [orderId, d.by, d.at, d.decision])
}

/** The unit reported, or the order went elsewhere: nothing is left to decide. */
export function lapseParking (tx: Tx, orderId: string, at: Date): void {
  refuseParking(tx, orderId, { by: 'system', at, decision: 'lapsed' })
}

export function objectToParking (tx: Tx, orderId: string, at: Date): void {
  tx.write('update parking set objected_at = $2 where order_id = $1 and approved and ended_at is null', [orderId, at])
}

export function endParking (tx: Tx, orderId: string, at: Date, reason: ParkingEnd): void {
  tx.write('update parking set ended_at = $2, end_reason = $3 where order_id = $1 and approved and ended_at is null',
    [orderId, at, reason])
}

type StandingParking = Pick<ParkingRow, 'no' | 'until' | 'beganAt' | 'reviewAt' | 'leader'>

/** The parking of an order that stands, with its day and the next look at it. */
export async function standingParking (tx: Tx, orderId: string): Promise<StandingParking | null> {
  const [row] = await tx.query<StandingParking>(`select no, until, began_at as "beganAt", review_at as "reviewAt", leader from parking
    where order_id = $1 and approved and ended_at is null`, [orderId])
  return row ?? null
}

/** Orders whose parking is over by its day, the first first. */
export async function ordersToComeBack (q: Queryable, now: Date, limit: number): Promise<string[]> {
  return (await q.query<{ orderId: string }>(`select order_id as "orderId" from parking
    where approved and ended_at is null and until <= $1 order by until limit $2`, [now, limit])).map(row => row.orderId)
}

/** Orders whose parking is to be looked at again. */
export async function ordersToReview (q: Queryable, now: Date, limit: number): Promise<string[]> {
  return (await q.query<{ orderId: string }>(`select order_id as "orderId" from parking
    where approved and ended_at is null and review_at <= $1 order by review_at limit $2`, [now, limit])).map(row => row.orderId)
}

export function setReview (tx: Tx, orderId: string, next: Date | null): void {
  tx.write('update parking set review_at = $2 where order_id = $1 and approved and ended_at is null', [orderId, next])
}
