import { parsePhoneNumberFromString } from 'libphonenumber-js/max'
import { DomainError } from './errors.ts'

/** Local numbers without an area code are this city's (上海 021). */
const areaCode = '21'

/** 110 police, 119 fire, 120 ambulance, 122 traffic accidents, and 112 that mobiles map onto them. */
export const emergencyNumbers = ['110', '112', '119', '120', '122'] as const

/** A subscriber's number in E.164 (`+862150008001`, `+8613900001001`): one caller, one spelling. */
export type PhoneNumber = string & { readonly __brand: 'PhoneNumber' }

// Full-width digits and the plus sign, as typed with a Chinese input method.
const toAscii = (text: string): string =>
  text.replace(/[\uFF10-\uFF19\uFF0B]/g, c => String.fromCharCode(c.charCodeAt(0) - 0xFEE0))

/** Digits and one leading plus; every separator people write is dropped. Throws on anything else. */
function bare (text: string): string {
  // eslint-disable-next-line no-control-regex
  if (/[\u0000-\u001F\u007F]/.test(text)) throw new DomainError('control-character', 'a telephone number holds no control characters')
  if (text.length > 40) throw new DomainError('not-a-phone-number', 'a telephone number has at most 40 characters')
  const ascii = toAscii(text).replace(/[\s\-()./\u2010-\u2015\u3000\uFF08\uFF09\uFF0D-\uFF0F]/g, '')
  if (!/^\+?\d+$/.test(ascii)) throw new DomainError('not-a-phone-number', 'this is not a telephone number')
  return ascii
}

/** National digits without +86, 0086, 86 or the trunk zero. */
function national (digits: string): string {
  const stripped = digits.replace(/^(\+|00)86/, '')
  return stripped.replace(/^0+/, '')
}

/**
 * Whether this, in any spelling (`110`, `+86 110`, `021-110`, `０２１１１０`, `0086 21 120`), would ring an emergency
 * centre. Automatic dialling refuses such numbers whatever the purpose.
 */
export function isEmergencyNumber (text: string): boolean {
  const digits = toAscii(text).replace(/[^\d+]/g, '')
  const candidates = new Set<string>([national(digits)])
  for (const prefix of ['86', areaCode, '9']) {
    for (const c of [...candidates]) if (c.startsWith(prefix)) candidates.add(c.slice(prefix.length).replace(/^0+/, ''))
  }
  return [...candidates].some(c => (emergencyNumbers as readonly string[]).includes(c))
}

// 固定电话: area code and a local number, which begins with 2 to 8; a 1 or 9 there would be a short code or a prefix, and 0512 110 rings
// that town's police whatever digits follow.
const landline = /^(?:10|2\d|[3-9]\d{2})(\d{7,8})$/
const service = /^[48]00\d{7}$/

/** Whether nothing of a Chinese number is a short code. @throws DomainError `emergency-number-refused` when a centre's number is its beginning */
function ringsASubscriber (digits: string): boolean {
  if (/^1[3-9]\d{9}$/.test(digits) || service.test(digits)) return true
  const local = landline.exec(digits)?.[1] ?? ''
  if (emergencyNumbers.some(e => local.startsWith(e))) throw new DomainError('emergency-number-refused', 'this would ring an emergency centre')
  return /^[2-8]/.test(local)
}

/**
 * Reads a number as people in Shanghai write it: `5000 8001`, `021-50008001`, `13900001001`, `+86…`, `0086…`.
 * @throws DomainError `not-a-phone-number`, `control-character`, `emergency-number-refused`
 */
export function parsePhoneNumber (text: string): PhoneNumber {
  const digits = bare(text)
  if (isEmergencyNumber(digits)) throw new DomainError('emergency-number-refused', 'emergency numbers are never stored as somebody\'s number nor dialled automatically')
  const plain = digits.replace(/^00/, '+')
  const candidates = plain.startsWith('+')
    ? [plain]
    : [/^\d{8}$/.test(plain) ? `+86${areaCode}${plain}` : `+86${plain.replace(/^0/, '')}`, /^86\d{10,11}$/.test(plain) ? `+${plain}` : '']
  for (const candidate of candidates) {
    const parsed = parsePhoneNumberFromString(candidate)
    if (parsed?.isValid() && (parsed.countryCallingCode !== '86' || ringsASubscriber(parsed.nationalNumber))) return parsed.number as string as PhoneNumber
  }
  throw new DomainError('not-a-phone-number', 'this is not a telephone number')
}

/** What the carrier is given: 8-digit local landlines, 11-digit mobiles, 400 and 800 numbers as they are, `0`+area for other towns, `00` abroad. */
export function dialString (number: PhoneNumber): string {
  if (!number.startsWith('+86')) return `00${number.slice(1)}`
  const rest = number.slice(3)
  if (rest.startsWith(areaCode) && rest.length === 10) return rest.slice(2)
  if (/^1\d{10}$/.test(rest) || service.test(rest)) return rest
  return `0${rest}`
}

/** `139****0123`: first three and last four digits of what people dial (the masking practice of the trade). */
export function maskNumber (number: string): string {
  const digits = number.startsWith('+') ? dialString(number as PhoneNumber) : number
  if (digits.length <= 4) return '****'
  return digits.length >= 11 ? `${digits.slice(0, 3)}****${digits.slice(-4)}` : `****${digits.slice(-4)}`
}

/** Who called, from what the trunk sent: null when withheld or not a number. Never throws: a call must not fail on it. */
export function callerNumber (raw: string): PhoneNumber | null {
  try {
    return parsePhoneNumber(raw)
  } catch {
    return null
  }
}
