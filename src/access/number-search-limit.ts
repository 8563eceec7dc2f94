import type { Tx } from '../db/database.ts'
import { DomainError } from '../domain/errors.ts'
import { numberSearchLimit } from './rules/visibility.ts'

/** Under which a search by number stands in the audit. */
export const numberSearchAction = 'number.search'

/**
 * Whoever tries numbers one after another, here or as complainants of an order, is stopped long before a masked one is found.
 * @throws DomainError `too-many-requests`
 */
export async function keepWithinLimit (tx: Tx, login: string, now: Date): Promise<void> {
  // One search of a login after another: two at once would both find room for one.
  await tx.query('select pg_advisory_xact_lock(hashtext($1))', [`${numberSearchAction}:${login}`])
  const before = (ms: number): Date => new Date(now.getTime() - ms)
  const [made] = await tx.query<{ hour: number, day: number }>(`select count(*) filter (where at > $2)::int as hour, count(*)::int as day
    from audit_entry where actor = $1 and (action = $4 or detail->>'typed' = 'true') and at > $3`, [login, before(3_600_000), before(86_400_000), numberSearchAction])
  const { hour = 0, day = 0 } = made ?? {}
  if (hour >= numberSearchLimit.hour || day >= numberSearchLimit.day) {
    throw new DomainError('too-many-requests', 'so many numbers are not looked up by one person', { retryAfter: hour >= numberSearchLimit.hour ? 600 : 3600 })
  }
}
