import type { Queryable, Tx } from '../../db/database.ts'
import type { Failures } from '../rules/sign-in-wait.ts'

/** The rows of these origins by hexadecimal key, locked in a fixed order; a new origin gets its row. */
export async function lockFailures (tx: Tx, keys: readonly Buffer[], now: Date): Promise<Map<string, Failures>> {
  await tx.query(`insert into sign_in_failure (key, count, last_at) select key, 0, $2 from unnest($1::bytea[]) as n(key)
    order by key on conflict do nothing`, [keys, now])
  const rows = await tx.query<Failures & { key: Buffer }>(`select key, count, last_at as "lastAt", wait_until as "waitUntil"
    from sign_in_failure where key = any($1::bytea[]) order by key for update`, [keys])
  return new Map(rows.map(({ key, ...failures }) => [key.toString('hex'), failures]))
}

/** null deletes the row */
export function saveFailures (tx: Tx, key: Buffer, failures: Failures | null): void {
  if (failures === null) tx.write('delete from sign_in_failure where key = $1', [key])
  else {
    tx.write('update sign_in_failure set count = $2, last_at = $3, wait_until = $4 where key = $1',
      [key, failures.count, failures.lastAt, failures.waitUntil])
  }
}

export async function deleteFailures (q: Queryable, lastBefore: Date): Promise<void> {
  await q.query('delete from sign_in_failure where last_at < $1', [lastBefore])
}
