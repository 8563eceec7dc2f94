// What follows when an attempt is over, for every way a telephone call can end.
import t from 'tap'
import { legOutcomes } from '../../../src/domain/telephone/legs.ts'
import { afterAttempt, type AttemptOver, type CallbackPolicy } from '../../../src/features/callbacks/rules/after-attempt.ts'
import { todaysPolicies } from '../orders/todays-policies.ts'
import { noAnswers } from '../../../src/features/callbacks/rules/callback-answers.ts'
import { mayCallAt } from '../../../src/features/callbacks/rules/callback-hours.ts'

const policy: CallbackPolicy = {
  purpose: 'callback',
  validFrom: '2026-11-01',
  windows: '09:00-12:00,13:30-20:00',
  timeZone: 'Asia/Shanghai',
  deadlines: todaysPolicies,
  satisfiedFrom: { name: 'SATISFIED_FROM', value: 3, since: null },
  attempts: 3,
  gapSeconds: null,
  delaySeconds: null,
  ringSeconds: 30,
  failures: 4,
  unspokenFailures: 20,
  failureGapSeconds: 5 * 60,
  maxPostponedDays: 14,
  replyDays: 3,
  calendar: { timeZone: 'Asia/Shanghai', exceptions: new Map(), editions: new Map([[2026, 1]]) }
}
const at = new Date('2026-11-20T10:00:00+08:00')
const over = (change: Partial<AttemptOver> = {}): AttemptOver =>
  ({
    answers: noAnswers,
    earlier: noAnswers,
    outcome: 'no-answer',
    tried: true,
    person: false,
    byOfficer: false,
    counts: { unanswered: 0, incomplete: 0, technical: 0 },
    ...change
  })
const counts = (unanswered: number, incomplete = 0, technical = 0): AttemptOver['counts'] => ({ unanswered, incomplete, technical })
const half = { ...noAnswers, contacted: true }
const solved = { ...half, solved: 'yes' as const }

t.test('no answer', t => {
  for (const outcome of ['no-answer', 'busy', 'rejected', 'answered-not-confirmed', 'declined', 'confirmed'] as const) {
    t.match(afterAttempt(over({ outcome }), at, policy),
      { status: 'SCHEDULED', byPerson: null, nextAt: new Date('2026-11-20T13:30:00+08:00'), counts: counts(1) }, outcome)
    t.match(afterAttempt(over({ outcome, counts: counts(1, 0, 3) }), at, policy), { status: 'SCHEDULED', counts: counts(2, 0, 3) })
    t.match(afterAttempt(over({ outcome, counts: counts(2) }), at, policy), { status: 'UNREACHABLE', textMessage: true, counts: counts(3) })
  }
  t.end()
})

t.test('a number that does not exist is looked at by a person, not dialled again', t => {
  t.match(afterAttempt(over({ outcome: 'unallocated' }), at, policy),
    { status: 'SCHEDULED', byPerson: 'number-unallocated', nextAt: at, counts: counts(1) })
  t.match(afterAttempt(over({ outcome: 'unallocated', counts: counts(2) }), at, policy), { status: 'UNREACHABLE', counts: counts(3) })
  t.end()
})

t.test('broken off: one bound for unanswered and broken off together, never a fourth call', t => {
  t.match(afterAttempt(over({ answers: half, outcome: 'confirmed', counts: counts(1) }), at, policy),
    { status: 'SCHEDULED', counts: counts(1, 1) })
  t.match(afterAttempt(over({ answers: half, outcome: 'confirmed', counts: counts(2) }), at, policy),
    { status: 'UNREACHABLE', counts: counts(2, 1) })
  t.match(afterAttempt(over({ counts: counts(1, 1) }), at, policy), { status: 'UNREACHABLE', counts: counts(2, 1) })
  t.match(afterAttempt(over({ answers: solved, outcome: 'confirmed', counts: counts(1, 1) }), at, policy), { status: 'CONFIRMED' },
    'only the grade is missing')
  t.match(afterAttempt(over({ earlier: solved, counts: counts(2) }), at, policy), { status: 'CONFIRMED' }, 'said in an earlier attempt')
  t.end()
})

t.test('our own failures use up no attempt, and end with a person', t => {
  for (const outcome of ['congestion', 'no-response', 'not-placed', 'pbx-lost', 'cancelled'] as const) {
    t.match(afterAttempt(over({ outcome, tried: false, answers: half }), at, policy),
      { status: 'SCHEDULED', byPerson: null, nextAt: new Date('2026-11-20T10:05:00+08:00'), counts: counts(0, 0, 1) }, outcome)
    t.match(afterAttempt(over({ outcome, tried: false, counts: counts(0, 0, 3) }), at, policy),
      { status: 'SCHEDULED', byPerson: 'machine-failed' })
  }
  t.match(afterAttempt(over({ outcome: 'pbx-lost', tried: false }), new Date('2026-11-20T11:58:00+08:00'), policy),
    { nextAt: new Date('2026-11-20T13:30:00+08:00') }, 'not into the noon')
  t.end()
})

