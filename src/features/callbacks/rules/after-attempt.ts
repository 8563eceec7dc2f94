import type { LegOutcome } from '../../../domain/telephone/legs.ts'
import { judge, somethingAnswered, mergeAnswers, type Answers } from './callback-answers.ts'
import { nextAttemptAt } from './callback-hours.ts'
import type { ByPersonReason } from './by-person-reason.ts'
import { nextAllowed } from '../../../calendar/rules/allowed-hours.ts'
import { reckonBy, type DaysUsed, type WorkingCalendar } from '../../../calendar/rules/working-time.ts'
import type { PolicyOf } from '../../../policy/rules/attempt-policy.ts'
import { minutesOf, policyAt, type DeadlinePolicies } from '../../../policy/rules/deadline-policy.ts'
import type { Rule } from '../../../policy/rules/rule-policy.ts'

/**
 * The attempt policy that stands, with the calendar. `attempts`: unanswered and broken off in mid-survey together. `failures`: on our
 * side, before a person takes over.
 */
export type CallbackPolicy = PolicyOf<'callback'> & AnswersPolicy & { timeZone: string }

/** What an officer's time is reckoned by. */
export interface OfficersTimes { calendar: WorkingCalendar, deadlines: DeadlinePolicies }

/** What answers are judged by: the city's grade from which on somebody is satisfied. */
export interface AnswersPolicy extends OfficersTimes { satisfiedFrom: Rule }

/** What is known of a callback when an attempt is over. */
export interface AttemptOver {
  /** in this attempt */
  answers: Answers
  /** in the attempts before */
  earlier: Answers
  outcome: LegOutcome
  /** it counts as an attempt on the citizen: rung, by the table of whose fault it was */
  tried: boolean
  /** a person talks with the citizen: 0 was pressed, or the officer who rang was answered */
  person: boolean
  /** an officer rang, not the machine */
  byOfficer: boolean
  counts: { unanswered: number, incomplete: number, technical: number }
}

/**
 * What follows from an attempt. `byPerson` null: whether a person rings, and why, stays as it is.
 * `policySince`: first day of the attempt policy that said so; absent: the answers alone did.
 */
export type Followup = { counts: AttemptOver['counts'], policySince?: string } & (
  | { status: 'CONFIRMED' }
  /** bad answers: in the officer's time it is re-done or explained, else it re-opens by itself */
  | ({ status: 'OFFICER' } & OfficersTime)
  | { status: 'SCHEDULED', nextAt: Date, byPerson: ByPersonReason | null }
  | { status: 'UNREACHABLE', textMessage: boolean }
)

/** Why the officer's time ends when it ends: from `since` on, by these days and by the deadline policy of that name and first day. */
export interface OfficerReckoning { since: string, days: DaysUsed, policy: 'OFFICER_DECISION', policySince: string }
export interface OfficersTime { officerDueAt: Date, officerReckoning: OfficerReckoning }

/** As long as the row of the day of `since` says; a working day begun on a day off is all of the next one. */
export function officersTime (since: Date, { calendar, deadlines }: OfficersTimes): OfficersTime {
  const row = policyAt(deadlines, 'OFFICER_DECISION', since)
  const { at, days } = reckonBy(row.calendar, since, minutesOf(row), calendar)
  const officerReckoning = { since: since.toISOString(), days, policy: 'OFFICER_DECISION', policySince: row.validFrom } as const
  return { officerDueAt: at, officerReckoning }
}

/** Minutes for the notes of the person who took over; then the callback is on the officers' list again. */
const notesMinutes = 10

/** What answers alone decide, however recorded; null when they decide nothing yet. */
export function afterAnswers (
  answers: Answers,
  at: Date,
  policy: AnswersPolicy
): { status: 'CONFIRMED' } | ({ status: 'OFFICER' } & OfficersTime) | null {
  switch (judge(answers, policy.satisfiedFrom.value)) {
    case 'good': return { status: 'CONFIRMED' }
    case 'bad': return { status: 'OFFICER', ...officersTime(at, policy) }
    case 'incomplete': return null
  }
}

/**
 * What follows when an attempt is over at `at`. Answers count however the call ended; a pressed 0, or an officer's talk, waits for the
 * person's notes; our own failure uses no attempt. A number that does not exist is looked at by a person, not dialled again.
 */
export function afterAttempt (over: AttemptOver, at: Date, policy: CallbackPolicy): Followup {
  const { answers, person } = over
  const decided = afterAnswers(mergeAnswers(answers, over.earlier), at, policy)
  if (decided) return { ...decided, counts: over.counts }
  if (person) {
    const byPerson = over.byOfficer ? null : 'pressed-zero'
    return { status: 'SCHEDULED', nextAt: new Date(at.getTime() + notesMinutes * 60_000), byPerson, counts: over.counts }
  }
  return { ...asOftenAsAllowed(over, at, policy), policySince: policy.validFrom }
}

/** Nobody was reached, or not to the end: the attempt policy says what follows. */
function asOftenAsAllowed (over: AttemptOver, at: Date, policy: CallbackPolicy): Followup {
  const { answers, outcome } = over
  // The citizen was not rung: the officer may try again at once, and knows of the failure.
  if (!over.tried && over.byOfficer) return { status: 'SCHEDULED', nextAt: at, byPerson: null, counts: over.counts }
  if (!over.tried) return afterOurFailure(over, at, policy)
  const counts = somethingAnswered(answers)
    ? { ...over.counts, incomplete: over.counts.incomplete + 1 }
    : { ...over.counts, unanswered: over.counts.unanswered + 1 }
  if (counts.unanswered + counts.incomplete >= policy.attempts) return givenUp(over, counts)
  if (outcome === 'unallocated') return { status: 'SCHEDULED', nextAt: at, byPerson: 'number-unallocated', counts }
  return { status: 'SCHEDULED', nextAt: nextAttemptAt(policy, at), byPerson: null, counts }
}

/** The attempts are used up. "Solved" without a grade counts as an answer; further asking would annoy. */
function givenUp ({ answers, earlier }: AttemptOver, counts: AttemptOver['counts']): Followup {
  return mergeAnswers(answers, earlier).solved === 'yes'
    ? { status: 'CONFIRMED', counts }
    : { status: 'UNREACHABLE', textMessage: true, counts }
}

function afterOurFailure ({ counts: before }: AttemptOver, at: Date, policy: CallbackPolicy): Followup {
  const counts = { ...before, technical: before.technical + 1 }
  const nextAt = nextAllowed(policy.windows, policy.timeZone, new Date(at.getTime() + policy.failureGapSeconds * 1000))
  return { status: 'SCHEDULED', nextAt, byPerson: counts.technical >= policy.failures ? 'machine-failed' : null, counts }
}
