import type { Database, Queryable, Tx } from '../../db/database.ts'

/** A row that could not be handled. */
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

/** Puts one parked row aside for good, as if the PBX had never written it; null: no such row is parked. */
export async function skipParked (tx: Tx, id: number, at: Date): Promise<Pick<ParkedRow, 'event' | 'linkedId'> | null> {
  const [row] = await tx.query<Pick<ParkedRow, 'event' | 'linkedId'>>(
    `update pbx_journal set handled_at = $2 where id = $1 and error is not null and handled_at is null
      returning event, linked_id as "linkedId"`, [id, at])
  return row ?? null
}
