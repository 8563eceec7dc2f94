import type { LegOutcome, LegState } from '../../../domain/telephone/legs.ts'
import { judge, wasDeaf, type Verdict } from './whose-fault.ts'

/** Events of a leg: from the journal, or concluded when its channel proved to be gone. */
export type LegFact = { legId: string, at: Date } & (
  | { kind: 'started' | 'answered' | 'person' | 'channel-ended' }
  /** `answers`: one of the keys that were asked for */
  | { kind: 'key', question: string, key: string, answers: boolean }
  | { kind: 'done', result: string }
  /** the exchange bounds its time from now on, or no longer: it came into a room */
  | { kind: 'bounded' | 'unbounded' }
  /** why it ends and the channel's state, reported just before its end */
  | { kind: 'ending', cause: number, sip: number, state: string }
  | { kind: 'hung-up', cause: number }
  /** the PBX was restarted, and its channel went with it */
  | { kind: 'lost' }
  /** the PBX was taken for lost and is back, and its channel lives */
  | { kind: 'back' }
  /** its channel is gone, the PBX was not restarted: the row of its end was lost */
  | { kind: 'unreported' }
  /** checked: the PBX never made a channel for it */
  | { kind: 'not-placed' }
  /** withdrawn before the PBX was told of it */
  | { kind: 'withdrawn' }
)
export type LegFactKind = LegFact['kind']

/** The fields of a leg that its life cycle needs. */
export interface LegLife {
  state: LegState
  outcome: LegOutcome | null
  cause: number | null
  /** as the PBX reported them just before the end: the far side's last SIP status (0: none), the channel's state */
  sip: number | null
  channelState: string | null
  /** whether it counts as one of the callee's attempts; null until it has ended */
  theirs: boolean | null
  /** planned ringing time */
  ringSeconds: number
  doneResult: string | null
  keys: ReadonlyArray<{ question: string, key: string }>
  /** it was taken back, and the PBX is to end it */
  hangupWanted: boolean
  /** also when it is answered: else an answer ends that want */
  hangupAnswered: boolean
  ringingAt: Date | null
  answeredAt: Date | null
  confirmedAt: Date | null
  /** its talking time counts from here; null: nobody answered, or it is handed on and may last */
  boundedFrom: Date | null
  endedAt: Date | null
}

/**
 * The life cycle: state, fact, next state. A fact that is not listed changes nothing: rows arrive once and in
 * order, but a leg that was given up may still report.
 */
export const legTransitions: Record<LegState, Partial<Record<LegFactKind, LegState>>> = {
  placing: {
    started: 'ringing',
    answered: 'answered',
    ending: 'placing',
    key: 'confirmed',
    person: 'confirmed',
    'hung-up': 'ended',
    'channel-ended': 'ended',
    lost: 'ended',
    unreported: 'ended',
    'not-placed': 'ended',
    withdrawn: 'ended'
  },
  ringing: {
    answered: 'answered',
    ending: 'ringing',
    key: 'confirmed',
    person: 'confirmed',
    'hung-up': 'ended',
    'channel-ended': 'ended',
    lost: 'ended',
    unreported: 'ended'
  },
  answered: {
    key: 'confirmed',
    person: 'confirmed',
    done: 'answered',
    bounded: 'answered',
    unbounded: 'answered',
    ending: 'answered',
    'hung-up': 'ended',
    'channel-ended': 'ended',
    lost: 'ended',
    unreported: 'ended'
  },
  confirmed: {
    key: 'confirmed',
    person: 'confirmed',
    done: 'confirmed',
    bounded: 'confirmed',
    unbounded: 'confirmed',
    ending: 'confirmed',
    'hung-up': 'ended',
    'channel-ended': 'ended',
    lost: 'ended',
    unreported: 'ended'
  },
  ended: { back: 'ringing' }
}

