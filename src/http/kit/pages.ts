import Type, { type TSchema } from 'typebox'
import { DomainError } from '../../domain/errors.ts'
import { isMoment } from './validation.ts'

/** `?cursor=&limit=` of a list; spread into the route's querystring. */
export const pageQuery = {
  cursor: Type.Optional(Type.String({ maxLength: 400, description: '`next` of the page before' })),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200, description: 'rows wanted; default 50' }))
}

/** One page of a list. */
export const Page = <T extends TSchema>(item: T) => Type.Object({
  items: Type.Array(item),
  next: Type.Union([Type.String(), Type.Null()], { description: 'cursor of the next page; null at the end' })
})

type CursorKind = 'date' | 'string' | 'uuid' | 'number'
type CursorValue<K> = K extends 'date' ? Date : K extends 'number' ? number : string
type CursorValues<K extends readonly CursorKind[]> = { -readonly [I in keyof K]: CursorValue<K[I]> }

const notACursor = (): DomainError => new DomainError('invalid-input', 'this is not a cursor of this list', { field: 'cursor' })

function cursorValue (kind: CursorKind, value: unknown): Date | string | number {
  if (kind === 'number' && typeof value === 'number' && Number.isSafeInteger(value)) return value
  if (kind === 'string' && typeof value === 'string' && value.isWellFormed() && !value.includes('\u0000')) return value
  if (kind === 'uuid' && typeof value === 'string' && /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(value)) return value
  if (kind === 'date' && typeof value === 'string' && isMoment(value)) return new Date(value)
  throw notACursor()
}

/**
 * Reads `cursor` and `limit`. `after` are the sort values of the last row seen, or null on the first page:
 * `where ($1::timestamptz is null or (received_at, id) < ($1, $2)) … limit limit + 1`.
 * @throws DomainError `invalid-input` for a cursor of another list
 */
export function readPage<const K extends readonly CursorKind[]> (
  query: { cursor?: string, limit?: number }, kinds: K
): { after: CursorValues<K> | null, limit: number } {
  const limit = query.limit ?? 50
  if (query.cursor === undefined || query.cursor === '') return { after: null, limit }
  let values: unknown
  try {
    values = JSON.parse(Buffer.from(query.cursor, 'base64url').toString('utf8'))
  } catch {
    throw notACursor()
  }
  if (!Array.isArray(values) || values.length !== kinds.length) throw notACursor()
  return { after: kinds.map((kind, i) => cursorValue(kind, values[i])) as CursorValues<K>, limit }
}

/** Makes a page of up to `limit + 1` rows; `key` gives a row's sort values, in the order `readPage` was told. */
export function makePage<R, I = R> (
  rows: readonly R[], limit: number, key: (row: R) => ReadonlyArray<Date | string | number>,
  item: (row: R) => I = row => row as unknown as I
): { items: I[], next: string | null } {
  const shown = rows.slice(0, limit)
  const last = shown.at(-1)
  const next = rows.length > limit && last !== undefined ? Buffer.from(JSON.stringify(key(last))).toString('base64url') : null
  return { items: shown.map(item), next }
}