t.test('an officer who rang has spoken, or is free to ring again at once: the reason why a person rings stays', t => {
  const rang = (change: Partial<AttemptOver>): AttemptOver => over({ byOfficer: true, ...change })
  t.match(afterAttempt(rang({ outcome: 'answered-not-confirmed', person: true }), at, policy),
    { status: 'SCHEDULED', byPerson: null, nextAt: new Date('2026-11-20T10:10:00+08:00'), counts: counts(0) }, 'notes are awaited')
  for (const outcome of ['congestion', 'no-response', 'not-placed', 'pbx-lost', 'cancelled'] as const) {
    t.same(afterAttempt(rang({ outcome, tried: false, counts: counts(1, 0, 3) }), at, policy),
      { status: 'SCHEDULED', byPerson: null, nextAt: at, counts: counts(1, 0, 3), policySince: '2026-11-01' }, `${outcome}: not rung`)
  }
  t.match(afterAttempt(rang({ outcome: 'busy' }), at, policy),
    { status: 'SCHEDULED', byPerson: null, nextAt: new Date('2026-11-20T13:30:00+08:00'), counts: counts(1) }, 'rung in vain')
  t.match(afterAttempt(rang({ outcome: 'unallocated' }), at, policy), { byPerson: 'number-unallocated', nextAt: at }, 'no such number')
  t.end()
})

t.test('a decision by the attempt policy names it, a decision by the answers does not', t => {
  const since = '2026-11-01'
  t.match(afterAttempt(over(), at, policy), { status: 'SCHEDULED', policySince: since })
  t.match(afterAttempt(over({ tried: false }), at, policy), { status: 'SCHEDULED', policySince: since })
  t.match(afterAttempt(over({ counts: counts(2) }), at, policy), { status: 'UNREACHABLE', policySince: since })
  for (const decided of [over({ answers: { ...solved, grade: 3 } }), over({ person: true })]) {
    t.notOk('policySince' in afterAttempt(decided, at, policy))
  }
  t.end()
})

t.test('another half-day, or so long after the last', t => {
  t.match(afterAttempt(over(), at, { ...policy, gapSeconds: 3600 }), { nextAt: new Date('2026-11-20T11:00:00+08:00') })
  t.match(afterAttempt(over(), at, { ...policy, gapSeconds: 7200 }), { nextAt: new Date('2026-11-20T13:30:00+08:00') }, 'not into the noon')
  t.end()
})

t.test('answers count however the call ended', t => {
  for (const outcome of legOutcomes) {
    t.match(afterAttempt(over({ outcome, answers: { ...solved, grade: 3 } }), at, policy), { status: 'CONFIRMED' }, outcome)
    t.match(afterAttempt(over({ outcome, answers: { ...half, solved: 'no' } }), at, policy),
      { status: 'OFFICER', officerDueAt: new Date('2026-11-23T10:00:00+08:00') }, `${outcome}, Friday to Monday`)
    t.match(afterAttempt(over({ outcome, answers: { ...solved, grade: 2 }, person: true }), at, policy), { status: 'OFFICER' })
    t.match(afterAttempt(over({ outcome, person: true }), at, policy), { status: 'SCHEDULED', byPerson: 'pressed-zero', counts: counts(0) },
      'a person has it')
  }
  t.end()
})

t.test('every sequence ends: a bounded number of calls, none outside the hours', t => {
  for (const outcomes of [
    ['no-answer'],
    ['pbx-lost'],
    ['no-answer', 'pbx-lost'],
    ['confirmed'],
    ['confirmed', 'no-answer', 'congestion']
  ] as const) {
    let state = over()
    let now = at
    let calls = 0
    for (; calls < 100; calls++) {
      const outcome = outcomes[calls % outcomes.length] ?? 'no-answer'
      const next = afterAttempt(
        {
          ...state,
          outcome,
          tried: outcome === 'no-answer' || outcome === 'confirmed',
          answers: outcome === 'confirmed' ? half : noAnswers
        },
        now,
        policy
      )
      state = { ...state, counts: next.counts }
      if (next.status !== 'SCHEDULED' || next.byPerson !== null) break
      if (!mayCallAt(policy, next.nextAt) || next.nextAt <= now) t.fail(`outside the hours: ${next.nextAt.toISOString()}`)
      now = next.nextAt
    }
    t.ok(calls < policy.attempts + policy.failures, outcomes.join(', '))
  }
  t.end()
})
