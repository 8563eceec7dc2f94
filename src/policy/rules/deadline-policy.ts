import { dateOf, type CalendarKind } from '../../calendar/rules/working-time.ts'

/** Names of the rows; `CATEGORY` is none of them: its times are the category's own. */
export const deadlinePolicyNames = [
  'DEFAULT', 'URGENT', 'CRITICAL', 'CITY_12345_NORMAL', 'CITY_12345_CONSULT', 'DISPATCH_NORMAL', 'DISPATCH_URGENT', 'DISPATCH_CRITICAL',
  'SIGN_NORMAL', 'SIGN_URGENT', 'SIGN_CRITICAL', 'FIRST_CONTACT', 'REWORK', 'RETURN'
] as const
export type DeadlinePolicyName = typeof deadlinePolicyNames[number]

/** How long something may take, from a day on. */
export interface DeadlinePolicy {
  name: DeadlinePolicyName
  /** first local day, `2026-01-01` */
  validFrom: string
  /** on the working calendar 1,440 are one day; null: until the end of the day */
  minutes: number | null
  /** until somebody is there; null: nobody has to go there */
  onSiteMinutes: number | null
  /** what it may take when it is extended; null: the time given once more */
  longestMinutes: number | null
  calendar: CalendarKind
}

/** A row as it stands. `enteredBy`: `system` for a migration, else an administrator's login. */
export interface EnteredDeadlinePolicy extends DeadlinePolicy { enteredBy: string, enteredAt: Date }

/** Times of a whole order: with somebody on the spot, and longer when it is extended. */
const ofAnOrder: ReadonlySet<DeadlinePolicyName> = new Set(['DEFAULT', 'URGENT', 'CRITICAL', 'CITY_12345_NORMAL', 'CITY_12345_CONSULT'])

/**
 * The field no clock could go by, null when there is none. Dispatch alone may last until the end of the day; somebody is there before the
 * order is done; an extension makes longer; and only an order's own times have the two.
 */
export function unusableField ({ name, minutes, onSiteMinutes, longestMinutes }: DeadlinePolicy): keyof DeadlinePolicy | null {
  if (minutes === null) {
    if (!name.startsWith('DISPATCH_')) return 'minutes'
  } else {
    if (onSiteMinutes !== null && onSiteMinutes > minutes) return 'onSiteMinutes'
    if (longestMinutes !== null && longestMinutes < minutes) return 'longestMinutes'
  }
  if (onSiteMinutes !== null && !ofAnOrder.has(name)) return 'onSiteMinutes'
  return longestMinutes !== null && !ofAnOrder.has(name) && name !== 'REWORK' ? 'longestMinutes' : null
}

/** All rows, and the time zone whose days they begin on. */
export interface DeadlinePolicies { rows: readonly DeadlinePolicy[], timeZone: string }

/** The row that stood on the local day of `at`. @throws Error when none did: the migrations put one of each name in */
export function policyAt ({ rows, timeZone }: DeadlinePolicies, name: DeadlinePolicyName, at: Date): DeadlinePolicy {
  const day = dateOf(at, timeZone)
  const standing = rows.filter(row => row.name === name && row.validFrom <= day)
  const [first, ...others] = standing
  if (!first) throw new Error(`no deadline policy ${name} stands on ${day}`)
  return others.reduce((newest, row) => row.validFrom > newest.validFrom ? row : newest, first)
}
