import { DomainError } from '../../../../domain/errors.ts'
import { parseTypedNumber, type PhoneNumber } from '../../../../domain/telephone/phone-number.ts'
import { requestTypes, urgencies, type CallbackStatus } from '../../../../domain/work-order.ts'

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

/** Fields of an order as they come in; see `OrderFields` of the feature. */
export interface RawFields {
  requestType?: string | null
  urgency?: string
  title?: string
  description?: string
  unitText?: string
  place?: string | null
  longitude?: number | null
  latitude?: number | null
  occurred?: string
  complainantName?: string | null
  complainantNumber?: string | null
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
  if (raw.title !== undefined) line('title', raw.title)
  if (raw.description !== undefined) text('description', raw.description, 10_000)
  if (raw.unitText !== undefined) text('unitText', raw.unitText)
  if (raw.place) line('place', raw.place, 400)
  if (raw.occurred !== undefined) line('occurred', raw.occurred)
  if (raw.complainantName) line('complainantName', raw.complainantName)
  if (raw.requestType && !(requestTypes as readonly string[]).includes(raw.requestType)) {
    throw new DomainError('invalid-input', 'there is no such request type', { field: 'requestType' })
  }
  if (raw.urgency !== undefined && !(urgencies as readonly string[]).includes(raw.urgency)) {
    throw new DomainError('invalid-input', 'there is no such urgency', { field: 'urgency' })
  }
  for (const mark of raw.marks ?? []) line('marks', mark, 40)
  within('longitude', raw.longitude, 180)
  within('latitude', raw.latitude, 90)
  if (raw.complainantNumber === undefined) return { number: undefined }
  return {
    number: raw.complainantNumber === null || raw.complainantNumber.trim() === ''
      ? null
      : typedNumber('complainantNumber', raw.complainantNumber)
  }
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
