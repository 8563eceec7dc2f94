import type { Tx } from '../../db/database.ts'
import { DomainError } from '../../domain/errors.ts'
import { lockIsCalling } from './switching-store.ts'

/** Longest call by hand, s; an older row that was never ended is a leftover and stops nobody. */
export const talkSeconds = 7200
/** Longest time until both are on the line, s. */
const joinedAfterSeconds = 300

/**
 * A person calls one citizen at a time, however often the key is pressed: a second call would ring the citizen who is
 * being called once more. Held until the transaction ends.
 * @throws DomainError `already-calling`
 */
export async function refuseSecondCall (tx: Tx, login: string, now: Date): Promise<void> {
  if (await lockIsCalling(tx, login, new Date(now.getTime() - (talkSeconds + joinedAfterSeconds) * 1000))) {
    throw new DomainError('already-calling', 'you are calling somebody already: answer your telephone, or hang up first')
  }
}
