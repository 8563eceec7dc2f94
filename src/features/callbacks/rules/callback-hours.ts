import { DateTime } from 'luxon'
import { nextAllowed } from '../../../calendar/rules/allowed-hours.ts'

/** When complainants may be called: `windows` like `09:00-12:00,13:30-20:00` in `timeZone`. */
export interface CallingHours { windows: string, timeZone: string }

const quarter = 15 * 60_000
const halfDay = 12 * 60 * 60_000

/** The first attempt: when the allowed hours begin on the day after the report was accepted. */
export function firstAttemptAt ({ windows, timeZone }: CallingHours, acceptedAt: Date): Date {
  const tomorrow = DateTime.fromJSDate(acceptedAt, { zone: timeZone }).plus({ days: 1 }).startOf('day')
  return nextAllowed(windows, timeZone, tomorrow.toJSDate())
}

/**
 * The next attempt lies on another half-day: when the span of allowed hours after the one of `last` begins. Where hours have no gap,
 * twelve hours later.
 */
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
