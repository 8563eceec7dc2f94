import { wordOf } from '../../../api/closed-lists.ts'

/** The values of a register's form, whose fields have names but no types. The functions below read them as the API expects them. */
export type Entered = Readonly<Record<string, unknown>>

export const text = (value: unknown): string => typeof value === 'string' ? value : ''

export const textOrNull = (value: unknown): string | null => typeof value === 'string' ? value : null

export const numberOrNull = (value: unknown): number | null => typeof value === 'number' ? value : null

/** The chosen word of the list. @throws Error if none is chosen; the form requires one */
export function chosen<T extends string> (list: readonly T[], value: unknown): T {
  const word = wordOf(list, value)
  if (word === undefined) throw new Error('nothing is chosen')
  return word
}

/** All chosen words of the list. */
export const allChosen = <T extends string>(list: readonly T[], values: unknown): T[] =>
  Array.isArray(values) ? values.flatMap(value => wordOf(list, value) ?? []) : []
