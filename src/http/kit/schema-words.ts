import Type, { type TSchema, type TProperties } from 'typebox'
import { recordOf } from '../../domain/properties.ts'
import { channelPattern } from '../../domain/work-order.ts'
import { saysSomething } from '../../domain/text/words.ts'

// Refused: control characters (C0 without tab and line feed, DEL, C1), line and paragraph separators, and bidi overrides.
// Overrides make a text read differently from its content. Carriage return is refused: it is how AMI headers are forged.
const safe = '^[^\\u0000-\\u0008\\u000B-\\u001F\\u007F-\\u009F\\u2028\\u2029\\u202A-\\u202E\\u2066-\\u2069]*$'
const safeLine = '^[^\\u0000-\\u001F\\u007F-\\u009F\\u2028\\u2029\\u202A-\\u202E\\u2066-\\u2069]*$'

/** A typed telephone number: signs that only turn the writing direction come along when it is copied, and are no part of it. */
export const PhoneText = (description = 'a telephone number in any spelling') =>
  Type.String({ maxLength: 60, pattern: '^[^\\u0000-\\u001F\\u007F-\\u009F\\u2028\\u2029]*$', description })

interface TextOptions { minLength?: number, maxLength?: number, description?: string }

const SafeTextOf = (pattern: string, options: TextOptions) => Type.String({ maxLength: 4000, ...options, pattern })

/** Text of several lines from a person: no control characters but tab and line feed; at most 4000 characters by default. */
export const SafeText = (options: TextOptions = {}) => SafeTextOf(safe, options)

/** One line of text from a person: no control characters at all; at most 200 characters by default. */
export const SafeLine = (options: TextOptions = {}) => Type.String({ maxLength: 200, ...options, pattern: safeLine })

/** A reason, or words told to a person: text of several lines in which a letter or digit can be seen. */
export const Reason = (options: TextOptions = {}) => SafeTextOf(`^(?=[^]*${saysSomething})${safe.slice(1)}`, options)

/** The same in one line; at most 200 characters by default. */
export const ReasonLine = (options: TextOptions = {}) =>
  SafeTextOf(`^(?=[^]*${saysSomething})${safeLine.slice(1)}`, { maxLength: 200, ...options })

/** A row's id (UUID). */
export const Id = (description?: string) => Type.String({ format: 'uuid', ...(description ? { description } : {}) })

/** A short name that is an id: unit, person, extension, login, category code. */
export const ShortId = (description?: string) =>
  Type.String({ pattern: '^[\\w.:@-]{1,64}$', ...(description ? { description } : {}) })

/** A PBX's name. */
export const NodeName = (description = 'name of a PBX') => Type.String({ pattern: '^[a-z0-9]{1,16}$', description })

/** A channel's code; which there are, `GET /api/channels` says. */
export const ChannelCode = (description = 'a channel of `GET /api/channels`') => Type.String({ pattern: channelPattern, description })

/** A moment in an answer; handlers hand in the Date itself, it travels as ISO 8601. */
export const Moment = (description?: string) =>
  Type.Unsafe<Date>(Type.String({ format: 'date-time', ...(description ? { description } : {}) }))

/** A moment in a request. */
export const MomentInput = (description?: string) =>
  Type.String({ format: 'date-time', maxLength: 40, ...(description ? { description } : {}) })

/** The same or null. */
export const Nullable = <T extends TSchema>(schema: T) => Type.Union([schema, Type.Null()])

/** One of these words. */
export const OneOf = <const T extends readonly string[]>(words: T, description?: string) =>
  Type.Unsafe<T[number]>({ type: 'string', enum: [...words], ...(description ? { description } : {}) })

/** The same for each of these words; with `Type.Partial`, for some of them. */
export const ForEach = <const W extends readonly string[], T extends TSchema>(words: W, schema: T) =>
  Type.Object(recordOf(words, () => schema))

/** An answer without content: `204`. */
export const Nothing = Type.Null({ description: 'done, nothing to say' })

/** The form of every refusal (RFC 9457). `code` is stable, `detail` is for people. */
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
  'idempotency-key': Type.Optional(Type.String({
    pattern: '^[\\x21-\\x7e]{8,200}$',
    description: 'repeat the request under the same key and it is done once'
  }))
}, { additionalProperties: true })
