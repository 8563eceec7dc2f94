import { parsePhoneNumberFromString } from 'libphonenumber-js/max'
import { DomainError } from '../errors.ts'

/** Local numbers without an area code are this city's (上海 021). */
const areaCode = '21'

/** 110 police, 119 fire, 120 ambulance, 122 traffic accidents, and 112 that mobiles map onto them. */
export const emergencyNumbers = ['110', '112', '119', '120', '122'] as const

/**
 * A telephone, in one spelling: E.164 for a subscriber's (`+862150008001`, `+8613900001001`), bare digits for numbers no
 * subscriber has (`95588`, `12345`, `14912345678`). A known number need not be permitted: the dial permission decides that.
 */
export type PhoneNumber = string & { readonly __brand: 'PhoneNumber' }

/** Full-width digits and signs as typed with a Chinese input method; marks that change only how text is shown are dropped. */
const visible = (text: string): string => text.normalize('NFKC').replace(/[\p{Cf}\p{M}]/gu, '')

const label = /^(?:tel|phone|电话|手机|座机|固话|号码)\s*[.:]?\s*/i
const separators = /[\s\-()./·•・‧_\u2010-\u2015\u2212\u3001\u3002]/g

/** Digits and one leading plus; every separator people write is dropped. Throws on anything else. */
function bare (text: string): string {
  // eslint-disable-next-line no-control-regex
  if (/[\u0000-\u001F\u007F]/.test(text)) throw new DomainError('control-character', 'a telephone number holds no control characters')
  if (text.length > 60) throw new DomainError('not-a-phone-number', 'a telephone number has at most 60 characters')
  const ascii = visible(text).trim().replace(label, '').replace(separators, '')
  if (!/^\+?\d{3,20}$/.test(ascii)) throw new DomainError('not-a-phone-number', 'this is not a telephone number')
  return ascii
}

/** National digits without +86, 0086 or the trunk zero. */
function national (digits: string): string {
  const stripped = digits.replace(/^(\+|00)86/, '')
  return stripped.replace(/^0+/, '')
}

/**
 * Whether this, in any spelling (`110`, `+86 110`, `021-110`, `０２１１１０`, `0086 21 120`), would ring an emergency
 * centre. No spelling of it is ever dialled over the trunk.
 */
