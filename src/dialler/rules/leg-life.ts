import type { LegOutcome, LegState } from '../../domain/legs.ts'

/** What can befall a leg: from the journal, or concluded when its channel proved to be gone. */
export type LegFact = { legId: string, at: Date } & (
  | { kind: 'started' | 'answered' | 'person' | 'channel-ended' }
  | { kind: 'key', question: string, key: string }
  | { kind: 'done', result: string }
  | { kind: 'hung-up', cause: number }
  /** the PBX was restarted, or its channel vanished without a word */
  | { kind: 'lost' }
  /** checked: the PBX never made a channel of it */
  | { kind: 'not-placed' }
  /** called back before the PBX was told of it */
  | { kind: 'withdrawn' }
)
export type LegFactKind = LegFact['kind']

/** What a leg is known by; the rest of its row does not matter to its life. */
export interface LegLife {
  state: LegState
  outcome: LegOutcome | null
  cause: number | null
  doneResult: string | null
  keys: ReadonlyArray<{ question: string, key: string }>
  hangupWanted: boolean
  ringingAt: Date | null
  answeredAt: Date | null
  confirmedAt: Date | null
  endedAt: Date | null
}

/**
 * The life cycle: in this state, this fact leads there. What is not listed changes nothing: rows arrive once and in
 * order, but a leg that was given up may still report.
 */
export const legTransitions: Record<LegState, Partial<Record<LegFactKind, LegState>>> = {
  requested: { started: 'ringing', answered: 'answered', 'hung-up': 'ended', 'channel-ended': 'ended', lost: 'ended', 'not-placed': 'ended', withdrawn: 'ended' },
  placing: { started: 'ringing', answered: 'answered', key: 'confirmed', person: 'confirmed', 'hung-up': 'ended', 'channel-ended': 'ended', lost: 'ended', 'not-placed': 'ended', withdrawn: 'ended' },
  ringing: { answered: 'answered', key: 'confirmed', person: 'confirmed', 'hung-up': 'ended', 'channel-ended': 'ended', lost: 'ended' },
  answered: { key: 'confirmed', person: 'confirmed', done: 'answered', 'hung-up': 'ended', 'channel-ended': 'ended', lost: 'ended' },
  confirmed: { key: 'confirmed', person: 'confirmed', done: 'confirmed', 'hung-up': 'ended', 'channel-ended': 'ended', lost: 'ended' },
  ended: {}
}

/** Q.850 cause of a leg nobody answered → its outcome. What is not listed is congestion: the network's fault, not the callee's. */
const unansweredCauses: Record<number, LegOutcome> = {
  1: 'unallocated', // 404, 604
  2: 'unallocated',
  3: 'unallocated',
  22: 'unallocated', // 410: the number has changed
  28: 'unallocated', // 484: incomplete
  17: 'busy', // 486, 600
  21: 'rejected', // 403, 603
  23: 'rejected', // 302: Originate does not follow
  18: 'no-answer', // 408
  19: 'no-answer', // 480, or it rang until our time-out
  20: 'no-answer', // subscriber absent
  0: 'no-answer',
  16: 'no-answer'
}

/** How a leg ended, from the cause and what was known of it. */
export function legOutcome (life: LegLife, end: 'hung-up' | 'channel-ended' | 'lost' | 'not-placed' | 'withdrawn', cause: number | null): LegOutcome {
  if (end === 'not-placed') return 'not-placed'
  if (end === 'withdrawn') return 'cancelled'
  if (end === 'lost') return 'pbx-lost'
  if (life.doneResult === 'declined') return 'declined'
  if (life.confirmedAt) return 'confirmed'
  if (life.answeredAt) return 'answered-not-confirmed'
  if (life.hangupWanted) return 'cancelled'
  // A channel that ended without a HANGUP row has no cause: it rang and nobody came.
  return cause === null ? 'no-answer' : unansweredCauses[cause] ?? 'congestion'
}

/** The leg after one fact; the very same object when the fact changes nothing. */
export function nextLife (life: LegLife, fact: LegFact): LegLife {
  // An empty key says that nobody pressed in time: no person is proved by it.
  if (fact.kind === 'key' && fact.key === '') return life
  const state = legTransitions[life.state][fact.kind]
  if (!state) return life
  switch (fact.kind) {
    case 'started':
      return { ...life, state, ringingAt: fact.at }
    case 'answered':
      return { ...life, state, ringingAt: life.ringingAt ?? fact.at, answeredAt: fact.at }
    case 'key':
    case 'person': {
      const keys = fact.kind === 'key' ? [...life.keys, { question: fact.question, key: fact.key }] : life.keys
      return { ...life, state, keys, answeredAt: life.answeredAt ?? fact.at, confirmedAt: life.confirmedAt ?? fact.at }
    }
    case 'done':
      return { ...life, state, doneResult: fact.result }
    case 'hung-up':
      return { ...life, state, cause: fact.cause, outcome: legOutcome(life, fact.kind, fact.cause), endedAt: fact.at }
    case 'channel-ended':
    case 'lost':
    case 'not-placed':
    case 'withdrawn':
      return { ...life, state, outcome: legOutcome(life, fact.kind, null), endedAt: fact.at }
    default:
      return fact satisfies never
  }
}
