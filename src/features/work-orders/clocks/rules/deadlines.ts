import type { RequestType, Urgency } from '../../../../domain/work-order.ts'
import type { ChannelPolicy } from '../../../../policy/rules/channel-policy.ts'
import {
  minutesOf, policyAt, type DeadlinePolicies, type DeadlinePolicyName, type OrderTimesName
} from '../../../../policy/rules/deadline-policy.ts'
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
  /** since when the row of that name reads so, `2026-01-01`; null: the times are the category's own */
  since: string | null
  /** the category whose limits were used, and since when they read so */
  category: { code: string, validFrom: string } | null
  /** the channel's row that named this one; absent: category or urgency did */
  channel?: { code: string, since: string }
  onSiteMinutes: number | null
  handlingMinutes: number
  calendar: CalendarKind
}

/** Which rows each urgency goes by: to handle, to dispatch, and to sign (a unit is reminded at half, at four fifths and at the end). */
const rowsOf: Record<Urgency, { handling: DeadlinePolicyName, dispatch: DeadlinePolicyName, sign: DeadlinePolicyName }> = {
  normal: { handling: 'DEFAULT', dispatch: 'DISPATCH_NORMAL', sign: 'SIGN_NORMAL' },
  urgent: { handling: 'URGENT', dispatch: 'DISPATCH_URGENT', sign: 'SIGN_URGENT' },
  critical: { handling: 'CRITICAL', dispatch: 'DISPATCH_CRITICAL', sign: 'SIGN_CRITICAL' }
}

/** The times of an order whose category is not known yet. */
export function ordinaryTimes (policies: DeadlinePolicies, at: Date): CategoryTimes {
  const row = policyAt(policies, 'DEFAULT', at)
  const { onSiteMinutes, calendar } = row
  return { code: null, validFrom: null, urgency: 'normal', onSiteMinutes, handlingMinutes: minutesOf(row), calendar }
}

const isQuestion = (requestType: RequestType | null): boolean => requestType === 'CONSULTATION' || requestType === 'SUGGESTION'

/** The name of the row a channel has for this kind of request; null: it has none. */
const clockOf = ({ clock, consultClock }: OrderChannel, requestType: RequestType | null): OrderTimesName | null =>
  isQuestion(requestType) ? consultClock ?? clock : clock

/** What a clock needs of the channel's row an order goes by. */
export type OrderChannel = Pick<ChannelPolicy, 'code' | 'validFrom' | 'clock' | 'consultClock'>

/**
 * Which row of the policy table applies: the channel's own for its orders, as the city's days - but danger does not wait for them -, else
 * the category's or the urgency's. `channel` null: it is of before the rows.
 */
export function policyFor ({ channel, requestType, urgency, category }: {
  channel: OrderChannel | null, requestType: RequestType | null, urgency: Urgency, category: CategoryTimes
}, policies: DeadlinePolicies, at: Date): Policy {
  const row = (name: DeadlinePolicyName): Omit<Policy, 'category' | 'channel'> => {
    const found = policyAt(policies, name, at)
    const { validFrom: since, onSiteMinutes, calendar } = found
    return { name, since, onSiteMinutes, handlingMinutes: minutesOf(found), calendar }
  }
  const seen = category.code === null || category.validFrom === null ? null : { code: category.code, validFrom: category.validFrom }
  const own = urgency === category.urgency
  // A matter without a spot to visit stays without one, however urgent.
  const onSiteMinutes = own || category.onSiteMinutes === null ? category.onSiteMinutes : row(rowsOf[urgency].handling).onSiteMinutes
  const itsClock = channel === null || urgency === 'critical' ? null : clockOf(channel, requestType)
  if (channel !== null && itsClock !== null) {
    const its = row(itsClock)
    // A channel's times are for the answer; a visit is due as soon as for any other urgent matter, and nobody visits to answer a question.
    const visit = urgency === 'urgent' && !isQuestion(requestType) ? onSiteMinutes : its.onSiteMinutes
    return {
      ...its,
      category: seen,
      channel: { code: channel.code, since: channel.validFrom },
      onSiteMinutes: category.onSiteMinutes === null ? null : visit
    }
  }
  if (own) {
    const { handlingMinutes, calendar } = category
    return { name: 'CATEGORY', since: null, category: seen, onSiteMinutes, handlingMinutes, calendar }
  }
  return { ...row(rowsOf[urgency].handling), category: seen, onSiteMinutes }
}

