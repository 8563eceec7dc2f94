import type { Channel, RequestType, Urgency } from '../../../domain/work-order.ts'
import { addTime, elapsed, endOfDay, type CalendarKind, type WorkingCalendar } from './working-calendar.ts'

export const deadlineKinds = ['on-site', 'handling', 'citizen', 'dispatch', 'sign', 'first-contact'] as const
export type DeadlineKind = typeof deadlineKinds[number]

/** What a category says about time; on the working calendar 1,440 minutes are one day. */
export interface CategoryTimes {
  urgency: Urgency
  onSiteMinutes: number | null
  handlingMinutes: number
  calendar: CalendarKind
}

/** How long a unit has. */
export interface Policy {
  name: string
  onSiteMinutes: number | null
  handlingMinutes: number
  calendar: CalendarKind
}

const hours = 60
const days = 1440

/** The ordinary 3 h and 168 h, and what urgency makes of them. */
const byUrgency: Record<Urgency, Policy> = {
  normal: { name: 'DEFAULT', onSiteMinutes: 3 * hours, handlingMinutes: 168 * hours, calendar: 'clock' },
  urgent: { name: 'URGENT', onSiteMinutes: 2 * hours, handlingMinutes: 72 * hours, calendar: 'clock' },
  critical: { name: 'CRITICAL', onSiteMinutes: 0.5 * hours, handlingMinutes: 24 * hours, calendar: 'clock' }
}

/** Dispatch within 10 min (critical), 60 min (urgent), the same day (normal). */
const dispatchMinutes: Record<Urgency, number | null> = { normal: null, urgent: 60, critical: 10 }

/** Minutes a unit has to sign for an order; it is reminded at half, at four fifths and at the end. */
const signMinutes: Record<Urgency, number> = { normal: 120, urgent: 30, critical: 10 }

const reworkMinutes = 72 * hours

/** An outsider may return an order for three working days. */
const returnMinutes = 3 * days

/** Which row of the policy table applies: the city's own days for its orders - but danger does not wait for them -, else the category's or the urgency's. */
export function policyFor ({ channel, requestType, urgency, category }: {
  channel: Channel, requestType: RequestType | null, urgency: Urgency, category: CategoryTimes
}): Policy {
  if (channel === 'CITY_12345' && urgency !== 'critical') {
    return requestType === 'CONSULTATION' || requestType === 'SUGGESTION'
      ? { name: 'CITY_12345_CONSULT', onSiteMinutes: null, handlingMinutes: days, calendar: 'working' }
      : { name: 'CITY_12345_NORMAL', onSiteMinutes: null, handlingMinutes: 5 * days, calendar: 'working' }
  }
  if (urgency === category.urgency) {
    const { onSiteMinutes, handlingMinutes, calendar } = category
    return { name: 'CATEGORY', onSiteMinutes, handlingMinutes, calendar }
  }
  // A matter without a spot to visit stays without one, however urgent.
  return { ...byUrgency[urgency], onSiteMinutes: category.onSiteMinutes === null ? null : byUrgency[urgency].onSiteMinutes }
}

/** Why a deadline is due when it is due: from these alone it can be computed again. */
export interface Explanation {
  policy: string
  /** what set it going */
  from: 'receipt' | 'dispatch' | 'return' | 'hand-over' | 'rework'
  calendar: CalendarKind
  /** `until-end-of-day`: the Centre's "same day" */
  rule: 'minutes' | 'until-end-of-day'
  minutes: number
  /** of these, minutes added by extensions (延期) */
  extended?: number
  /** minutes already used when it went on after a pause */
  used: number
  /** when the running part began, ISO */
  runningSince: string
  /** when it first began, ISO */
  began: string
  timeZone: string
}

export interface Timer {
  kind: DeadlineKind
  startedAt: Date
  dueAt: Date
  explanation: Explanation
}

/** When it is due, from its explanation. */
export function dueAt (e: Explanation, calendar: WorkingCalendar): Date {
  const since = new Date(e.runningSince)
  return e.rule === 'until-end-of-day' ? endOfDay(since, calendar) : addTime(since, Math.max(0, e.minutes - e.used), e.calendar, calendar)
}

function timer (kind: DeadlineKind, policy: string, from: Explanation['from'], start: Date, minutes: number, kindOfDays: CalendarKind, calendar: WorkingCalendar, rule: Explanation['rule'] = 'minutes'): Timer {
  const explanation: Explanation = {
    policy, from, calendar: kindOfDays, rule, minutes, used: 0, runningSince: start.toISOString(), began: start.toISOString(), timeZone: calendar.timeZone
  }
  return { kind, startedAt: start, dueAt: dueAt(explanation, calendar), explanation }
}

