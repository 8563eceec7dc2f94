import { DomainError } from '../../../../domain/errors.ts'
import { toWgs84, type Datum } from '../../../../domain/place/coordinates.ts'
import { creditCode } from '../../../../domain/people/credit-code.ts'
import { parseTypedNumber, type PhoneNumber } from '../../../../domain/telephone/phone-number.ts'
import { keysOf } from '../../../../domain/properties.ts'
import { requestTypes, urgencies, type CallbackStatus, type ComplainantKind } from '../../../../domain/work-order.ts'
import type { TextField } from './amendment.ts'

// eslint-disable-next-line no-control-regex
const forbiddenInLine = /[\u0000-\u001F\u007F]/
// eslint-disable-next-line no-control-regex
const forbiddenInText = /[\u0000-\u0008\u000B-\u001F\u007F]/

function checked (field: string, value: string, forbidden: RegExp, maxLength: number): string {
  if (forbidden.test(value)) throw new DomainError('control-character', `${field} holds control characters`, { field })
  if ([...value].length > maxLength) {
    throw new DomainError('invalid-input', `${field} has at most ${maxLength} characters`, { field, maxLength })
  }
  return value
}

/** One line of text as a person wrote it, unchanged; default at most 200 characters. */
export const line = (field: string, value: string, maxLength = 200): string => checked(field, value, forbiddenInLine, maxLength)

/** Text of several lines; tab and line feed are allowed. */
export const text = (field: string, value: string, maxLength = 4000): string => checked(field, value, forbiddenInText, maxLength)

type Typed = Exclude<TextField, 'complainantNumber'>

/** How many characters each text that a person types may have, for every caller; `lines`: of several lines. */
const lengths: Readonly<Record<Typed, { atMost: number, lines?: true }>> = {
  title: { atMost: 200 },
  description: { atMost: 10_000, lines: true },
  unitText: { atMost: 4000, lines: true },
  place: { atMost: 400 },
  occurred: { atMost: 200 },
  complainantName: { atMost: 200 },
  creditCode: { atMost: 40 }
}

/** Fields of an order as they come in; see `OrderFields` of the feature. */
export interface RawFields extends Partial<Record<TextField, string | null>> {
  requestType?: string | null
  urgency?: string
  longitude?: number | null
  latitude?: number | null
  coordinatesFrom?: Datum | null
  marks?: string[]
}

const within = (field: string, value: number | null | undefined, limit: number): void => {
  if (value !== null && value !== undefined && !(Math.abs(value) <= limit)) {
    throw new DomainError('invalid-input', `${field} is from -${limit} to ${limit}`, { field })
  }
}

/**
 * Checks what a person typed and returns the complainant's number in its one spelling; nothing else is changed or cut.
 * @throws DomainError `control-character`, `invalid-input`, `not-a-phone-number`, `emergency-number-refused`, all naming the field
 */
export function checkFields (raw: RawFields): { number: TypedNumber | null | undefined } {
  for (const field of keysOf(lengths)) {
    const { atMost, lines } = lengths[field]
    const words = raw[field]
    if (words) (lines ? text : line)(field, words, atMost)
  }
  if (raw.requestType && !(requestTypes as readonly string[]).includes(raw.requestType)) {
    throw new DomainError('invalid-input', 'there is no such request type', { field: 'requestType' })
  }
  if (raw.urgency !== undefined && !(urgencies as readonly string[]).includes(raw.urgency)) {
    throw new DomainError('invalid-input', 'there is no such urgency', { field: 'urgency' })
  }
  for (const mark of raw.marks ?? []) line('marks', mark, 40)
  within('longitude', raw.longitude, 180)
  within('latitude', raw.latitude, 90)
  const { complainantNumber: number } = raw
  if (number === undefined) return { number }
  return { number: number === null || number.trim() === '' ? null : typedNumber('complainantNumber', number) }
}

/**
 * 统一社会信用代码 in its one spelling; null: none is given. @param kind what the complainant is then
 * @throws DomainError `credit-code`, also where a person is to have one
 */
export function checkedCreditCode (typed: string | null, kind: ComplainantKind): string | null {
  if (typed === null || typed.trim() === '') return null
  const code = kind === 'PERSON' ? null : creditCode(typed)
  if (code === null) throw new DomainError('credit-code', 'this is no credit code of an enterprise', { field: 'creditCode' })
  return code
}

/** A person is found by the number; the extension is kept beside it. */
export interface TypedNumber { number: PhoneNumber, extension: string | null }

function typedNumber (field: string, value: string): TypedNumber {
  try {
    return parseTypedNumber(value)
  } catch (error) {
    if (error instanceof DomainError) throw new DomainError(error.code, error.message, { ...error.details, field })
    throw error
  }
}

export type Coordinates = { longitude: number, latitude: number, coordinatesFrom: Datum } |
  { longitude: null, latitude: null, coordinatesFrom: null }

/**
 * The place on the map in WGS-84, converted once; undefined where nothing is said of it.
 * @throws DomainError `invalid-input` where only one of the two is given, or the reference without them
 */
export function coordinatesOf ({ longitude, latitude, coordinatesFrom }: RawFields): Coordinates | undefined {
  if (longitude === undefined && latitude === undefined && (coordinatesFrom ?? null) === null) return undefined
  if (longitude === null && latitude === null) return { longitude, latitude, coordinatesFrom: null }
  if (typeof longitude !== 'number' || typeof latitude !== 'number') {
    const field = typeof longitude === 'number' ? 'latitude' : 'longitude'
    throw new DomainError('invalid-input', 'longitude and latitude are given together', { field })
  }
  const from = coordinatesFrom ?? 'wgs84'
  const [east, north] = toWgs84([longitude, latitude], from)
  return { longitude: east, latitude: north, coordinatesFrom: from }
}

/** Whether the complainant is asked before closing, and if not, why not. `askedBack`: as the order's channel says. */
export function callbackRequirement (order: {
  askedBack: boolean,
  anonymous: boolean,
  wantsCallback: boolean,
  hasNumber: boolean
}): { status: Extract<CallbackStatus, 'PENDING' | 'NOT_REQUIRED'>, reason: string | null } {
  const none = (reason: string): { status: 'NOT_REQUIRED', reason: string } => ({ status: 'NOT_REQUIRED', reason })
  if (!order.askedBack) return none('no-complainant')
  if (order.anonymous) return none('anonymous')
  if (!order.wantsCallback) return none('declined')
  if (!order.hasNumber) return none('no-number')
  return { status: 'PENDING', reason: null }
}

/** A place's words without spaces and punctuation, for comparing. */
export const plainPlace = (place: string): string => place.normalize('NFKC').toLowerCase().replace(/[^\p{L}\p{N}]/gu, '')