/** Why a deadline is due when it is due: from these alone it can be computed again. */
export interface Explanation {
  policy: string
  /** since when the row of that name reads so; clocks of before the rows were dated do not say */
  since?: string
  /** the category whose limits were used, and since when they read so */
  category?: { code: string, validFrom: string }
  /** the channel's row that says to go by this one */
  channel?: { code: string, since: string }
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

/** What a clock is reckoned by. */
export interface TimeRules { calendar: WorkingCalendar, policies: DeadlinePolicies }

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
  since: string | null
  category?: Policy['category']
  channel?: Policy['channel'] | undefined
  from: Explanation['from']
  start: Date
  minutes: number
  kindOfDays?: CalendarKind
  rule?: Explanation['rule']
}

function timer (
  { kind, policy, since, category = null, channel, from, start, minutes, kindOfDays = 'clock', rule = 'minutes' }: TimerInput,
  calendar: WorkingCalendar
): Timer {
  const began = start.toISOString()
  return {
    kind,
    startedAt: start,
    ...reckoned({
      policy,
      ...(since === null ? {} : { since }),
      ...(category ? { category } : {}),
      ...(channel ? { channel } : {}),
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

/** A clock that goes by one row alone. */
function rowTimer (
  of: { kind: DeadlineKind, row: DeadlinePolicyName, from: Explanation['from'], start: Date },
  { calendar, policies }: TimeRules
): Timer {
  const { kind, row, from, start } = of
  const { name: policy, validFrom: since, minutes, calendar: kindOfDays } = policyAt(policies, row, start)
  if (minutes !== null) return timer({ kind, policy, since, from, start, minutes, kindOfDays }, calendar)
  const untilMidnight = (endOfDay(start, calendar.timeZone).getTime() - start.getTime()) / 60_000
  return timer({ kind, policy, since, from, start, minutes: untilMidnight, rule: 'until-end-of-day' }, calendar)
}

/** What runs from receipt, the citizen's clock and the Centre's own duties; never restarted. */
export function receiptTimers (policy: Policy, urgency: Urgency, receivedAt: Date, rules: TimeRules): Timer[] {
  const { name, since, category, channel, handlingMinutes: minutes, calendar: kindOfDays } = policy
  const from = 'receipt'
  return [
    timer({ kind: 'citizen', policy: name, since, category, channel, from, start: receivedAt, minutes, kindOfDays }, rules.calendar),
    rowTimer({ kind: 'dispatch', row: rowsOf[urgency].dispatch, from, start: receivedAt }, rules)
  ]
}

/** First contact with the citizen, from receipt. */
export const firstContactTimer = (receivedAt: Date, rules: TimeRules): Timer =>
  rowTimer({ kind: 'first-contact', row: 'FIRST_CONTACT', from: 'receipt', start: receivedAt }, rules)

/** The unit's clocks; rework has a time of its own to handle and, where a visit belongs to it, the usual time to arrive. */
export function unitTimers (policy: Policy, from: Explanation['from'], start: Date, rules: TimeRules): Timer[] {
  const { name, since, category, channel, onSiteMinutes, handlingMinutes: minutes, calendar: kindOfDays } = policy
  const its = { policy: name, since, category, channel, from, start }
  return [
    ...(onSiteMinutes === null ? [] : [timer({ ...its, kind: 'on-site', minutes: onSiteMinutes }, rules.calendar)]),
    from === 'rework'
      ? rowTimer({ kind: 'handling', row: 'REWORK', from, start }, rules)
      : timer({ ...its, kind: 'handling', minutes, kindOfDays }, rules.calendar)
  ]
}

export const signTimer = (urgency: Urgency, start: Date, rules: TimeRules): Timer =>
  rowTimer({ kind: 'sign', row: rowsOf[urgency].sign, from: 'dispatch', start }, rules)

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
export function returnLatest (dispatchedAt: Date, { calendar, policies }: TimeRules): Date {
  const row = policyAt(policies, 'RETURN', dispatchedAt)
  return addTime(dispatchedAt, minutesOf(row), row.calendar, calendar)
}

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
