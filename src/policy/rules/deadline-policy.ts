import { dateOf, type CalendarKind } from '../../calendar/rules/working-time.ts'
import { standingOrFirst } from './dated-rows.ts'

/** Names of rows with the times of a whole order. */
const orderTimes = ['DEFAULT', 'URGENT', 'CRITICAL', 'CITY_12345_NORMAL', 'CITY_12345_CONSULT'] as const
/** Names of the rows that the rules ask for; `CATEGORY` is none of them: its times are the category's own. */
export const deadlinePolicyNames = [
  ...orderTimes, 'DISPATCH_NORMAL', 'DISPATCH_URGENT', 'DISPATCH_CRITICAL', 'SIGN_NORMAL', 'SIGN_URGENT', 'SIGN_CRITICAL',
  'FIRST_CONTACT', 'REWORK', 'RETURN', 'OFFICER_DECISION'
] as const
/** Times of a whole order that a channel may go by; `CHANNEL_…` are entered for one and have no rule of their own. */
export type OrderTimesName = typeof orderTimes[number] | `CHANNEL_${string}`
export type DeadlinePolicyName = typeof deadlinePolicyNames[number] | OrderTimesName

const ofAChannel = 'CHANNEL_[A-Z0-9_]{1,32}'
export const orderTimesPattern = `^(${orderTimes.join('|')}|${ofAChannel})$`
export const deadlinePolicyPattern = `^(${deadlinePolicyNames.join('|')}|${ofAChannel})$`

const [isName, isOrderTimes] = [new RegExp(deadlinePolicyPattern), new RegExp(orderTimesPattern)]

/** Whether a clock that says this name goes by a row. */
export const isDeadlinePolicyName = (name: string): name is DeadlinePolicyName => isName.test(name)

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
  maxExtendedMinutes: number | null
  calendar: CalendarKind
}

/** A row as it stands. `enteredBy`: `system` for a migration, else an administrator's login. */
export interface EnteredDeadlinePolicy extends DeadlinePolicy { enteredBy: string, enteredAt: Date }

/**
 * The field no clock could go by, null when there is none. Dispatch alone may last until the end of the day; somebody is there before the
 * order is done; an extension makes longer; and only an order's own times have the two.
 */
export function unusableField ({ name, minutes, onSiteMinutes, maxExtendedMinutes }: DeadlinePolicy): keyof DeadlinePolicy | null {
  if (minutes === null) {
    if (!name.startsWith('DISPATCH_')) return 'minutes'
  } else {
    if (onSiteMinutes !== null && onSiteMinutes > minutes) return 'onSiteMinutes'
    if (maxExtendedMinutes !== null && maxExtendedMinutes < minutes) return 'maxExtendedMinutes'
  }
  // Times of a whole order alone know of somebody on the spot.
  const whole = isOrderTimes.test(name)
  if (onSiteMinutes !== null && !whole) return 'onSiteMinutes'
  return maxExtendedMinutes !== null && !whole && name !== 'REWORK' ? 'maxExtendedMinutes' : null
}

/** All rows, and the time zone whose days they begin on. */
export interface DeadlinePolicies { rows: readonly DeadlinePolicy[], timeZone: string }

/**
 * The row that stood on the local day of `at`; on a day before all of them the first: a channel's times are entered with the channel, and
 * what its source received before came by it all the same. @throws Error without any: the migrations put in what the rules ask for
 */
export function policyAt ({ rows, timeZone }: DeadlinePolicies, name: DeadlinePolicyName, at: Date): DeadlinePolicy {
  const row = standingOrFirst(rows.filter(row => row.name === name), dateOf(at, timeZone))
  if (!row) throw new Error(`there is no deadline policy ${name}`)
  return row
}

/** The minutes of a row that has some: all but those of dispatch. @throws Error */
export function minutesOf ({ name, minutes }: DeadlinePolicy): number {
  if (minutes === null) throw new Error(`deadline policy ${name} must say its minutes`)
  return minutes
}
