import { DateTime } from 'luxon'

/** `clock`: every hour counts. `working`: time passes on working days only, all 24 hours of them. */
export type CalendarKind = 'clock' | 'working'

/** Which days are worked: Monday to Friday, but for the days the State Council moved (调休). */
export interface WorkingCalendar {
  timeZone: string
  /** `2026-10-01` → false, a moved working Saturday → true */
  exceptions: ReadonlyMap<string, boolean>
}

const isWorking = (day: DateTime, calendar: WorkingCalendar): boolean =>
  calendar.exceptions.get(day.toISODate() ?? '') ?? day.weekday <= 5

// Eleven years; a calendar without any working day must not hang the service.
const mostDays = 4000

/** `minutes` after `start`; on the working calendar 1,440 minutes are one working day. */
export function addTime (start: Date, minutes: number, kind: CalendarKind, calendar: WorkingCalendar): Date {
  if (kind === 'clock') return new Date(start.getTime() + minutes * 60_000)
  let left = minutes * 60_000
  let at = DateTime.fromJSDate(start, { zone: calendar.timeZone })
  for (let days = 0; days < mostDays; days++) {
    const next = at.startOf('day').plus({ days: 1 })
    if (isWorking(at, calendar)) {
      const room = next.toMillis() - at.toMillis()
      if (left <= room) return new Date(at.toMillis() + left)
      left -= room
    }
    at = next
  }
  throw new RangeError('the calendar has too few working days')
}

/** Minutes from `start` to `end` as the calendar counts them; 0 when `end` is earlier. */
export function elapsed (start: Date, end: Date, kind: CalendarKind, calendar: WorkingCalendar): number {
  if (end <= start) return 0
  if (kind === 'clock') return (end.getTime() - start.getTime()) / 60_000
  let sum = 0
  let at = DateTime.fromJSDate(start, { zone: calendar.timeZone })
  const until = end.getTime()
  for (let days = 0; days < mostDays && at.toMillis() < until; days++) {
    const next = at.startOf('day').plus({ days: 1 })
    if (isWorking(at, calendar)) sum += Math.min(next.toMillis(), until) - at.toMillis()
    at = next
  }
  return sum / 60_000
}

/** The last moment of the day, as the city's clocks show it. */
export const endOfDay = (at: Date, calendar: WorkingCalendar): Date =>
  DateTime.fromJSDate(at, { zone: calendar.timeZone }).startOf('day').plus({ days: 1 }).toJSDate()
