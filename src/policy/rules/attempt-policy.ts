import { checkWindows, isAlways } from '../../calendar/rules/allowed-hours.ts'
import { dateOf } from '../../calendar/rules/working-time.ts'
import type { LegPurpose } from '../../domain/telephone/legs.ts'
import { standingOn, standingOrFirst } from './dated-rows.ts'

/** Purposes the service dials for by itself, and may dial for again. A call by hand is one attempt. */
export const attemptPurposes = ['callback', 'emergency', 'missed-call'] as const satisfies readonly LegPurpose[]
export type AttemptPurpose = typeof attemptPurposes[number]

/** How often and when somebody is rung again, from a day on. */
export interface AttemptPolicy {
  purpose: AttemptPurpose
  /** first local day, `2026-01-01` */
  validFrom: string
  /** attempts on a person, or rounds through all numbers */
  attempts: number
  /** between two attempts; null: on another half-day */
  gapSeconds: number | null
  /** before the first attempt; null: when the hours begin on the next day */
  delaySeconds: number | null
  /** one telephone rings so long */
  ringSeconds: number
  /** local hours in which one may ring, `09:00-12:00,13:30-20:00`; empty: always, in an emergency alone */
  windows: string
  /** attempts that failed on our side, none of them the person's, until somebody of ours rings */
  failures: number | null
  /** the same where nothing could speak */
  unspokenFailures: number | null
  /** after such an attempt */
  failureGapSeconds: number | null
  /** days an attempt may be put off in all */
  maxPostponedDays: number | null
  /** days in which the reply to the last text message counts */
  replyDays: number | null
}

/** A row as it stands. `enteredBy`: `system` for a migration, `settings` for the service's settings, else an administrator's login. */
export interface EnteredAttemptPolicy extends AttemptPolicy { enteredBy: string, enteredAt: Date }

const callbacksAlone = ['failures', 'unspokenFailures', 'failureGapSeconds', 'maxPostponedDays', 'replyDays'] as const

/** Figures a purpose cannot do without. */
const needed = {
  callback: callbacksAlone,
  emergency: ['gapSeconds', 'delaySeconds'],
  'missed-call': ['gapSeconds', 'delaySeconds']
} as const satisfies Record<AttemptPurpose, ReadonlyArray<keyof AttemptPolicy>>

/** The row of one purpose, with the figures it cannot do without. */
export type PolicyOf<P extends AttemptPurpose> = AttemptPolicy & { [K in typeof needed[P][number]]: number }

/** All rows, and the time zone whose days they begin on. */
export interface AttemptPolicies { rows: readonly EnteredAttemptPolicy[], timeZone: string }

const whole = <P extends AttemptPurpose>(row: AttemptPolicy, purpose: P): row is PolicyOf<P> =>
  row.purpose === purpose && needed[purpose].every(field => row[field] !== null)

const ofPurpose = <R extends AttemptPolicy>(rows: readonly R[], purpose: AttemptPurpose): R[] => rows.filter(row => row.purpose === purpose)

/**
 * The row that stood on the local day of `at`; on a day before all of them, which a PBX with a wrong clock may write, the first.
 * @throws Error without any: the migrations put one of each purpose in
 */
export function attemptPolicyAt<P extends AttemptPurpose> ({ rows, timeZone }: AttemptPolicies, purpose: P, at: Date): PolicyOf<P> {
  const row = standingOrFirst(ofPurpose(rows, purpose), dateOf(at, timeZone))
  if (!row || !whole(row, purpose)) throw new Error(`there is no attempt policy ${purpose}`)
  return row
}

/** The row's name, as a timeline says it. */
export const named = ({ purpose, validFrom }: AttemptPolicy): { policy: AttemptPurpose, since: string } =>
  ({ policy: purpose, since: validFrom })

/** The field that keeps a row from being entered, or null. An emergency alone waits for no hour; a callback needs every figure. */
export function unfitField (row: AttemptPolicy): keyof AttemptPolicy | null {
  try {
    checkWindows(row.windows)
  } catch {
    return 'windows'
  }
  const missing = needed[row.purpose].find(field => row[field] === null)
  if (missing) return missing
  const useless = row.purpose === 'callback' ? undefined : callbacksAlone.find(field => row[field] !== null)
  if (useless) return useless
  if (row.purpose !== 'emergency') return isAlways(row.windows) ? 'windows' : null
  return row.windows !== '' ? 'windows' : row.delaySeconds !== 0 ? 'delaySeconds' : null
}

/** What a setting may say of a purpose; null: not set. */
export type SetAttempts = { [K in typeof settable[number]]?: AttemptPolicy[K] | null }
const settable = ['attempts', 'gapSeconds', 'ringSeconds', 'windows'] as const

export type AttemptSettings = Partial<Record<AttemptPurpose, SetAttempts>>

/** What the service's settings make of the rows on a day. */
export interface BySettings {
  /** begins on that day */
  rows: readonly AttemptPolicy[]
  /** names of settings without effect: an administrator has entered another row */
  without: readonly string[]
}

/** `CALLBACK_RING_SECONDS` */
const settingName = (purpose: AttemptPurpose, field: string): string =>
  `${purpose}_${field.replace(/[A-Z]/g, letter => `_${letter}`)}`.toUpperCase()

/**
 * The settings hold until an administrator enters a row: where what stands on the day is a migration's or an earlier setting's and
 * differs, a row begins on that day. A setting taken away leaves the migration's figure.
 */
export function bySettings (rows: readonly EnteredAttemptPolicy[], settings: AttemptSettings, day: string): BySettings {
  const begins: AttemptPolicy[] = []
  const without: string[] = []
  for (const purpose of attemptPurposes) {
    const standing = standingOn(ofPurpose(rows, purpose), day)
    const shipped = standingOn(ofPurpose(rows, purpose).filter(row => row.enteredBy === 'system'), day)
    if (!standing || !shipped) continue
    const set = settable.flatMap(field => {
      const value = settings[purpose]?.[field] ?? null
      return value === null ? [] : [[field, value] as const]
    })
    const { enteredBy, enteredAt, ...figures } = shipped
    const wanted: AttemptPolicy = { ...figures, ...Object.fromEntries(set), validFrom: day }
    const differing = settable.filter(field => wanted[field] !== standing[field])
    if (standing.enteredBy !== 'system' && standing.enteredBy !== 'settings') {
      without.push(...set.filter(([field]) => differing.includes(field)).map(([field]) => settingName(purpose, field)))
    } else if (differing.length > 0) begins.push(wanted)
  }
  return { rows: begins, without }
}