/** How a leg ended, and whether it counts as one of the callee's attempts. */
export function legVerdict (
  life: LegLife,
  end: 'hung-up' | 'channel-ended' | 'lost' | 'unreported' | 'not-placed' | 'withdrawn',
  cause: number | null,
  at: Date
): Verdict {
  if (end === 'not-placed') return { outcome: 'not-placed', theirs: false }
  if (end === 'withdrawn') return { outcome: 'cancelled', theirs: false }
  if (end === 'lost') return { outcome: 'pbx-lost', theirs: false }
  if (life.doneResult === 'declined') return { outcome: 'declined', theirs: true }
  if (life.confirmedAt) return { outcome: 'confirmed', theirs: true }
  const talked = life.answeredAt ? (at.getTime() - life.answeredAt.getTime()) / 1000 : null
  if (talked !== null && !(life.keys.length === 0 && wasDeaf(cause, talked))) return { outcome: 'answered-not-confirmed', theirs: true }
  if (life.hangupWanted) return { outcome: 'cancelled', theirs: false }
  if (end === 'unreported') {
    // It may have rung: nobody is rung again at once because our journal is silent.
    if (life.channelState === null) return { outcome: 'pbx-lost', theirs: true }
    // Found missing later than it ended, so not late.
    return judge({ cause, sip: life.sip, state: life.channelState, lateSeconds: 0 })
  }
  const lasted = life.ringingAt ? (at.getTime() - life.ringingAt.getTime()) / 1000 : 0
  return judge({ cause, sip: life.sip, state: life.channelState, lateSeconds: lasted - life.ringSeconds })
}

/**
 * What the first sign of an answer says; later ones add nothing. A leg taken back while there was no link to the PBX may be answered
 * before it is ended: nobody is cut off in mid-talk.
 */
const answeredBy = (life: LegLife, at: Date): Partial<LegLife> => life.answeredAt === null
  ? { answeredAt: at, boundedFrom: at, hangupWanted: life.hangupWanted && life.hangupAnswered }
  : {}

const stateReached = ({ confirmedAt, answeredAt }: LegLife): LegState =>
  confirmedAt !== null ? 'confirmed' : answeredAt !== null ? 'answered' : 'ringing'

/** The leg after one fact; the very same object when the fact changes nothing. */
export function nextLife (life: LegLife, fact: LegFact): LegLife {
  // An empty key: nobody pressed in time, so it proves no person.
  if (fact.kind === 'key' && fact.key === '') return life
  const state = legTransitions[life.state][fact.kind]
  if (!state) return life
  switch (fact.kind) {
    case 'started':
      return { ...life, state, ringingAt: fact.at }
    case 'answered':
      return { ...life, state, ringingAt: life.ringingAt ?? fact.at, ...answeredBy(life, fact.at) }
    case 'key': {
      const keys = [...life.keys, { question: fact.question, key: fact.key }]
      const answered = { ...life, keys, ...answeredBy(life, fact.at) }
      if (!fact.answers) return { ...answered, state: life.state === 'confirmed' ? 'confirmed' : 'answered' }
      return { ...answered, state, confirmedAt: life.confirmedAt ?? fact.at }
    }
    case 'person':
      return { ...life, state, ...answeredBy(life, fact.at), confirmedAt: life.confirmedAt ?? fact.at }
    case 'done':
      return { ...life, state, doneResult: fact.result, boundedFrom: null }
    case 'bounded':
    case 'unbounded':
      return { ...life, boundedFrom: fact.kind === 'bounded' ? fact.at : null }
    case 'ending':
      return { ...life, cause: fact.cause, sip: fact.sip, channelState: fact.state }
    case 'hung-up':
      return { ...life, state, cause: fact.cause, ...legVerdict(life, fact.kind, fact.cause, fact.at), endedAt: fact.at }
    case 'back':
      return life.outcome === 'pbx-lost' ? { ...life, state: stateReached(life), outcome: null, theirs: null, endedAt: null } : life
    case 'channel-ended':
    case 'lost':
    case 'unreported':
    case 'not-placed':
    case 'withdrawn':
      return { ...life, state, ...legVerdict(life, fact.kind, life.cause, fact.at), endedAt: fact.at }
    default:
      return fact satisfies never
  }
}
