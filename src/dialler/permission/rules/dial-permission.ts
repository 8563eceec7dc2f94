import { parsePhoneNumberFromString } from 'libphonenumber-js/max'
import type { ErrorCode } from '../../../domain/errors.ts'
import { legPriority, type LegPriority } from '../../../domain/telephone/legs.ts'
import {
  callerNumber, dialString, emergencyNumbers, hasMobileForm, isEmergencyNumber, isShortCode, withoutExtension
} from '../../../domain/telephone/phone-number.ts'

/** The kind of a number; `none`: no telephone number at all. */
export const numberKinds = ['emergency-centre', 'own-line', 'subscriber', 'special', 'unknown', 'abroad', 'none'] as const
export type NumberKind = typeof numberKinds[number]

/**
 * The caller on the trunk: a machine by itself, a person for one call, a coordinator's emergency dial, or an agent's telephone by itself.
 */
export const diallers = ['machine', 'person', 'emergency', 'telephone'] as const
export type WhoDials = typeof diallers[number]

/** `setting`: only where a prefix named in the setting fits. */
type Answer = 'yes' | 'no' | 'setting'

/**
 * The one rule for everything that can make a trunk ring. The dialplan decides a telephone's own dialling and transfers, also without the
 * service: colleagues, and from a live call the four centres at their configured numbers.
 */
export const permissionTable: Readonly<Record<NumberKind, Readonly<Record<WhoDials, Answer>>>> = {
  'emergency-centre': { machine: 'no', person: 'no', emergency: 'no', telephone: 'no' },
  'own-line': { machine: 'no', person: 'no', emergency: 'no', telephone: 'no' },
  subscriber: { machine: 'yes', person: 'yes', emergency: 'yes', telephone: 'no' },
  special: { machine: 'setting', person: 'yes', emergency: 'yes', telephone: 'no' },
  unknown: { machine: 'setting', person: 'setting', emergency: 'setting', telephone: 'no' },
  abroad: { machine: 'setting', person: 'setting', emergency: 'setting', telephone: 'no' },
  none: { machine: 'no', person: 'no', emergency: 'no', telephone: 'no' }
}

/** Numbers that are ours or a centre's, spelled as `callerNumber` does. */
export interface OurNumbers {
  /** the real numbers behind 110, 119, 120 and 122: they are emergency numbers as well */
  centres: ReadonlySet<string>
  /** hotline, duty line, old service lines: calling them would ring the service itself */
  lines: ReadonlySet<string>
}

/** Prefixes of numbers that are not permitted by default: `+852`, `95598`, `400`. */
export interface NamedPrefixes {
  byHand: readonly string[]
  automatic: readonly string[]
}

// Satellite telephones with a mobile's number (海事卫星 1349, 天通 1740).
const satellite = /^\+861(349|740)\d{7}$/
// The spelling of nearly every number: an emergency dial checks hundreds at once.
const usual = /^\+86(?:1[3-9]\d{9}|21[2-8]\d{7})$/
// 400 and 800: companies, never a complainant's own telephone.
const serviceLine = /^\+86[48]00\d{7}$/

export function kindOf (known: string, ours: OurNumbers): NumberKind {
  const number = withoutExtension(known)
  if (isEmergencyNumber(number) || ours.centres.has(number)) return 'emergency-centre'
  if (ours.lines.has(number)) return 'own-line'
  if (!usual.test(number) && callerNumber(number) !== number) return 'none'
  if (number.startsWith('+86')) return satellite.test(number) || serviceLine.test(number) ? 'special' : 'subscriber'
  if (number.startsWith('+')) return number.startsWith('+0') ? 'none' : 'abroad'
  // An exchange listens no further than a centre's number, whatever digits follow.
  if (emergencyNumbers.some(e => number.startsWith(e))) return 'emergency-centre'
  return isShortCode(number) || hasMobileForm(number) ? 'special' : 'unknown'
}

/** A premium number (声讯) abroad is named by its own prefix, never by its country's. */
function isNamed (number: string, prefixes: readonly string[]): boolean {
  const abroad = number.startsWith('+') && !number.startsWith('+86')
  const parsed = abroad ? parsePhoneNumberFromString(number) : undefined
  const shortest = parsed?.getType() === 'PREMIUM_RATE' ? parsed.countryCallingCode.length + 2 : 0
  return prefixes.some(
    p => p.length >= shortest && (number.startsWith(p) || (!abroad && dialString(withoutExtension(number)).startsWith(p)))
  )
}

/** The caller behind a request of the dialler. */
export const whoDials = (priority: LegPriority): WhoDials =>
  priority === legPriority.emergency ? 'emergency' : priority === legPriority.manual ? 'person' : 'machine'

/** Why this number may not be rung; null when it may. */
export function refusal (
  known: string,
  who: WhoDials,
  ours: OurNumbers,
  named: NamedPrefixes
): { code: ErrorCode, kind: NumberKind | 'extension' } | null {
  const kind = kindOf(known, ours)
  const number = withoutExtension(known)
  const answer = permissionTable[kind][who]
  if (answer === 'no' || (answer === 'setting' && !isNamed(number, who === 'machine' ? named.automatic : named.byHand))) {
    return {
      code: kind === 'emergency-centre' ? 'emergency-number-refused' : kind === 'none' ? 'not-a-phone-number' : 'number-not-permitted',
      kind
    }
  }
  // A machine cannot ask a switchboard for somebody.
  return who === 'machine' && number !== known ? { code: 'number-not-permitted', kind: 'extension' } : null
}
