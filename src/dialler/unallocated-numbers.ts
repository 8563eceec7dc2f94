import type { Queryable, Tx } from '../db/database.ts'
import type { LegLife } from './rules/leg-life.ts'

/** Marks numbers the carrier does not know, and takes the mark from those that rang. */
export function markNumbers (tx: Tx, ended: ReadonlyArray<{ numberHash: Buffer, life: Pick<LegLife, 'outcome' | 'channelState' | 'answeredAt'>, at: Date }>): void {
  const unknown = ended.filter(({ life }) => life.outcome === 'unallocated')
  const rang = ended.filter(({ life }) => life.answeredAt !== null || life.channelState === 'ringing')
  if (unknown.length > 0) {
    tx.write(`insert into unallocated_number (number_hash, since, last_at)
      select hash, min(at), max(at) from unnest($1::bytea[], $2::timestamptz[]) n(hash, at) group by hash
      on conflict (number_hash) do update set last_at = excluded.last_at`, [unknown.map(u => u.numberHash), unknown.map(u => u.at)])
  }
  if (rang.length > 0) tx.write('delete from unallocated_number where number_hash = any($1::bytea[])', [rang.map(r => r.numberHash)])
}

/** Since when the carrier has not known these numbers; by fingerprint in hex, only those it does not know. */
export async function unallocatedSince (db: Queryable, numberHashes: readonly Buffer[]): Promise<Map<string, Date>> {
  if (numberHashes.length === 0) return new Map()
  const rows = await db.query<{ hash: string, since: Date }>(`select encode(number_hash, 'hex') as hash, since from unallocated_number
    where number_hash = any($1::bytea[])`, [numberHashes])
  return new Map(rows.map(row => [row.hash, row.since]))
}
