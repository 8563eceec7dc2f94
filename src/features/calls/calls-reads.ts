import type { Queryable, Tx } from '../../db/database.ts'
import type { CallOrderRole } from '../../domain/work-order.ts'

/** A call's part in an order; `by` a login or an extension. */
export interface CallLink { callId: string, orderId: string, role: CallOrderRole, by: string, at: Date }

/** A call belongs to an order from then on; said again in the same part, it changes nothing. */
export function linkToOrder (tx: Tx, { callId, orderId, role, by, at }: CallLink): void {
  tx.write('insert into call_work_order (call_id, order_id, role, linked_by, linked_at) values ($1, $2, $3, $4, $5) on conflict do nothing',
    [callId, orderId, role, by, at])
}

/** The orders of these calls, by the ids the calls have or had. */
export async function ordersOfCalls (q: Queryable, ids: readonly string[]): Promise<Array<{ id: string, orderId: string }>> {
  return await q.query<{ id: string, orderId: string }>(`select asked.id, l.order_id "orderId"
    from unnest($1::text[]) asked (id), call_root(asked.id) root join call_work_order l on l.call_id = root.id`, [ids])
}
