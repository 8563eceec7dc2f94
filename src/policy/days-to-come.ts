import { dateOf } from '../calendar/rules/working-time.ts'
import { sqlState } from '../db/database-errors.ts'
import type { Clock } from '../domain/time/clock.ts'
import { DomainError } from '../domain/errors.ts'

/** A process reads rows again after so long at the latest, ms. */
export const keptMs = 5000

export interface DayToCome { clock: Clock, timeZone: string }

const begun = (): DomainError =>
  new DomainError('invalid-input', 'a policy is entered and withdrawn for tomorrow or later', { field: 'validFrom' })

/**
 * Puts or withdraws a row whose first day is to come: by then every process knows, so nobody goes by what stood there before. The day is
 * asked for again once the row is locked: the wait for another writer may have lasted past midnight.
 * @throws DomainError `invalid-input` with `validFrom`; nothing of the transaction stays then
 */
export async function putForADayToCome<R> ({ clock, timeZone }: DayToCome, validFrom: string, put: () => Promise<R>): Promise<R> {
  const refuseBegun = (): void => {
    if (validFrom <= dateOf(new Date(clock.now().getTime() + keptMs), timeZone)) throw begun()
  }
  refuseBegun()
  const row = await put().catch((error: unknown) => {
    // An order names the row already: it has begun meanwhile.
    throw sqlState(error) === '23503' ? begun() : error
  })
  refuseBegun()
  return row
}
