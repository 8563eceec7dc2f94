import published from 'chinese-days/dist/chinese-days.json' with { type: 'json' }
import type { CalendarDay } from './rules/year-days.ts'

type Published = Record<string, string>
const holidays: Published = published.holidays
const workdays: Published = published.workdays

// A day's words there: `National Day,国庆节,3`.
const nameOf = (words: string): string => words.split(',')[1] ?? words

/**
 * A year's holidays and moved days as the State Council published them (npm `chinese-days`), for a person to check;
 * null where the package does not cover the year: after its last one it would call every Monday to Friday worked.
 */
export function publishedDays (year: number): CalendarDay[] | null {
  const of = (days: Published, working: boolean): CalendarDay[] => Object.entries(days)
    .filter(([day]) => day.startsWith(`${year}-`))
    .map(([day, words]) => ({ day, working, name: working ? `${nameOf(words)}调休上班` : nameOf(words) }))
  const off = of(holidays, false)
  // The year's last festival is there when the whole year is: New Year's Day alone may come with the year before.
  if (!['春节', '国庆节'].every(name => off.some(d => d.name.includes(name)))) return null
  return [...off, ...of(workdays, true)].sort((a, b) => a.day.localeCompare(b.day))
}
