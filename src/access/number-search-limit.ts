import type { Tx } from '../db/database.ts'
import { DomainError } from '../domain/errors.ts'
import { countAudited } from '../http/kit/audit.ts'
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
  const { all: day, lately: hour } = await countAudited(tx, {
    actor: login, action: numberSearchAction, since: before(86_400_000), sinceLately: before(3_600_000)
  })
  if (hour >= numberSearchLimit.hour || day >= numberSearchLimit.day) {
    throw new DomainError('too-many-requests', 'so many numbers are not looked up by one person',
      { retryAfter: hour >= numberSearchLimit.hour ? 600 : 3600 })
  }
}
