import type { Queryable, Tx } from '../../db/database.ts'

export interface PhotoRow<P extends string> {
  id: string
  orderId: string
  purpose: P
  width: number
  height: number
  bytes: number
  file: string
  takenBy: string
}

const columns = 'id, order_id as "orderId", purpose, width, height, bytes, file, taken_by as "takenBy"'

/** The photos of one purpose in one round of an order, without those taken back. */
export async function photosOfRound<P extends string> (
  q: Queryable, orderId: string, cycle: number, purpose: P
): Promise<Array<PhotoRow<P> & { sentHash: Buffer }>> {
  return await q.query<PhotoRow<P> & { sentHash: Buffer }>(`select ${columns}, sent_hash as "sentHash" from photo
    where order_id = $1 and cycle = $2 and purpose = $3 and removed_at is null`, [orderId, cycle, purpose])
}

/** null: the order has no such photo, or it was taken back */
export async function photoOf<P extends string> (q: Queryable, orderId: string, photoId: string): Promise<PhotoRow<P> | null> {
  return (await q.query<PhotoRow<P>>(`select ${columns} from photo where id = $1 and order_id = $2 and removed_at is null`,
    [photoId, orderId]))[0] ?? null
}

export function insertPhoto (
  tx: Tx, row: PhotoRow<string>, { cycle, hash, unitId, at }: { cycle: number, hash: Buffer, unitId: string | null, at: Date }
): void {
  tx.write(`insert into photo (id, order_id, cycle, purpose, file, bytes, width, height, sent_hash, taken_by, unit_id, at)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
  [row.id, row.orderId, cycle, row.purpose, row.file, row.bytes, row.width, row.height, hash, row.takenBy, unitId, at])
}

export function markRemoved (tx: Tx, photoId: string, by: string, at: Date): void {
  tx.write('update photo set removed_at = $2, removed_by = $3 where id = $1', [photoId, at, by])
}

/** Those of these names that a photo stands for. */
export async function keptPhotos (q: Queryable, files: readonly string[]): Promise<Set<string>> {
  return new Set((await q.query<{ file: string }>('select file from photo where file = any($1) and removed_at is null',
    [files])).map(row => row.file))
}
