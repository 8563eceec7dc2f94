import type { Database, Queryable } from '../../db/database.ts'

/** A row that could not be handled, or waits for such a row of its call. */
export interface ParkedRow {
  id: number
  node: string
  event: string
  at: Date
  uniqueId: string
  linkedId: string
  error: string
}

/** Oldest first, at most `limit`. */
export async function parkedRows (db: Queryable, limit = 200): Promise<ParkedRow[]> {
  return await db.query<ParkedRow>(
    `select id, node, event, at, unique_id as "uniqueId", linked_id as "linkedId", error
     from pbx_journal where error is not null and handled_at is null order by id limit $1`, [limit])
}

/** Has parked rows handled again, all of them or those of one call; returns how many. */
export async function retryParked (db: Database, linkedId?: string): Promise<number> {
  const rows = await db.query(
    `update pbx_journal set error = null where error is not null and handled_at is null and ($1::text is null or linked_id = $1)
      returning 1`,
    [linkedId ?? null])
  if (rows.length > 0) db.wake('pbx_journal')
  return rows.length
}
