import type { Tx } from '../../db/database.ts'

/** From now on no automated call rings this number; this is never undone. */
export function declineNumber (tx: Tx, hash: Buffer, reason: string, at: Date, actor: string): void {
  tx.write('insert into declined_number (number_hash, reason, declined_at, recorded_by) values ($1, $2, $3, $4) on conflict do nothing',
    [hash, reason, at, actor])
}

/** Those of these fingerprints, in hexadecimal, whose owners declined automated calls. */
export async function declinedHashes (tx: Tx, hashes: readonly Buffer[]): Promise<Set<string>> {
  if (hashes.length === 0) return new Set()
  const rows = await tx.query<{ hash: string }>(
    'select encode(number_hash, \'hex\') as hash from declined_number where number_hash = any($1::bytea[])',
    [hashes]
  )
  return new Set(rows.map(row => row.hash))
}
