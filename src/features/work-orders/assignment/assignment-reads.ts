import type { Queryable } from '../../../db/database.ts'

// What others ask of units' parts in orders.

/**
 * Parts of orders that a unit still has to do with, as lead, co-handler or next in a sequence. Once its report is accepted it has not: a
 * rework of a unit that has ended waits for the dispatcher.
 */
export async function openPartsOf (q: Queryable, unitId: string): Promise<number> {
  const [row] = await q.query<{ parts: number }>(`select count(*)::int as parts from assignment a join work_order o on o.id = a.order_id
    where a.unit_id = $1 and a.ended_at is null and o.state <> 'VERIFYING'`, [unitId])
  return row?.parts ?? 0
}
