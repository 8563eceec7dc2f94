import { DateTime } from 'luxon'
import { nextAllowed } from '../../../calendar/rules/allowed-hours.ts'
import type { AttemptPolicy } from '../../../policy/rules/attempt-policy.ts'

/** When complainants may be called: `windows` like `09:00-12:00,13:30-20:00` in `timeZone`. */
export interface CallingHours { windows: string, timeZone: string }

/** The same with the waits of the attempt policy. */
export type AttemptHours = CallingHours & Pick<AttemptPolicy, 'delaySeconds' | 'gapSeconds'>

const quarter = 15 * 60_000
const halfDay = 12 * 60 * 60_000

const later = (at: Date, seconds: number): Date => new Date(at.getTime() + seconds * 1000)

/** The first attempt: when the allowed hours begin on the day after the report was accepted, or so long after it. */
export function firstAttemptAt ({ windows, timeZone, delaySeconds }: AttemptHours, acceptedAt: Date): Date {
  if (delaySeconds !== null) return nextAllowed(windows, timeZone, later(acceptedAt, delaySeconds))
  const tomorrow = DateTime.fromJSDate(acceptedAt, { zone: timeZone }).plus({ days: 1 }).startOf('day')
  return nextAllowed(windows, timeZone, tomorrow.toJSDate())
}

/** The next attempt: on another half-day, or so long after the last. */
export const nextAttemptAt = (hours: AttemptHours, last: Date): Date => hours.gapSeconds === null
  ? nextHalfDayAt(hours, last)
  : nextAllowed(hours.windows, hours.timeZone, later(last, hours.gapSeconds))

/** When the span of allowed hours after the one of `last` begins. Where hours have no gap, twelve hours later. */
export function nextHalfDayAt ({ windows, timeZone }: CallingHours, last: Date): Date {
  for (let at = last.getTime(); at < last.getTime() + halfDay; at += quarter) {
    const moment = new Date(at)
    const allowed = nextAllowed(windows, timeZone, moment)
    if (allowed.getTime() !== at) return allowed
  }
  return nextAllowed(windows, timeZone, new Date(last.getTime() + halfDay))
}

/** The time a complainant asked for, moved into the allowed hours; never before now. */
export function askedForAt ({ windows, timeZone }: CallingHours, wanted: Date, now: Date): Date {
  return nextAllowed(windows, timeZone, wanted > now ? wanted : now)
}

/** Whether a complainant may be called at this moment. */
export const mayCallAt = ({ windows, timeZone }: CallingHours, now: Date): boolean =>
  nextAllowed(windows, timeZone, now).getTime() === now.getTime()
