import type { Tx } from '../db/database.ts'
import { DomainError } from '../domain/errors.ts'
import { holds, type Actor } from '../domain/people/roles.ts'
import { putForADayToCome, type DayToCome } from './days-to-come.ts'

/** How rows of one kind are entered. */
export interface PolicyKind<R extends { validFrom: string }, E> {
  /** as a refusal says it: `an attempt policy` */
  noun: string
  /** the field that keeps the row from being entered, or null */
  unfitField: (tx: Tx, row: R) => keyof R | null | Promise<keyof R | null>
  /** what a refusal says of such a row */
  unfit: (row: R, field: keyof R) => string
  put: (tx: Tx, row: R, entered: { by: string, at: Date }) => Promise<E>
  /** what this process keeps of the rows is read again */
  forget: () => void
}

/**
 * Enters a row for a day to come; one that has not begun is replaced.
 * @throws DomainError `not-allowed`, `invalid-input` with the field
 */
export async function enterPolicy<R extends { validFrom: string }, E> (
  { noun, unfitField, unfit, put, forget }: PolicyKind<R, E>, days: DayToCome, tx: Tx, actor: Actor, row: R
): Promise<E> {
  if (!holds(actor, 'ADMINISTRATOR')) throw new DomainError('not-allowed', `only an administrator enters ${noun}`)
  const field = await unfitField(tx, row)
  if (field !== null) throw new DomainError('invalid-input', unfit(row, field), { field })
  const entered = await putForADayToCome(days, row.validFrom, async () => await put(tx, row, { by: actor.id, at: days.clock.now() }))
  tx.afterCommit(forget)
  return entered
}
