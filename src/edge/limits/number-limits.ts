import type { Database, Tx } from '../../db/database.ts'
import type { Sealing } from '../../db/sealing.ts'
import { bind } from '../../domain/bind.ts'
import { DomainError } from '../../domain/errors.ts'
import { newId } from '../../domain/ids.ts'
import type { Actor } from '../../domain/people/roles.ts'
import { maskNumber, parsePhoneNumber } from '../../domain/telephone/phone-number.ts'
import type { Clock } from '../../domain/time/clock.ts'
import { endLimit, insertLimit, lockLimits, mostLimits, standingLimits, type NumberLimitRow } from './number-limit-store.ts'

export interface NumberLimitsOptions { db: Database, sealing: Sealing, clock: Clock }

/** `number` masked; null: every number without a row of its own. */
export interface NumberLimitView extends Omit<NumberLimitRow, 'numberSealed' | 'numberHash'> { number: string | null }

/** `number` null: every number without a row of its own. `calls` null: any number of calls, never for everybody. */
export interface EnteredLimit { number: string | null, calls: number | null, reason: string }

/** How many calls at once one number may have (同时通话上限): rows that each edge reads. */
export type NumberLimits = ReturnType<typeof createNumberLimits>

async function list ({ db, sealing }: NumberLimitsOptions): Promise<NumberLimitView[]> {
  return (await standingLimits(db)).map(({ numberSealed, numberHash: _hash, ...row }) =>
    ({ ...row, number: numberSealed === null ? null : maskNumber(sealing.openNumber(numberSealed)) }))
}

/**
 * A number's limit from now on, in place of the one it had.
 * @throws DomainError `invalid-input`, `not-a-phone-number`, `control-character`, `guard-not-met` with too many rows
 */
async function enter (
  { sealing, clock }: NumberLimitsOptions, tx: Tx, actor: Actor, { number: text, calls, reason }: EnteredLimit
): Promise<{ id: string }> {
  if (text === null && calls === null) {
    throw new DomainError('invalid-input', 'everybody has a limit: one caller could have every line', { field: 'calls' })
  }
  const number = text === null ? null : parsePhoneNumber(text)
  const numberHash = number === null ? null : sealing.fingerprint(number)
  const hashes = number === null ? [] : sealing.fingerprints(number)
  await lockLimits(tx)
  const standing = await standingLimits(tx)
  const before = standing.find(({ numberHash: theirs }) => theirs === null ? number === null : hashes.some(hash => hash.equals(theirs)))
  if (before === undefined && standing.length >= mostLimits) {
    throw new DomainError('guard-not-met', `${mostLimits} limits stand at most`, { guard: 'too-many-limits' })
  }
  const now = clock.now()
  if (before) endLimit(tx, before.id, actor.id, now)
  const id = newId()
  const numberSealed = number === null ? null : sealing.seal(number)
  insertLimit(tx, { id, numberSealed, numberHash, calls, reason, enteredBy: actor.id, enteredAt: now })
  return { id }
}

/** The number has everybody's limit again. @throws DomainError `not-found` */
async function end ({ clock }: NumberLimitsOptions, tx: Tx, actor: Actor, id: string): Promise<void> {
  await lockLimits(tx)
  if (!(await standingLimits(tx)).some(row => row.id === id)) throw new DomainError('not-found', 'there is no such limit')
  endLimit(tx, id, actor.id, clock.now())
}

export const createNumberLimits = (options: NumberLimitsOptions) => bind(options, { list, enter, end })
