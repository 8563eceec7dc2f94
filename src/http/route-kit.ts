import type { FastifyBaseLogger, FastifyInstance, RawReplyDefaultExpression, RawRequestDefaultExpression, RawServerDefault } from 'fastify'
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import Type, { type Static, type TSchema, type TProperties } from 'typebox'
import type { Actor, Role, TokenPurpose } from '../domain/roles.ts'
import { roles } from '../domain/roles.ts'
import { DomainError } from '../domain/errors.ts'
import { isMoment } from './validation.ts'
import { saysSomething } from '../domain/words.ts'

/**
 * What a route file is handed:
 *
 *     export const orderRoutes = ({ workOrders }: Options): Routes => app => {
 *       app.post('/api/work-orders', {
 *         config: { roles: ['AGENT', 'DISPATCHER'] },
 * schema: { tags: ['work-orders'], summary: '…', headers: WriteHeaders, body: Type.Object({ … }), response: answers({ 201: Order }) }
 *       }, async (request, reply) => await write(request, reply, { action: 'order.open', subject: order => order.id, status: 201 },
 *         async tx => await workOrders.open(tx, request.actor, request.body)))
 *     }
 *
 * Reads need no transaction: the handler returns what the feature answers. Refusals are thrown as DomainError.
 */
export type App = FastifyInstance<
  RawServerDefault, RawRequestDefaultExpression, RawReplyDefaultExpression, FastifyBaseLogger, TypeBoxTypeProvider
>

/** A feature's routes, ready to be registered. */
export type Routes = (app: App) => void

/**
 * Who may call a route: holders of one of these roles, whoever is signed in, or everybody. Every route says it in
 * `config.roles`; the server does not start with a route that is silent about it.
 */
export type RouteAccess = readonly Role[] | 'signed-in' | 'public'

declare module 'fastify' {
  interface FastifyContextConfig {
    roles: RouteAccess
    /** of a route that names INTEGRATION: what a token must be for */
    purposes?: readonly TokenPurpose[]
  }
  interface FastifyRequest {
    /** who asks; on a public route without a session, `nobody` */
    actor: Actor
    /** what an outside system's token is for; null: a person, or nobody */
    purposes: readonly TokenPurpose[] | null
  }
}

/** The actor of a public route that nobody signed in for. It holds no role. */
export const nobody: Actor = { id: 'nobody', roles: [], unitId: null, extension: null, personId: null }

/** Everybody who works here, without outside systems and screens on walls. */
export const staff: readonly Role[] = roles.filter(role => role !== 'INTEGRATION' && role !== 'WALL')

// --- words of schemas ---

// Control characters (C0 without tab and line feed, DEL, C1), line and paragraph separators, and bidi overrides that
// would let a text read differently from what it is. Carriage return is refused: it is how AMI headers are forged.
const safe = '^[^\\u0000-\\u0008\\u000B-\\u001F\\u007F-\\u009F\\u2028\\u2029\\u202A-\\u202E\\u2066-\\u2069]*$'
const safeLine = '^[^\\u0000-\\u001F\\u007F-\\u009F\\u2028\\u2029\\u202A-\\u202E\\u2066-\\u2069]*$'

/** A typed telephone number: signs that only turn the writing direction come along when it is copied, and are no part of it. */
export const PhoneText = (description = 'a telephone number in any spelling') =>
  Type.String({ maxLength: 60, pattern: '^[^\\u0000-\\u001F\\u007F-\\u009F\\u2028\\u2029]*$', description })

interface TextOptions { minLength?: number, maxLength?: number, description?: string }

const SafeTextOf = (pattern: string, options: TextOptions) => Type.String({ maxLength: 4000, ...options, pattern })

/** Text of several lines from a person: no control characters but tab and line feed; at most 4000 characters unless told. */
export const SafeText = (options: TextOptions = {}) => SafeTextOf(safe, options)

/** One line of text from a person: no control characters at all; at most 200 characters unless told. */
export const SafeLine = (options: TextOptions = {}) => Type.String({ maxLength: 200, ...options, pattern: safeLine })

/** Why something is done, or what somebody was told: text of several lines in which a letter or digit can be seen. */
export const Reason = (options: TextOptions = {}) => SafeTextOf(`^(?=[^]*${saysSomething})${safe.slice(1)}`, options)

/** The same in one line; at most 200 characters unless told. */
export const ReasonLine = (options: TextOptions = {}) => SafeTextOf(`^(?=[^]*${saysSomething})${safeLine.slice(1)}`, { maxLength: 200, ...options })

/** A row's id (UUID). */
export const Id = (description?: string) => Type.String({ format: 'uuid', ...(description ? { description } : {}) })

/** A short name that is an id: unit, person, extension, login, category code. */
export const ShortId = (description?: string) =>
  Type.String({ pattern: '^[\\w.:@-]{1,64}$', ...(description ? { description } : {}) })

/** A moment in an answer; handlers hand in the Date itself, it travels as ISO 8601. */
export const Moment = (description?: string) =>
  Type.Unsafe<Date | string>(Type.String({ format: 'date-time', ...(description ? { description } : {}) }))

/** A moment in a request. */
export const MomentInput = (description?: string) => Type.String({ format: 'date-time', maxLength: 40, ...(description ? { description } : {}) })

/** The same or null. */
export const Nullable = <T extends TSchema>(schema: T) => Type.Union([schema, Type.Null()])

/** One of these words. */
export const OneOf = <const T extends readonly string[]>(words: T, description?: string) =>
  Type.Unsafe<T[number]>({ type: 'string', enum: [...words], ...(description ? { description } : {}) })

/** An answer without content: `204`. */
export const Nothing = Type.Null({ description: 'done, nothing to say' })

/** What every refusal looks like (RFC 9457). `code` is stable, `detail` is for people. */
export const Problem = Type.Object({
  type: Type.String(),
  title: Type.String(),
  status: Type.Integer(),
  code: Type.String({ description: 'stable; decide by this' }),
  detail: Type.String(),
  requestId: Type.String(),
  fields: Type.Optional(Type.Array(Type.Object({ path: Type.String(), message: Type.String() }))),
  details: Type.Optional(Type.Record(Type.String(), Type.Unknown()))
}, { description: 'a refusal' })

const refusal = { content: { 'application/problem+json': { schema: Problem } } }

/** The `response` of a route: its answer, and the refusals every route may give. */
export const answers = <T extends Record<number, TSchema>>(good: T) =>
  ({ ...good, '4xx': { description: 'a refusal', ...refusal }, '5xx': { description: 'not now', ...refusal } }) as T

/** Parameters of a path: `params({ id: Id() })`. */
export const params = <T extends TProperties>(properties: T) => Type.Object(properties)

/** Header of writes. */
export const WriteHeaders = Type.Object({
  'idempotency-key': Type.Optional(Type.String({ pattern: '^[\\x21-\\x7e]{8,200}$', description: 'repeat the request under the same key and it is done once' }))
}, { additionalProperties: true })

// --- pages of a list ---

/** `?cursor=&limit=` of a list; spread into the route's querystring. */
export const pageQuery = {
  cursor: Type.Optional(Type.String({ maxLength: 400, description: '`next` of the page before' })),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200, description: 'rows wanted; 50 unless told' }))
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
 * @throws DomainError `invalid-input` for a cursor of something else
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

export { write, writeOutside } from './write.ts'
export type { Static }
