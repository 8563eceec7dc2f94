import type { Tx } from '../../../db/database.ts'
import { newId } from '../../../domain/ids.ts'
import type { OrderRow } from '../work-orders-store.ts'

/** The spot of this round is to be seen. */
export function openVerification (tx: Tx, { id, cycle }: OrderRow, now: Date): void {
  tx.write(`insert into verification (id, order_id, cycle, status, created_at) values ($1, $2, $3, 'PENDING', $4)
    on conflict (order_id, cycle) do nothing`, [newId(), id, cycle, now])
}

export const dropVerification = (tx: Tx, { id, cycle }: OrderRow): void => {
  tx.write('delete from verification where order_id = $1 and cycle = $2 and status = \'PENDING\'', [id, cycle])
}
