import type { Tx } from '../../db/database.ts'
import { DomainError } from '../../domain/errors.ts'

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
  await tx.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [`manual-call:${login}`])
  const [other] = await tx.query('select 1 from manual_call where login = $1 and state <> \'ended\' and requested_at > $2',
    [login, new Date(now.getTime() - (talkSeconds + joinedAfterSeconds) * 1000)])
  if (other) throw new DomainError('already-calling', 'you are calling somebody already: answer your telephone, or hang up first')
}
