import type { LegOutcome, LegPurpose } from '../../../domain/telephone/legs.ts'
import { callerOf, type Caller } from './purposes.ts'

/**
 * Why nobody was reached, by our fault or theirs, and what follows: the one source for dialler, callbacks and emergency dial.
 * `docs/whose-fault.md` is generated from this file.
 */

/** What the PBX reported of a leg that ended. */
export interface LegEnding {
  /** Q.850; null: neither the HANGUP row nor the report before it tells */
  cause: number | null
  /** SIP status of the far side's last answer; 0: not one came; null: not reported */
  sip: number | null
  /** its channel's state: `down`, `ringing`, `up`; null: not reported */
  state: string | null
  /** seconds it lasted beyond its ringing time */
  lateSeconds: number
}

/** How an unanswered leg is judged; `theirs`: the callee was rung, so this counts as one of their attempts. */
export interface Verdict { outcome: LegOutcome, theirs: boolean }

export interface FaultRow extends Verdict {
  /** in words */
  what: string
  causes?: readonly number[]
  /** from … to */
  sip?: readonly [min: number, max: number]
  state?: 'down' | 'ringing' | 'up'
  /** our own time-out came more than `lateAfter` seconds late */
  late?: true
}

/** A PBX that ends the ringing this many seconds late was frozen meanwhile. */
export const lateAfter = 2

const ourTimeOut = [16, 19, 0] as const
/** Incompatible sound, and endings without a cause of their own. */
const unusable = [58, 127] as const
const absent = [18, 19, 20, 16, 0] as const

/** Legs nobody answered; the first row that fits counts. A condition on an unreported value does not fit. */
export const faultTable: readonly FaultRow[] = [
  { what: 'nothing came from the trunk\'s address', sip: [0, 0], state: 'down', outcome: 'no-response', theirs: false },
  {
    what: 'answered with sound we cannot use (no codec in common, port 0, no SDP)',
    causes: unusable,
    sip: [200, 299],
    outcome: 'congestion',
    theirs: false
  },
  // The dialplan spoke to somebody: only its row of the answer is missing.
  {
    what: 'answered, and the row of the answer was lost',
    sip: [200, 299],
    state: 'up',
    outcome: 'answered-not-confirmed',
    theirs: true
  },
  // In time, it crossed our own time-out: most a voicemail that answers when we give up.
  { what: 'answered, and not taken up in time: the PBX was frozen', sip: [200, 299], late: true, outcome: 'pbx-lost', theirs: false },
  { what: 'the PBX was frozen while it rang', causes: ourTimeOut, sip: [100, 199], late: true, outcome: 'pbx-lost', theirs: false },
  {
    what: 'the carrier took the call and rang nobody',
    causes: absent,
    sip: [100, 100],
    state: 'down',
    outcome: 'congestion',
    theirs: false
  },
  { what: 'no route', causes: [2, 3], outcome: 'congestion', theirs: false },
  { what: 'the carrier refuses our calls (401, 402)', sip: [401, 402], state: 'down', outcome: 'congestion', theirs: false },
  { what: 'the carrier refuses our calls (407)', sip: [407, 407], state: 'down', outcome: 'congestion', theirs: false },
  { what: 'busy (486, 600)', causes: [17], outcome: 'busy', theirs: true },
  // A gateway says 403 when the callee rejects (RFC 3398).
  { what: 'refused or forwarded (603, 403, 302)', causes: [21, 23], outcome: 'rejected', theirs: true },
  { what: 'refused as unwanted (607, RFC 8197; 608, RFC 8688)', sip: [607, 608], outcome: 'rejected', theirs: true },
  { what: 'it rang, and then failed', state: 'ringing', outcome: 'no-answer', theirs: true },
  { what: 'no such number (404, 604, 410, 484)', causes: [1, 22, 28], outcome: 'unallocated', theirs: true },
  { what: 'nobody came, absent or switched off (480, 408, early media)', causes: absent, outcome: 'no-answer', theirs: true },
  { what: 'anything else: the network (500, 502, 503, 504, 488 …)', outcome: 'congestion', theirs: false }
]