/** What runs from receipt, the citizen's clock and the Centre's own duties; never restarted. */
export function receiptTimers (policy: Policy, urgency: Urgency, receivedAt: Date, calendar: WorkingCalendar): Timer[] {
  const minutes = dispatchMinutes[urgency]
  return [
    timer('citizen', policy.name, 'receipt', receivedAt, policy.handlingMinutes, policy.calendar, calendar),
    minutes === null
      ? timer('dispatch', 'SAME_DAY', 'receipt', receivedAt, elapsed(receivedAt, endOfDay(receivedAt, calendar), 'clock', calendar), 'clock', calendar, 'until-end-of-day')
      : timer('dispatch', `WITHIN_${minutes}_MIN`, 'receipt', receivedAt, minutes, 'clock', calendar)
  ]
}

/** First contact with the citizen within one working day of receipt. */
export const firstContactTimer = (receivedAt: Date, calendar: WorkingCalendar): Timer =>
  timer('first-contact', 'FIRST_CONTACT', 'receipt', receivedAt, days, 'working', calendar)

/** The unit's clocks; on rework 72 h to handle and, where a visit belongs to it, the usual time to arrive. */
export function unitTimers (policy: Policy, from: 'dispatch' | 'return' | 'hand-over' | 'rework', start: Date, calendar: WorkingCalendar): Timer[] {
  const timers: Timer[] = []
  if (policy.onSiteMinutes !== null) timers.push(timer('on-site', policy.name, from, start, policy.onSiteMinutes, 'clock', calendar))
  timers.push(from === 'rework'
    ? timer('handling', 'REWORK', from, start, reworkMinutes, 'clock', calendar)
    : timer('handling', policy.name, from, start, policy.handlingMinutes, policy.calendar, calendar))
  return timers
}

export const signTimer = (urgency: Urgency, start: Date, calendar: WorkingCalendar): Timer =>
  timer('sign', 'SIGN', 'dispatch', start, signMinutes[urgency], 'clock', calendar)

/** The latest moment for a return. */
export const returnLatest = (dispatchedAt: Date, calendar: WorkingCalendar): Date => addTime(dispatchedAt, returnMinutes, 'working', calendar)

/** A report sent back: the clock goes on with what was left when it stopped. */
export function resumed (e: Explanation, stoppedAt: Date, now: Date, calendar: WorkingCalendar): { dueAt: Date, explanation: Explanation } {
  const used = e.used + elapsed(new Date(e.runningSince), stoppedAt, e.calendar, calendar)
  const explanation: Explanation = { ...e, used, runningSince: now.toISOString() }
  return { dueAt: dueAt(explanation, calendar), explanation }
}

export type DeadlineStep = 'half' | 'late' | 'expire'

/** Which warnings have been given. */
export interface Progress { half: Date | null, late: Date | null, expired: Date | null }

/** The moments of a deadline: warned at 50 % and at 80 % of the time, overtime at the end. */
export function moments (e: Explanation, calendar: WorkingCalendar): Record<DeadlineStep, Date> {
  const since = new Date(e.runningSince)
  const at = (share: number): Date => addTime(since, Math.max(0, e.minutes * share - e.used), e.rule === 'until-end-of-day' ? 'clock' : e.calendar, calendar)
  return { half: at(0.5), late: at(0.8), expire: dueAt(e, calendar) }
}

/** What is still to come, soonest first; null when all has been said. */
export function nextMoment (e: Explanation, done: Progress, calendar: WorkingCalendar): { step: DeadlineStep, at: Date } | null {
  const at = moments(e, calendar)
  if (done.expired) return null
  if (!done.half && !done.late) return { step: 'half', at: at.half }
  if (!done.late) return { step: 'late', at: at.late }
  return { step: 'expire', at: at.expire }
}

/** What has come due by `now`: after a long stop only the latest step is announced, the earlier ones are marked. */
export function stepsDue (e: Explanation, done: Progress, now: Date, calendar: WorkingCalendar): { mark: DeadlineStep[], announce: DeadlineStep | null } {
  const at = moments(e, calendar)
  const mark: DeadlineStep[] = []
  if (!done.expired) {
    if (!done.half && now >= at.half) mark.push('half')
    if (!done.late && now >= at.late) mark.push('late')
    if (now >= at.expire) mark.push('expire')
  }
  return { mark, announce: mark.at(-1) ?? null }
}
