import type { Database } from '../db/database.ts'
import type { Clock } from '../domain/time/clock.ts'
import type { HealthCheck } from '../domain/health-check.ts'
import type { Module } from '../module.ts'
import { calendarRoutes } from './calendar-routes.ts'
import { createCalendar, type Calendar } from './calendar.ts'
import { warnDays } from './rules/year-days.ts'

/** Whether all of the next 60 days are known: it warns before deadlines begin to pass unknown days. */
export const calendarCheck = (calendar: Pick<Calendar, 'coverage'>): HealthCheck => ({
  name: 'calendar',
  vital: false,
  async check () {
    const { endsOn, daysLeft } = await calendar.coverage()
    if (endsOn === null) return { ok: false, detail: 'this year\'s holidays are not entered: Monday to Friday are worked until they are' }
    return daysLeft > warnDays
      ? { ok: true, detail: { endsOn } }
      : { ok: false, detail: `the holidays after ${endsOn} are not entered: Monday to Friday are worked from then on until they are` }
  }
})

export interface CalendarNeeds { db: Database, clock: Clock, timeZone: string }

/** Which days are worked, year by year. */
export function calendarModule (needs: CalendarNeeds): Module & { calendar: Calendar } {
  const calendar = createCalendar(needs)
  return { name: 'calendar', calendar, routes: [calendarRoutes({ calendar })], health: [calendarCheck(calendar)] }
}
