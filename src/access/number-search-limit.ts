import type { Tx } from '../db/database.ts'
import { lockNamed } from '../db/lock-store.ts'
import { DomainError } from '../domain/errors.ts'
import { countAudited } from '../http/kit/audit.ts'
import { numberSearchLimit } from './rules/visibility.ts'

/** The audit's action of a search by number. */
export const numberSearchAction = 'number.search'

/**
 * A person who tries numbers one after another, here or as complainants of an order, is stopped long before finding a masked one.
 * @throws DomainError `too-many-requests`
 */
export async function keepWithinLimit (tx: Tx, login: string, now: Date): Promise<void> {
  // Searches of one login run one by one: two at once would both take the last one allowed.
  await lockNamed(tx, `${numberSearchAction}:${login}`)
  const before = (ms: number): Date => new Date(now.getTime() - ms)
  const { all: day, lately: hour } = await countAudited(tx, {
    actor: login, action: numberSearchAction, since: before(86_400_000), sinceLately: before(3_600_000)
  })
  if (hour >= numberSearchLimit.hour || day >= numberSearchLimit.day) {
    throw new DomainError('too-many-requests', 'too many searches by number; try again later',
      { retryAfter: hour >= numberSearchLimit.hour ? 600 : 3600 })
  }
}
