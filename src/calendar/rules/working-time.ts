import { DateTime } from 'luxon'

/** `clock`: every hour counts. `working`: time passes on working days only, all 24 hours of them. */
export type CalendarKind = 'clock' | 'working'

/** Which days are worked: Monday to Friday, but for the days the State Council moved (调休). */
export interface WorkingCalendar {
  timeZone: string
  /** `2026-10-01` → false, a moved working Saturday → true */
  exceptions: ReadonlyMap<string, boolean>
  /** year → edition that stands; a year that is not here is unknown, its days go by their weekday until it is entered */
  editions: ReadonlyMap<number, number>
}

/** The days one stretch of working time passed: with them it can be computed again, whatever the calendar says later. */
export interface DaysUsed {
  /** passed days that differ from their weekday; `2026-10-01` → false */
  exceptions: Record<string, boolean>
  /** year → its edition */
  editions: Record<string, number>
  /** the first year passed that was unknown; null: every year was known */
  awaitsYear: number | null
}

/** One day of a time zone: from its first moment to the next day's, ms since 1970. */
interface Day { zone: string, start: number, end: number, iso: string, weekday: number }

// Computing a zone's days is slow and always gives the same result: recent days are cached.
const remembered: Day[] = []
const maxRemembered = 64

function dayOf (at: number, zone: string): Day {
  const known = remembered.find(d => d.start <= at && at < d.end && d.zone === zone)
  if (known) return known
  const start = DateTime.fromMillis(at, { zone }).startOf('day')
  const day = {
    zone,
    start: start.toMillis(),
    end: start.plus({ days: 1 }).toMillis(),
    iso: start.toISODate() ?? '',
    weekday: start.weekday
  }
  if (remembered.unshift(day) > maxRemembered) remembered.pop()
  return day
}

/** The day's date there, `2026-11-23`. */
export const dateOf = (at: Date, timeZone: string): string => dayOf(at.getTime(), timeZone).iso

type DaysKnown = Pick<WorkingCalendar, 'timeZone' | 'exceptions'>

const isWorking = (day: Day, calendar: DaysKnown): boolean => calendar.exceptions.get(day.iso) ?? day.weekday <= 5

// Eleven years; a calendar without any working day must not hang the service.
const maxDays = 4000

function pass (start: Date, minutes: number, calendar: DaysKnown, passed: (day: Day) => void): Date {
  let left = minutes * 60_000
  let at = start.getTime()
  for (let days = 0; days < maxDays; days++) {
    const day = dayOf(at, calendar.timeZone)
    passed(day)
    if (isWorking(day, calendar)) {
      if (left <= day.end - at) return new Date(at + left)
      left -= day.end - at
    }
    at = day.end
  }
  throw new RangeError('the calendar has too few working days')
}

/** `minutes` after `start`; on the working calendar 1,440 minutes are one working day. */
export function addTime (start: Date, minutes: number, kind: CalendarKind, calendar: DaysKnown): Date {
  return kind === 'clock' ? new Date(start.getTime() + minutes * 60_000) : pass(start, minutes, calendar, () => {})
}

/** `minutes` of working time after `start`, and the days this rests on. */
export function reckon (start: Date, minutes: number, calendar: WorkingCalendar): { at: Date, days: DaysUsed } {
  const days: DaysUsed = { exceptions: {}, editions: {}, awaitsYear: null }
  const at = pass(start, minutes, calendar, ({ iso }) => {
    const year = Number(iso.slice(0, 4))
    const edition = calendar.editions.get(year)
    if (edition === undefined) days.awaitsYear ??= year
    else days.editions[String(year)] = edition
    const exception = calendar.exceptions.get(iso)
    if (exception !== undefined) days.exceptions[iso] = exception
  })
  return { at, days }
}

/** The same by either calendar; time of the clock rests on no days. */
export const reckonBy = (kind: CalendarKind, start: Date, minutes: number, calendar: WorkingCalendar): { at: Date, days: DaysUsed } =>
  kind === 'working'
    ? reckon(start, minutes, calendar)
    : { at: addTime(start, minutes, kind, calendar), days: { exceptions: {}, editions: {}, awaitsYear: null } }

/** The days of an earlier computation, to repeat it. */
export const daysKnown = (
  days: DaysUsed, timeZone: string
): DaysKnown => ({ timeZone, exceptions: new Map(Object.entries(days.exceptions)) })

/** Minutes from `start` to `end` as the calendar counts them; 0 when `end` is earlier. */
export function elapsed (start: Date, end: Date, kind: CalendarKind, calendar: DaysKnown): number {
  if (end <= start) return 0
  if (kind === 'clock') return (end.getTime() - start.getTime()) / 60_000
  let sum = 0
  let at = start.getTime()
  const until = end.getTime()
  for (let days = 0; days < maxDays && at < until; days++) {
    const day = dayOf(at, calendar.timeZone)
    if (isWorking(day, calendar)) sum += Math.min(day.end, until) - at
    at = day.end
  }
  return sum / 60_000
}

/** The last moment of the day, as the city's clocks show it. */
export const endOfDay = (at: Date, timeZone: string): Date => new Date(dayOf(at.getTime(), timeZone).end)
