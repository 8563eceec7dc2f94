import type { Tx } from '../../../db/database.ts'
import type { OrderState } from '../../../domain/work-order.ts'

/** A unit asks for return (申请退单). */
export function insertReturn (tx: Tx, r: {
  id: string
  orderId: string
  assignmentId: string
  reason: string
  evidence: string
  previousState: OrderState
  requestedBy: string
  requestedAt: Date
}): void {
  tx.write(`insert into return_request (id, order_id, assignment_id, reason, evidence, previous_state, requested_by, requested_at)
    values ($1, $2, $3, $4, $5, $6, $7, $8)`,
  [r.id, r.orderId, r.assignmentId, r.reason, r.evidence, r.previousState, r.requestedBy, r.requestedAt])
}

/** Decides the request that waits. */
export function decideReturn (
  tx: Tx, orderId: string, d: { by: string, at: Date, approved: boolean, decision: string }
): void {
  tx.write(`update return_request set decided_at = $2, decided_by = $3, approved = $4, decision = $5
    where order_id = $1 and decided_at is null`,
  [orderId, d.at, d.by, d.approved, d.decision])
}
