import type { Queryable, Tx } from '../../../db/database.ts'

/** A request of a unit for more time (延期) that nobody has decided yet. */
export interface PendingExtension {
  id: string
  assignmentId: string
  reason: string
  dueBefore: Date
  wantedAt: Date
  requestedBy: string
  requestedAt: Date
}

export async function pendingExtension (db: Queryable, orderId: string): Promise<PendingExtension | null> {
  const [row] = await db.query<PendingExtension>(`select id, assignment_id as "assignmentId", reason, due_before as "dueBefore",
    wanted_at as "wantedAt", requested_by as "requestedBy", requested_at as "requestedAt"
    from extension_request where order_id = $1 and decided_at is null`, [orderId])
  return row ?? null
}

export function insertExtension (tx: Tx, r: {
  id: string
  orderId: string
  assignmentId: string
  cycle: number
  reason: string
  dueBefore: Date
  wantedAt: Date
  requestedBy: string
  requestedAt: Date
}): void {
  tx.write(`insert into extension_request (id, order_id, assignment_id, cycle, reason, due_before, wanted_at, requested_by, requested_at)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
  [r.id, r.orderId, r.assignmentId, r.cycle, r.reason, r.dueBefore, r.wantedAt, r.requestedBy, r.requestedAt])
}

export function decideExtension (
  tx: Tx, orderId: string, d: { by: string, at: Date, granted: boolean, decision: string, dueAfter: Date | null }
): void {
  tx.write(`update extension_request set decided_by = $2, decided_at = $3, granted = $4, decision = $5, due_after = $6
    where order_id = $1 and decided_at is null`, [orderId, d.by, d.at, d.granted, d.decision, d.dueAfter])
}

/** The unit reported, or the order went elsewhere: nothing is left to extend. */
export function lapseExtension (tx: Tx, orderId: string, at: Date): void {
  decideExtension(tx, orderId, { by: 'system', at, granted: false, decision: 'lapsed', dueAfter: null })
}
