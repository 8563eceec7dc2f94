import type { Queryable, Tx } from '../../../db/database.ts'

/** When this login urged this order last, on this call or on none; null: never. */
export async function lastUrge (
  db: Queryable, { orderId, by, callId }: { orderId: string, by: string, callId: string | null }
): Promise<Date | null> {
  const [last] = await db.query<{ at: Date | null }>(
    'select max(at) as at from urge where order_id = $1 and by_login = $2 and call_id is not distinct from $3',
    [orderId, by, callId]
  )
  return last?.at ?? null
}

/** Whether this person was sent a text about this order since. */
export async function wasTold (
  db: Queryable, { orderId, personId, since }: { orderId: string, personId: string, since: Date }
): Promise<boolean> {
  return (await db.query('select 1 from urge where order_id = $1 and told_person = $2 and at > $3 limit 1',
    [orderId, personId, since])).length > 0
}

export function insertUrge (tx: Tx, u: {
  id: string
  orderId: string
  by: string
  byUnit: string | null
  reason: string
  callId: string | null
  /** one of many orders urged at once */
  bulk: boolean
  toldPerson: string | null
  at: Date
}): void {
  tx.write(`insert into urge (id, order_id, by_login, by_unit, reason, call_id, bulk, told_person, at)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
  [u.id, u.orderId, u.by, u.byUnit, u.reason, u.callId, u.bulk, u.toldPerson, u.at])
}