/**
 * An answer without usable sound ends at once: within this many seconds and without a key nobody can have heard anything. It is
 * judged as not answered.
 */
export const deafAnswerSeconds = 1

/** Whether an answered leg of this cause and length, without a key, had no usable sound. */
export const wasDeaf = (cause: number | null, seconds: number): boolean =>
  seconds < deafAnswerSeconds && unusable.some(c => c === cause)

/** The verdict on an unanswered leg. */
export function judge (ending: LegEnding): Verdict {
  // A channel whose end tells no cause: it rang and nobody came.
  if (ending.cause === null) return { outcome: 'no-answer', theirs: true }
  const { cause, sip, state, lateSeconds } = ending
  const row = faultTable.find(r =>
    (!r.causes || r.causes.includes(cause)) &&
    (!r.sip || (sip !== null && sip >= r.sip[0] && sip <= r.sip[1])) &&
    (!r.state || r.state === state) &&
    (!r.late || lateSeconds > lateAfter))
  return { outcome: row?.outcome ?? 'congestion', theirs: row?.theirs ?? false }
}

export interface AfterFailure {
  /**
   * Ours: seconds before each repeat of the same number, one figure per repeat; then the next number, the next round or the requester
   * takes over. Theirs: the next number at once, the next round after the gap.
   */
  again: readonly number[]
  /** before that another trunk, if there is one, is tried at once */
  otherTrunk: boolean
  /** the number is not dialled again for this request */
  dead: boolean
}

const soon = [1, 5, 20] as const
/** For calls without a later attempt: the carrier has a quarter of an hour. */
const patiently = [5, 60, 300, 600] as const
const theirs: AfterFailure = { again: [], otherTrunk: false, dead: false }

/** What follows each outcome; an outcome that is not listed counts as one of the callee's attempts. */
export const afterFailure: Record<Caller, Partial<Record<LegOutcome, AfterFailure>>> = {
  emergency: {
    'no-response': { again: soon, otherTrunk: true, dead: false },
    congestion: { again: soon, otherTrunk: true, dead: false },
    'pbx-lost': { again: soon, otherTrunk: false, dead: false },
    'not-placed': { again: soon, otherTrunk: false, dead: false },
    // One 404 does not give a member up; its owner is told.
    unallocated: theirs
  },
  callback: {
    'no-response': { again: soon, otherTrunk: true, dead: false },
    congestion: { again: [], otherTrunk: true, dead: false },
    'pbx-lost': { again: soon, otherTrunk: false, dead: false },
    'not-placed': { again: soon, otherTrunk: false, dead: false },
    // Only a preempted leg comes here: a cancelled request has ended.
    cancelled: { again: soon, otherTrunk: false, dead: false },
    unallocated: { again: [], otherTrunk: false, dead: true }
  },
  automated: {
    'no-response': { again: patiently, otherTrunk: true, dead: false },
    congestion: { again: patiently, otherTrunk: true, dead: false },
    'pbx-lost': { again: soon, otherTrunk: false, dead: false },
    'not-placed': { again: soon, otherTrunk: false, dead: false },
    cancelled: { again: soon, otherTrunk: false, dead: false },
    unallocated: { again: [], otherTrunk: false, dead: true }
  },
  'by-hand': {
    'no-response': { again: [], otherTrunk: true, dead: false },
    congestion: { again: [], otherTrunk: true, dead: false },
    'pbx-lost': { again: soon, otherTrunk: false, dead: false },
    'not-placed': { again: soon, otherTrunk: false, dead: false },
    cancelled: { again: soon, otherTrunk: false, dead: false },
    unallocated: { again: [], otherTrunk: false, dead: true }
  }
}

/** What follows a leg of this purpose with this outcome. */
export const follows = (purpose: LegPurpose, outcome: LegOutcome): AfterFailure => afterFailure[callerOf(purpose)][outcome] ?? theirs

/** A person has spoken: nothing further is dialled. */
export const conclusive: ReadonlySet<LegOutcome> = new Set<LegOutcome>(['confirmed', 'declined'])
