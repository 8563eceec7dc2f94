import { DateTime } from 'luxon'
import { DomainError } from '../../domain/errors.ts'

/** A day that differs from its weekday. */
export interface CalendarDay { day: string, working: boolean, name: string }

/** More moved days than a year has weekends and holidays: not a calendar. */
export const maxDaysOfYear = 150

/** The days of one year in order. @throws DomainError `invalid-input`: a day twice, of another year, or none at all */
export function checkYear (year: number, days: readonly CalendarDay[]): CalendarDay[] {
  const refuse = (why: string, said: { guard: string, day?: string }): never => {
    throw new DomainError('invalid-input', why, { field: 'days', ...said })
  }
  const seen = new Set<string>()
  if (days.length === 0) refuse('a year without a holiday is not entered yet', { guard: 'no-holidays' })
  for (const { day, name } of days) {
    const isDay = /^\d{4}-\d{2}-\d{2}$/.test(day) && DateTime.fromISO(day).isValid
    if (!isDay || !day.startsWith(`${year}-`)) {
      refuse('a day of another year, or none of the calendar', { guard: 'day-of-another-year', day })
    }
    if (seen.has(day)) refuse('a day stands twice', { guard: 'day-twice', day })
    if (name.trim() === '') refuse('a day without a name', { guard: 'day-without-name', day })
    seen.add(day)
  }
  return [...days].sort((a, b) => a.day.localeCompare(b.day))
}

export const sameDays = (a: readonly CalendarDay[], b: readonly CalendarDay[]): boolean =>
  a.length === b.length && a.every((d, i) => d.day === b[i]?.day && d.working === b[i]?.working && d.name === b[i]?.name)

/** Readiness warns from this many days before the calendar ends. */
export const warnDays = 60

/** A whole year has at least this many days off: the statutory holidays since 2008 (全国年节及纪念日放假办法; 13 since 2025). */
const minDaysOff = 11

/** Years whose holidays are all entered, judged by their number: a single one entered early leaves the others unknown. */
export function wholeYears (days: ReadonlyMap<string, boolean>): Set<number> {
  const off = [...days].flatMap(([day, working]) => working ? [] : [Number(day.slice(0, 4))])
  const byYear = [...Map.groupBy(off, year => year)]
  return new Set(byYear.flatMap(([year, all]) => all.length >= minDaysOff ? [year] : []))
}

/**
 * The last day known without a gap from `today` on, and how many days are left; `null` and 0: this year is unknown.
 * @param years years whose holidays are all entered
 */
export function coverage (years: ReadonlySet<number>, today: string): { endsOn: string | null, daysLeft: number } {
  let year = Number(today.slice(0, 4))
  if (!years.has(year)) return { endsOn: null, daysLeft: 0 }
  while (years.has(year + 1)) year++
  const endsOn = `${year}-12-31`
  return { endsOn, daysLeft: Math.round((Date.parse(endsOn) - Date.parse(today)) / 86_400_000) }
}
