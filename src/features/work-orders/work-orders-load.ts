import type { Queryable } from '../../db/database.ts'

/** Whether there is any order: a sample is filed into an empty house alone. */
export async function hasOrders (db: Queryable): Promise<boolean> {
  return (await db.query('select 1 from work_order limit 1')).length > 0
}
