import { addTime, elapsed, type WorkingCalendar } from '../../../../calendar/rules/working-time.ts'
import { isDeadlinePolicyName, policyAt } from '../../../../policy/rules/deadline-policy.ts'
import { reckoned, type Explanation, type TimeRules } from './deadlines.ts'

/** The furthest an extension may move a clock: what its row allows at most (the city's complex orders), else the time given once more. */
export function latestExtension (e: Explanation, { calendar, policies }: TimeRules): Date {
  const given = e.minutes - (e.extended ?? 0)
  const extended = isDeadlinePolicyName(e.policy) ? policyAt(policies, e.policy, new Date(e.began)).maxExtendedMinutes : null
  const max = extended ?? given * 2
  return addTime(new Date(e.runningSince), Math.max(0, max - e.used), e.calendar, calendar)
}

/** The clock moved to `until`; on the working calendar it ends with the working time before a day off. */
export function extended (e: Explanation, until: Date, calendar: WorkingCalendar): { dueAt: Date, explanation: Explanation } {
  const minutes = e.used + elapsed(new Date(e.runningSince), until, e.calendar, calendar)
  return reckoned({ ...e, minutes, extended: (e.extended ?? 0) + minutes - e.minutes }, calendar)
}