export function isEmergencyNumber (text: string): boolean {
  const digits = visible(text).replace(/[^\d+]/g, '')
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
// 特服号: hotlines and companies. None begins with an emergency centre's number: an exchange listens no further than that.
const shortCode = /^(?:9[56]\d{3,6}|10\d{3}|1010\d{4}|12[13-9]\d{2}|11[3-8]\d{2,3})$/
/** Every mobile number has this form; ranges for devices, or given out lately, are not among the known ones. */
const mobileForm = /^1[3-9]\d{9}$/

/** A mobile of this country: text messages go to mobiles only. */
export const isMobile = (number: PhoneNumber): boolean => number.startsWith('+86') && mobileForm.test(number.slice(3))

/**
 * Whether no part of a Chinese number is a short code. @throws DomainError `emergency-number-refused` when it begins with a centre's
 * number
 */
function ringsASubscriber (digits: string): boolean {
  if (mobileForm.test(digits) || service.test(digits)) return true
  const local = landline.exec(digits)?.[1] ?? ''
  if (emergencyNumbers.some(e => local.startsWith(e))) {
    throw new DomainError('emergency-number-refused', 'this would ring an emergency centre')
  }
  return /^[2-8]/.test(local)
}

/** A number without its dialling prefixes. */
interface Peeled {
  /** another country's number: `rest` begins with that country's code */
  abroad: boolean
  /** its spelling shows that it includes its area code */
  complete: boolean
  rest: string
}

/** IP 电话接入码 (`17951`, `12593`): an operator's digits before a mobile or an area code (libphonenumber's metadata of China). */
const accessCode = /^1(?:[12]\d|79)\d\d(?=\d{10})/

/** Takes off the prefixes of a number, in any order: zeros, 86, an access code. `sub-number-key` in the dialplan does the same. */
function peel (digits: string, outside = /^(?:\+|00)/.test(digits), complete = /^0(?!0)/.test(digits)): Peeled {
  const rest = digits.replace(/^\+?0*/, '')
  if (rest.startsWith('86') && (outside || rest.length > 11)) return peel(rest.slice(2), false, true)
  if (outside) return { abroad: true, complete: false, rest }
  const coded = accessCode.exec(rest)?.[0] ?? ''
  if (coded === '') return { abroad: false, complete, rest }
  const behind = rest.slice(coded.length)
  return peel(behind, false, complete || behind.startsWith('0'))
}

/**
 * How the PBX's own database spells a caller: `blocked/<key>`, `rejoin/<key>`. The same as `sub-number-key` in the dialplan: no
 * prefix, and no area code of this city. Any spelling a carrier sends gives the key of the known number (`callerNumber`).
 */
export function numberKey (number: string): string {
  const given = withoutExtension(number)
  let { rest, complete } = peel(given.startsWith('+') ? `+${given.replace(/\D/g, '')}` : given.replace(/\D/g, ''))
  while (rest.startsWith(areaCode) && (complete || rest.length === areaCode.length + 8)) {
    ({ rest, complete } = peel(rest.slice(areaCode.length), false, false))
  }
  return rest
}

/** A subscriber's number in E.164; null when no subscriber can have it. */
function subscriber (digits: string): PhoneNumber | null {
  const { abroad, complete, rest } = peel(digits)
  const local = rest.slice(areaCode.length)
  const mobileHere = complete && rest.startsWith(areaCode) && mobileForm.test(local)
  const national = mobileHere ? local : !complete && rest.length === 8 ? areaCode + rest : rest
  const candidate = abroad ? `+${rest}` : `+86${national}`
  const parsed = parsePhoneNumberFromString(candidate)
  if (!parsed?.isValid() || (parsed.countryCallingCode === '86' && !ringsASubscriber(parsed.nationalNumber))) return null
  return parsed.number as string as PhoneNumber
}

/** Digits no subscriber has, in one spelling: without the country, and without this city's area code (`021-95588` is `95588`). */
function otherwise (digits: string): string {
  const { abroad, complete, rest } = peel(digits)
  if (abroad) return `+${rest}`
  if (!complete) return rest
  // The rest begins with no zero: that would be another area code (`021 021 …`), and another caller's key.
  if (rest.startsWith(areaCode)) return rest.slice(areaCode.length).replace(/^0+(?=\d)/, '')
  // The same digits without the 0 could be a number of this city.
  const known = shortCode.test(rest) || mobileForm.test(rest) || (emergencyNumbers as readonly string[]).includes(rest)
  return known ? rest : `0${rest}`
}

/** Whether these digits, as `parsePhoneNumber` spells them, are a short code, or have a mobile's form without being one. */
export const isShortCode = (number: string): boolean => shortCode.test(number)
export const hasMobileForm = (number: string): boolean => mobileForm.test(number)

/**
 * Reads a number as people in Shanghai write it: `5000 8001`, `021-50008001`, `13900001001`, `+86…`, `0086…`, and the short codes of
 * services (`95598`, `962777`). An extension is left out; `parseTypedNumber` keeps it.
 * @throws DomainError `not-a-phone-number`, `control-character`, `emergency-number-refused`
 */
export function parsePhoneNumber (text: string): PhoneNumber {
  return parseTypedNumber(text).number
}

function parseAlone (text: string): PhoneNumber {
  const digits = bare(text)
  if (isEmergencyNumber(digits)) {
    throw new DomainError('emergency-number-refused', 'emergency numbers are neither stored as a person\'s nor dialled automatically')
  }
  const found = subscriber(digits)
  if (found !== null) return found
  const other = otherwise(digits)
  if (shortCode.test(other) || mobileForm.test(other)) return other as PhoneNumber
  throw new DomainError('not-a-phone-number', 'this is not a telephone number')
}

/** How an extension (分机) is written behind a number; a dash alone (`021-50008001-801`) only where the whole is no number. */
const extensionForms = [/^(.*?)\s*(?:转接?|轉|分机|;?\s*ext[.=]?|x|#|,)\s*[:.]?\s*(\d{1,6})$/i, /^(.+)-(\d{2,5})$/]

/**
 * A typed number and the extension behind it, digits. Signs that only change the display of text (U+202D …) are no part of it.
 * @throws DomainError `not-a-phone-number`, `control-character`, `emergency-number-refused`
 */
export function parseTypedNumber (text: string): { number: PhoneNumber, extension: string | null } {
  const seen = visible(text).trim().replace(/[\u2010-\u2015\u2212]/g, '-')
  const [marked, dashed] = extensionForms.map(form => form.exec(seen))
  if (marked?.[1] !== undefined && marked[2] !== undefined) return { number: parseAlone(marked[1]), extension: marked[2] }
  try {
    return { number: parseAlone(text), extension: null }
  } catch (error) {
    if (!(error instanceof DomainError && error.code === 'not-a-phone-number' && dashed?.[1] !== undefined && dashed[2] !== undefined)) {
      throw error
    }
    return { number: parseAlone(dashed[1]), extension: dashed[2] }
  }
}

/** A number with its extension as it is stored (RFC 3966): `+862150008001;ext=801`. */
export const withExtension = (number: PhoneNumber, extension: string | null): PhoneNumber =>
  (extension === null ? number : `${number};ext=${extension}`) as PhoneNumber

/**
 * A number read back from where it was stored. Numbers a trunk sent are stored too, dialable or not.
 * @throws Error without the text, when it is anything but digits, a plus before them and an extension behind
 */
export function storedNumber (text: string): PhoneNumber {
  if (!/^\+?\d{0,24}(?:;ext=\d{1,6})?$/.test(text)) throw new Error('a stored telephone number has another form')
  return text as PhoneNumber
}

/** The number to ring, and to find a person by. */
export const withoutExtension = (number: string): PhoneNumber => number.replace(/;ext=\d+$/, '') as PhoneNumber

/** As people dial it: 8-digit local landlines, 11-digit mobiles, 400 and 800 numbers as they are, `0`+area for other towns, `00` abroad. */
export function dialString (known: PhoneNumber): string {
  const number = withoutExtension(known)
  if (!number.startsWith('+')) return number
  if (!number.startsWith('+86')) return `00${number.slice(1)}`
  const rest = number.slice(3)
  if (rest.startsWith(areaCode) && rest.length === 10) return rest.slice(2)
  if (/^1\d{10}$/.test(rest) || service.test(rest)) return rest
  return `0${rest}`
}

/** As a person reads it: dialled digits, and the extension behind 转. */
export function shownFully (known: string): string {
  const number = withoutExtension(known)
  return dialString(number) + (number === known ? '' : `转${known.slice(number.length + ';ext='.length)}`)
}

/** `139****0123`: first three and last four digits of what people dial (the masking practice of the trade). */
export function maskNumber (number: string): string {
  const digits = dialString(number as PhoneNumber)
  if (digits.length <= 4) return '****'
  return digits.length >= 11 ? `${digits.slice(0, 3)}****${digits.slice(-4)}` : `****${digits.slice(-4)}`
}

/**
 * The caller's number as the trunk sent it: kept as it is, even when it cannot be dialled (`95588`, `110`, `149…`). null when it is
 * withheld or holds anything but digits. Never throws: a call must not fail on it.
 */
export function callerNumber (raw: string): PhoneNumber | null {
  let digits: string
  try {
    digits = bare(raw)
  } catch {
    return null
  }
  const asItIs = otherwise(digits) as PhoneNumber
  try {
    // A foreign number with its own trunk zero (+44 020 …) is no caller's: nothing is taken off, so that both keys are one.
    return peel(digits).abroad ? asItIs : subscriber(digits) ?? asItIs
  } catch {
    return asItIs
  }
}
