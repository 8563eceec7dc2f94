import { wordOf } from '../../../api/closed-lists.ts'

/** What was entered into a register's form: the form knows its fields by name alone. Here it is read as the API takes it. */
export type Entered = Readonly<Record<string, unknown>>

export const text = (value: unknown): string => typeof value === 'string' ? value : ''

export const textOrNull = (value: unknown): string | null => typeof value === 'string' ? value : null

export const numberOrNull = (value: unknown): number | null => typeof value === 'number' ? value : null

/** What was chosen from the list. @throws Error where nothing was: the form lets no such thing pass */
export function chosen<T extends string> (list: readonly T[], value: unknown): T {
  const word = wordOf(list, value)
  if (word === undefined) throw new Error('nothing is chosen')
  return word
}

/** All that were chosen from the list. */
export const allChosen = <T extends string>(list: readonly T[], values: unknown): T[] =>
  Array.isArray(values) ? values.flatMap(value => wordOf(list, value) ?? []) : []
