import { DomainError } from '../../../domain/errors.ts'
import type { UnitKind } from '../../../domain/people/unit-tree.ts'
import { parseTypedNumber, withExtension, type PhoneNumber } from '../../../domain/telephone/phone-number.ts'
import { says } from '../../../domain/text/words.ts'
import { dayBefore } from '../../../domain/time/day-before.ts'

// The calendar's own days only: a parser that rolls 31 February over into March does not give the text back.
const isDay = (text: string): boolean =>
  /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/.test(text) && new Date(`${text}T00:00:00Z`).toISOString().startsWith(text)

export function checkDays (dated: { validFrom: string, validTo: string | null }): void {
  for (const d of [dated.validFrom, dated.validTo]) {
    if (d !== null && !isDay(d)) throw new DomainError('invalid-input', 'a day is written like 2026-11-22')
  }
  if (dated.validTo !== null && dated.validTo < dayBefore(dated.validFrom)) {
    throw new DomainError('invalid-input', 'the last day is before the first', { field: 'validTo', guard: 'ends-before-it-begins' })
  }
}

/** A name that is entered anew can be seen. @throws DomainError `invalid-input`, naming the field */
export function checkName<F extends string> (field: F, row: Record<F, string>, before: Record<F, string> | null): void {
  if (row[field] === before?.[field] || says(row[field])) return
  throw new DomainError('invalid-input', 'a name has a letter or digit', { field })
}

/** The Centre, a town and a department are government. @throws DomainError `invalid-input` */
export function checkGovernment ({ kind, government }: { kind: UnitKind, government: boolean }): void {
  if (government || !['centre', 'town', 'department'].includes(kind)) return
  const refused = { field: 'government', guard: 'is-government' }
  throw new DomainError('invalid-input', 'the Centre, a town and a department are government', refused)
}

/** A number in its one spelling, its extension behind it. @throws DomainError `not-a-phone-number` and its like, naming the field */
export function spelled (field: string, text: string | null): PhoneNumber | null {
  if (text === null || text.trim() === '') return null
  try {
    const { number, extension } = parseTypedNumber(text)
    return withExtension(number, extension)
  } catch (error) {
    if (error instanceof DomainError) throw new DomainError(error.code, error.message, { ...error.details, field })
    throw error
  }
}
