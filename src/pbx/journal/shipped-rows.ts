import type { Queryable, Tx } from '../../db/database.ts'
import type { DsvRow, DsvTorn } from './dsv.ts'

/** How far a generation of a node's journal file has been carried into the database. */
export interface FilePlace {
  generation: number
  position: number
  complete: boolean
  head: string | null
}

export async function placesOf (db: Queryable, node: string): Promise<FilePlace[]> {
  return await db.query<FilePlace>('select generation, position, complete, head from journal_file where node = $1 order by generation',
    [node])
}

export interface Shipment {
  node: string
  generation: number
  /** bytes shipped before this, and after it */
  from: number
  to: number
  rows: DsvRow[]
  torn: DsvTorn[]
  complete: boolean
  head: string | null
  /** ms added to the times Asterisk wrote: a test's clock may be ahead */
  timeOffset: number
}

// Node reads ISO 8601 with a colon in the zone everywhere; Asterisk writes %z without one.
const readTime = (text: string, offset: number): Date =>
  new Date(Date.parse(`${text.slice(0, 23)}${text.slice(26, 29)}:${text.slice(29)}`) + offset)

/** A dialplan's own event may carry any name, also a real event's: only LD_ names stay bare. */
export const eventName = (event: string, userType: string): string =>
  userType === '' || event.startsWith('LD_') ? event : `USER:${event}`

/**
 * Rows and the file's new place in one transaction. A second shipper of the same bytes is told so.
 * @returns false when the place had moved already (another shipper, or a commit whose answer was lost)
 */
export async function saveShipment (
  tx: Tx, { node, generation, from, to, rows, torn, complete, head, timeOffset }: Shipment
): Promise<boolean> {
  // Rows and place are lost or kept together, and the file is still there: no need to wait for the disk.
  tx.write('set local synchronous_commit = off')
  const [moved] = await tx.query(
    `insert into journal_file as f (node, generation, position, complete, completed_at, head)
     select $1::text, $2::int, $4::bigint, $5::boolean, case when $5 then now() end, $6::text
     where $3::bigint = 0 or exists (select from journal_file where node = $1 and generation = $2)
     on conflict (node, generation) do update
       set position = excluded.position, complete = excluded.complete, head = coalesce(f.head, excluded.head),
           completed_at = coalesce(f.completed_at, excluded.completed_at)
       where f.position = $3
     returning 1`,
    [node, generation, from, to, complete, head])
  if (!moved) return false
  if (rows.length > 0) {
    const column = (field: number): string[] => rows.map(row => row.fields[field] ?? '')
    tx.write(
      `insert into pbx_journal (node, generation, line, event, at, num, dnid, exten, context, channel, app, app_data, unique_id, linked_id,
        peer, extra)
       select $1, $2, r.* from unnest($3::bigint[], $4::text[], $5::timestamptz[], $6::text[], $7::text[], $8::text[], $9::text[],
         $10::text[], $11::text[], $12::text[], $13::text[], $14::text[], $15::text[], $16::text[]) r`,
      [node, generation, rows.map(row => from + row.start), rows.map(row => eventName(row.fields[0] ?? '', row.fields[1] ?? '')),
        rows.map(row => readTime(row.fields[2] ?? '', timeOffset)), ...[3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13].map(column)])
  }
  if (torn.length > 0) {
    tx.write(
      `insert into journal_quarantine (node, generation, position, content, reason)
       select $1, $2, r.* from unnest($3::bigint[], $4::text[], $5::text[]) r`,
      [
        node,
        generation,
        torn.map(t => from + t.start),
        torn.map(t => t.text.slice(0, 8000).replaceAll('\0', '\uFFFD')),
        torn.map(t => t.reason)
      ])
  }
  return true
}
