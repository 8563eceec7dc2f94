import type { Queryable, Tx } from '../../db/database.ts'

/** The carrier does not know these numbers. */
export function saveUnallocated (tx: Tx, unknown: ReadonlyArray<{ numberHash: Buffer, at: Date }>): void {
  tx.write(`insert into unallocated_number (number_hash, since, last_at)
    select hash, min(at), max(at) from unnest($1::bytea[], $2::timestamptz[]) n(hash, at) group by hash
    on conflict (number_hash) do update set last_at = excluded.last_at`, [unknown.map(u => u.numberHash), unknown.map(u => u.at)])
}

export function deleteUnallocated (tx: Tx, hashes: readonly Buffer[]): void {
  tx.write('delete from unallocated_number where number_hash = any($1::bytea[])', [hashes])
}

/** Those of these fingerprints, in hexadecimal, that the carrier does not know. */
export async function unallocatedOf (q: Queryable, hashes: readonly Buffer[]): Promise<Array<{ hash: string, since: Date }>> {
  return await q.query<{ hash: string, since: Date }>(`select encode(number_hash, 'hex') as hash, since from unallocated_number
    where number_hash = any($1::bytea[])`, [hashes])
}
