import type { Tx } from '../../db/database.ts'
import { DomainError } from '../../domain/errors.ts'
import { lockIsCalling, lockRingsBack } from './switching-store.ts'

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
 * One person at a time rings a caller back (待人工回拨): the citizen has one telephone. Held until the transaction ends.
 * @throws DomainError `already-done` with the guard `others-return`, and who rings
 */
export async function refuseSecondRingBack (tx: Tx, callId: string, login: string, now: Date): Promise<void> {
  const by = await lockRingsBack(tx, callId, login, leftoverBefore(now))
  if (by !== null) throw new DomainError('already-done', 'another person is ringing this caller back', { guard: 'others-return', by })
}
