import { DomainError } from '../domain/errors.ts'
import type { Queryable } from './database.ts'

/** Rows of some 24 bytes each: over a megabyte, more than any of our writes needs. */
const rows = 50_000

/**
 * Whether writes can be made. On a full disk small ones go on for long, so this asks for room: rows too large for the memory allowed here
 * are written to the server's disk, and removed with the statement. No table, no lock, nothing in the log of the server.
 * @throws DomainError `database-unavailable` when it does not answer
 */
export async function takesWrites (db: Queryable): Promise<boolean> {
  try {
    const [row] = await db.query<{ readOnly: boolean, count: number }>(`
      select current_setting('transaction_read_only')::boolean as "readOnly", count(*) as count
        from (select set_config('work_mem', '64kB', true) as memory offset 0) small,
             lateral generate_series(1, ${rows} + 0 * length(memory))`)
    return row?.readOnly === false
  } catch (error) {
    if (error instanceof DomainError && error.details.sqlState !== undefined) return false
    throw error
  }
}
