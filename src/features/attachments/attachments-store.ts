import type { Queryable, Tx } from '../../db/database.ts'
import type { AttachmentType } from './rules/file-types.ts'

/** Whether a file has been looked through: not yet, nothing found, or something found. */
export const scanStates = ['waiting', 'clean', 'found'] as const
export type ScanState = typeof scanStates[number]

export interface AttachmentRow<P extends string> {
  id: string
  orderId: string
  cycle: number
  purpose: P
  nameSealed: Buffer
  type: AttachmentType
  bytes: number
  file: string
  scan: ScanState
  addedBy: string
  unitId: string | null
  at: Date
}

const columns = `id, order_id as "orderId", cycle, purpose, name_sealed as "nameSealed", type, bytes, file, scan, added_by as "addedBy",
  unit_id as "unitId", at`

/** Files of an order, oldest first, without those taken back. */
export async function attachmentsOf<P extends string> (q: Queryable, orderId: string): Promise<Array<AttachmentRow<P>>> {
  return await q.query<AttachmentRow<P>>(`select ${columns} from attachment where order_id = $1 and removed_at is null order by at, id`,
    [orderId])
}

/** Files of one purpose in one round of an order, without those taken back. */
export async function attachmentsOfRound<P extends string> (
  q: Queryable, orderId: string, cycle: number, purpose: P
): Promise<Array<AttachmentRow<P> & { sentHash: Buffer }>> {
  return await q.query<AttachmentRow<P> & { sentHash: Buffer }>(`select ${columns}, sent_hash as "sentHash" from attachment
    where order_id = $1 and cycle = $2 and purpose = $3 and removed_at is null`, [orderId, cycle, purpose])
}

/** null: the order has no such file, or it was taken back */
export async function attachmentOf<P extends string> (q: Queryable, orderId: string, id: string): Promise<AttachmentRow<P> | null> {
  return (await q.query<AttachmentRow<P>>(`select ${columns} from attachment where id = $1 and order_id = $2 and removed_at is null`,
    [id, orderId]))[0] ?? null
}

export function insertAttachment (tx: Tx, row: AttachmentRow<string>, hash: Buffer): void {
  tx.write(`insert into attachment (id, order_id, cycle, purpose, name_sealed, type, bytes, sent_hash, file, scan, added_by, unit_id, at)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`,
  [
    row.id, row.orderId, row.cycle, row.purpose, row.nameSealed, row.type, row.bytes, hash, row.file, row.scan, row.addedBy, row.unitId,
    row.at
  ])
}

export function markRemoved (tx: Tx, id: string, by: string, at: Date): void {
  tx.write('update attachment set removed_at = $2, removed_by = $3 where id = $1', [id, at, by])
}

/** Those of these files that an attachment stands for. */
export async function keptAttachments (q: Queryable, files: readonly string[]): Promise<Set<string>> {
  return new Set((await q.query<{ file: string }>(`select file from attachment
    where file = any($1) and removed_at is null and scan <> 'found'`, [files])).map(row => row.file))
}

/** Files not looked through yet: those never asked about first, then those asked longest ago. */
export async function attachmentsToScan (q: Queryable, limit: number): Promise<Array<{ id: string, orderId: string, file: string }>> {
  return await q.query<{ id: string, orderId: string, file: string }>(`select id, order_id as "orderId", file from attachment
    where scan = 'waiting' and removed_at is null order by scan_asked_at nulls first, at limit $1`, [limit])
}

export async function noteAsked (q: Queryable, id: string, at: Date): Promise<void> {
  await q.query('update attachment set scan_asked_at = $2 where id = $1', [id, at])
}

/** false: another worker has said so already, or the file was taken back */
export async function saveVerdict (q: Queryable, id: string, scan: 'clean' | 'found', at: Date): Promise<boolean> {
  return (await q.query(`update attachment set scan = $2, scan_asked_at = $3
    where id = $1 and scan = 'waiting' and removed_at is null returning id`, [id, scan, at])).length > 0
}

/** When the oldest file that waits for the scanner came; null: none waits. */
export async function waitingSince (q: Queryable): Promise<Date | null> {
  return (await q.query<{ at: Date }>(`select at from attachment where scan = 'waiting' and removed_at is null
    order by at limit 1`))[0]?.at ?? null
}
