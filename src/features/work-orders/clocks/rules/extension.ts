import { addTime, elapsed, type WorkingCalendar } from '../../../../calendar/rules/working-time.ts'
import { reckoned, type Explanation } from './deadlines.ts'

/** 延期: most extensions granted in one round of an order. */
export const mostExtensions = 2

/** What a complex order of the city's may take after approval: 15 working days. */
const complexMinutes = 15 * 1440

/** The furthest an extension may move a clock: the first time given once more; for the city's ordinary orders the complex ones' time. */
export function latestExtension (e: Explanation, calendar: WorkingCalendar): Date {
  const given = e.minutes - (e.extended ?? 0)
  const most = e.policy === 'CITY_12345_NORMAL' ? complexMinutes : given * 2
  return addTime(new Date(e.runningSince), Math.max(0, most - e.used), e.calendar, calendar)
}

/** The clock moved to `until`; on the working calendar it ends with the working time before a day off. */
export function extended (e: Explanation, until: Date, calendar: WorkingCalendar): { dueAt: Date, explanation: Explanation } {
  const minutes = e.used + elapsed(new Date(e.runningSince), until, e.calendar, calendar)
  return reckoned({ ...e, minutes, extended: (e.extended ?? 0) + minutes - e.minutes }, calendar)
}
