import type { Channel, RequestType, Urgency } from '../../../../domain/work-order.ts'
import {
  addTime, daysKnown, elapsed, endOfDay, reckon, type CalendarKind, type DaysUsed, type WorkingCalendar
} from '../../../../calendar/rules/working-time.ts'

export const deadlineKinds = ['on-site', 'handling', 'citizen', 'dispatch', 'sign', 'first-contact'] as const
export type DeadlineKind = typeof deadlineKinds[number]

/** What a category says about time; on the working calendar 1,440 minutes are one day. */
export interface CategoryTimes {
  /** null: the category is not known yet */
  code: string | null
  /** since when the category reads like this, `2026-01-01` */
  validFrom: string | null
  urgency: Urgency
  onSiteMinutes: number | null
  handlingMinutes: number
  calendar: CalendarKind
}

/** How long a unit has. */
export interface Policy {
  name: string
  /** the category whose limits were used, and since when they read so */
  category: { code: string, validFrom: string } | null
  onSiteMinutes: number | null
  handlingMinutes: number
  calendar: CalendarKind
}

const hours = 60
const days = 1440

/** The ordinary 3 h and 168 h, and what urgency makes of them. */
const byUrgency: Record<Urgency, Omit<Policy, 'category'>> = {
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

/**
 * Which row of the policy table applies: the city's own days for its orders - but danger does not wait for them -, else the category's or
 * the urgency's.
 */
export function policyFor ({ channel, requestType, urgency, category }: {
  channel: Channel, requestType: RequestType | null, urgency: Urgency, category: CategoryTimes
}): Policy {
  const seen = category.code === null || category.validFrom === null ? null : { code: category.code, validFrom: category.validFrom }
  const own = urgency === category.urgency
  // A matter without a spot to visit stays without one, however urgent.
  const onSiteMinutes = own || category.onSiteMinutes === null ? category.onSiteMinutes : byUrgency[urgency].onSiteMinutes
  if (channel === 'CITY_12345' && urgency !== 'critical') {
    return requestType === 'CONSULTATION' || requestType === 'SUGGESTION'
      ? { name: 'CITY_12345_CONSULT', category: seen, onSiteMinutes: null, handlingMinutes: days, calendar: 'working' }
      // The city's days are for the answer; a visit is due as soon as for any other urgent matter.
      : {
          name: 'CITY_12345_NORMAL',
          category: seen,
          onSiteMinutes: urgency === 'urgent' ? onSiteMinutes : null,
          handlingMinutes: 5 * days,
          calendar: 'working'
        }
  }
  if (own) {
    return { name: 'CATEGORY', category: seen, onSiteMinutes, handlingMinutes: category.handlingMinutes, calendar: category.calendar }
  }
  return { ...byUrgency[urgency], category: seen, onSiteMinutes }
}

/** Why a deadline is due when it is due: from these alone it can be computed again. */
export interface Explanation {
  policy: string
  /** the category whose limits were used, and since when they read so */
  category?: { code: string, validFrom: string }
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
  /** on the working calendar: the days it rests on */
  days?: DaysUsed
}

export interface Timer {
  kind: DeadlineKind
  startedAt: Date
  dueAt: Date
  explanation: Explanation
}

const noDays: DaysUsed = { exceptions: {}, editions: {}, awaitsYear: null }

/** `minutes` of its time after it began to run, by the days it rests on. */
const after = (e: Explanation, minutes: number): Date =>
  addTime(new Date(e.runningSince), Math.max(0, minutes - e.used), e.calendar, daysKnown(e.days ?? noDays, e.timeZone))

/** When it is due, from its explanation alone. */
export const dueAt = (e: Explanation): Date =>
  e.rule === 'until-end-of-day' ? endOfDay(new Date(e.runningSince), e.timeZone) : after(e, e.minutes)

/** The explanation with the days of the calendar that stands now, and when it is due by them. */
export function reckoned (explanation: Explanation, calendar: WorkingCalendar): { dueAt: Date, explanation: Explanation } {
  if (explanation.calendar === 'clock') return { dueAt: dueAt(explanation), explanation }
  const { at, days } = reckon(new Date(explanation.runningSince), Math.max(0, explanation.minutes - explanation.used), calendar)
  return { dueAt: at, explanation: { ...explanation, days } }
}

interface TimerInput {
  kind: DeadlineKind
  policy: string
  category?: Policy['category']
  from: Explanation['from']
  start: Date
  minutes: number
  kindOfDays?: CalendarKind
  rule?: Explanation['rule']
}

function timer (
  { kind, policy, category = null, from, start, minutes, kindOfDays = 'clock', rule = 'minutes' }: TimerInput,
  calendar: WorkingCalendar
): Timer {
  const began = start.toISOString()
  return {
    kind,
    startedAt: start,
    ...reckoned({
      policy,
      ...(category ? { category } : {}),
      from,
      calendar: kindOfDays,
      rule,
      minutes,
      used: 0,
      runningSince: began,
      began,
      timeZone: calendar.timeZone
    }, calendar)
  }
}

/** What runs from receipt, the citizen's clock and the Centre's own duties; never restarted. */
export function receiptTimers (policy: Policy, urgency: Urgency, receivedAt: Date, calendar: WorkingCalendar): Timer[] {
  const within = dispatchMinutes[urgency]
  const [from, start] = ['receipt' as const, receivedAt]
  const { name, category, handlingMinutes: minutes, calendar: kindOfDays } = policy
  const untilMidnight = (endOfDay(start, calendar.timeZone).getTime() - start.getTime()) / 60_000
  return [
    timer({ kind: 'citizen', policy: name, category, from, start, minutes, kindOfDays }, calendar),
    within === null
      ? timer({ kind: 'dispatch', policy: 'SAME_DAY', from, start, minutes: untilMidnight, rule: 'until-end-of-day' }, calendar)
      : timer({ kind: 'dispatch', policy: `WITHIN_${within}_MIN`, from, start, minutes: within }, calendar)
  ]
}

/** First contact with the citizen within one working day of receipt. */
export const firstContactTimer = (receivedAt: Date, calendar: WorkingCalendar): Timer =>
  timer({ kind: 'first-contact', policy: 'FIRST_CONTACT', from: 'receipt', start: receivedAt, minutes: days, kindOfDays: 'working' },
    calendar)

/** The unit's clocks; on rework 72 h to handle and, where a visit belongs to it, the usual time to arrive. */
export function unitTimers (policy: Policy, from: Explanation['from'], start: Date, calendar: WorkingCalendar): Timer[] {
  const timers: Timer[] = []
  const { name, category, onSiteMinutes, handlingMinutes: minutes, calendar: kindOfDays } = policy
  if (onSiteMinutes !== null) timers.push(timer({ kind: 'on-site', policy: name, category, from, start, minutes: onSiteMinutes }, calendar))
  timers.push(from === 'rework'
    ? timer({ kind: 'handling', policy: 'REWORK', from, start, minutes: reworkMinutes }, calendar)
    : timer({ kind: 'handling', policy: name, category, from, start, minutes, kindOfDays }, calendar))
  return timers
}

export const signTimer = (urgency: Urgency, start: Date, calendar: WorkingCalendar): Timer =>
  timer({ kind: 'sign', policy: 'SIGN', from: 'dispatch', start, minutes: signMinutes[urgency] }, calendar)

/**
 * A running clock by other limits, after a change of urgency or category: its start, the time used and the time an
 * extension gave stay with it.
 */
export function changed (e: Explanation, wanted: Explanation, calendar: WorkingCalendar): { dueAt: Date, explanation: Explanation } {
  const { used, runningSince, extended = 0 } = e
  return reckoned({ ...wanted, used, runningSince, minutes: wanted.minutes + extended, ...(extended > 0 ? { extended } : {}) }, calendar)
}

/** Whether two explanations give the same limits. */
export const sameLimits = (a: Explanation, b: Explanation): boolean =>
  a.policy === b.policy && a.rule === b.rule && a.calendar === b.calendar && a.minutes - (a.extended ?? 0) === b.minutes &&
  a.category?.code === b.category?.code

/** The latest moment for a return. */
export const returnLatest = (dispatchedAt: Date, calendar: WorkingCalendar): Date =>
  addTime(dispatchedAt, returnMinutes, 'working', calendar)

/** A report sent back: the clock goes on with what was left when it stopped; one that had run out keeps its due time. */
export function resumed (e: Explanation, stoppedAt: Date, now: Date, calendar: WorkingCalendar): { dueAt: Date, explanation: Explanation } {
  const used = e.used + elapsed(new Date(e.runningSince), stoppedAt, e.calendar, calendar)
  if (used >= e.minutes) return reckoned(e, calendar)
  return reckoned({ ...e, used, runningSince: now.toISOString() }, calendar)
}

export type DeadlineStep = 'half' | 'late' | 'expire'

/** Which warnings have been given. */
export interface Progress { half: Date | null, late: Date | null, expired: Date | null }

/** The moments of a deadline: warned at 50 % and at 80 % of the time, overtime at the end. */
export const moments = (e: Explanation): Record<DeadlineStep, Date> => ({
  half: after(e, e.minutes * 0.5),
  late: after(e, e.minutes * 0.8),
  expire: dueAt(e)
})

/** The next step still to come; null after the last one. */
export function nextMoment (e: Explanation, done: Progress): { step: DeadlineStep, at: Date } | null {
  const at = moments(e)
  if (done.expired) return null
  if (!done.half && !done.late) return { step: 'half', at: at.half }
  if (!done.late) return { step: 'late', at: at.late }
  return { step: 'expire', at: at.expire }
}

/** What has come due by `now`: after a long stop only the latest step is announced, the earlier ones are marked. */
export function stepsDue (e: Explanation, done: Progress, now: Date): { mark: DeadlineStep[], announce: DeadlineStep | null } {
  const at = moments(e)
  const mark: DeadlineStep[] = []
  if (!done.expired) {
    if (!done.half && now >= at.half) mark.push('half')
    if (!done.late && now >= at.late) mark.push('late')
    if (now >= at.expire) mark.push('expire')
  }
  return { mark, announce: mark.at(-1) ?? null }
}
