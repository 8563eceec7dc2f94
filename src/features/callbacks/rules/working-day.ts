import { DateTime } from 'luxon'

/** Days that are not what their weekday says: holidays, and Saturdays worked in exchange (调休). Keys are `2026-10-01`. */
export type DayExceptions = ReadonlyMap<string, boolean>

/**
 * One working day later, at the same hour: Friday 15:00 → Monday 15:00. Begun on a day off, it counts from the start
 * of the next working day, so it is then that day's end.
 */
export function oneWorkingDayLater (from: Date, timeZone: string, exceptions: DayExceptions): Date {
  const working = (day: DateTime): boolean => exceptions.get(day.toISODate() ?? '') ?? day.weekday <= 5
  const start = DateTime.fromJSDate(from, { zone: timeZone })
  let day = start
  // A bound longer than any run of days off.
  for (let i = 0; i < 30; i++) {
    day = day.plus({ days: 1 })
    if (working(day)) return working(start) ? day.toJSDate() : day.startOf('day').plus({ days: 1 }).toJSDate()
  }
  return day.toJSDate()
}
