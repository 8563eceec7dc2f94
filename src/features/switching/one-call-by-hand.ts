import type { Tx } from '../../db/database.ts'
import { DomainError } from '../../domain/errors.ts'
import { lockIsCalling, lockRings } from './switching-store.ts'

/** Longest call by hand, s; an older row that was never ended is a leftover and stops nobody. */
export const talkSeconds = 7200
/** Longest time until both are on the line, s. */
const joinedAfterSeconds = 300

/** A row of a call by hand that began before is a leftover. */
const leftoverBefore = (now: Date): Date => new Date(now.getTime() - (talkSeconds + joinedAfterSeconds) * 1000)

/**
 * A person calls one citizen at a time, however often the key is pressed: a second call would ring the citizen who is
 * being called once more. Held until the transaction ends.
 * @throws DomainError `already-calling`
 */
export async function refuseSecondCall (tx: Tx, login: string, now: Date): Promise<void> {
  if (await lockIsCalling(tx, login, leftoverBefore(now))) {
    throw new DomainError('already-calling', 'you are calling somebody already: answer your telephone, or hang up first')
  }
}

/**
 * One person at a time rings a citizen, who has one telephone in however many calls and orders its number stands. Held until the
 * transaction ends.
 * @param hashes fingerprints of the number, the oldest key's first
 * @param tellsWho for desks that see calls: an order's page must not say who works on another order of this citizen
 * @throws DomainError `already-done` with the guard `others-return`, and who rings (`by`)
 */
export async function refuseSecondRinging (
  tx: Tx, { hashes, login, now, tellsWho }: { hashes: readonly Buffer[], login: string, now: Date, tellsWho: boolean }
): Promise<void> {
  const by = await lockRings(tx, hashes, login, leftoverBefore(now))
  if (by === null) return
  throw new DomainError('already-done', 'another person is ringing this citizen', { guard: 'others-return', ...(tellsWho ? { by } : {}) })
}
