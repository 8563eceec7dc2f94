import type { Tx } from '../../../db/database.ts'
import { newId } from '../../../domain/ids.ts'
import type { OrderRow } from '../work-orders-store.ts'

/** The spot of this round is to be seen. */
export function openVerification (tx: Tx, { id, cycle }: OrderRow, now: Date): void {
  tx.write(`insert into verification (id, order_id, cycle, status, created_at) values ($1, $2, $3, 'PENDING', $4)
    on conflict (order_id, cycle) do nothing`, [newId(), id, cycle, now])
}

/** The spot of this round has been seen. */
export function decideVerification (tx: Tx, { id, cycle }: OrderRow, { status, verifier, remarks, photo, at }: {
  status: 'PASSED' | 'FAILED'
  verifier: string
  remarks: string
  photo: string | null
  at: Date
}): void {
  tx.write(
    'update verification set status = $3, verifier = $4, remarks = $5, photo = $6, decided_at = $7 where order_id = $1 and cycle = $2',
    [id, cycle, status, verifier, remarks, photo, at]
  )
}

export const dropVerification = (tx: Tx, { id, cycle }: OrderRow): void => {
  tx.write('delete from verification where order_id = $1 and cycle = $2 and status = \'PENDING\'', [id, cycle])
}
