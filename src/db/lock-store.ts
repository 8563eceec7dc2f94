import type { Tx } from './database.ts'

/** One transaction at a time under this name, in every process; the next waits here until this one ends. For what no row stands for yet. */
export async function lockNamed (tx: Tx, name: string): Promise<void> {
  await tx.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [name])
}
