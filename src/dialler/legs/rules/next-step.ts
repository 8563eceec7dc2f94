import type { LegOutcome, LegPurpose } from '../../../domain/telephone/legs.ts'
import { conclusive, follows } from './whose-fault.ts'

/** Where a request is in its numbers and rounds. */
export interface RequestProgress {
  purpose: LegPurpose
  attempts: number
  gapSeconds: number
  numberCount: number
  /** 1..attempts */
  attempt: number
  /** 0..numberCount-1 */
  numberIndex: number
  /** places of numbers that do not exist: never tried again */
  deadNumbers: readonly number[]
  /** technical repeats used */
  repeats: number
  /** trunks on which the present number has just had a technical failure */
  failedTrunks: readonly string[]
  /** best outcome so far */
  outcome: LegOutcome | null
  /** a leg so far counted as one of the callee's attempts: rung, and not reached */
  tried: boolean
  cancelled: boolean
}

/** A leg of the request, when it has ended. */
export interface EndedLeg {
  outcome: LegOutcome
  theirs: boolean
  trunkId: string
  /** seconds a person or a voicemail was on the line */
  talkedSeconds: number
  at: Date
}

interface Known { deadNumbers: readonly number[], outcome: LegOutcome, tried: boolean }

export type NextStep = Known & (
  | { kind: 'finished' }
  | { kind: 'again', attempt: number, numberIndex: number, repeats: number, failedTrunks: readonly string[], at: Date }
)

/** Least seconds between two rounds to a callee who answered and was not reached; never more than the gap. */
const minGapSeconds = 10

// The outcome that says most about the person comes first.
const byWorth: readonly LegOutcome[] = [
  'confirmed', 'declined', 'answered-not-confirmed', 'busy', 'rejected', 'no-answer', 'unallocated', 'congestion', 'no-response',
  'not-placed', 'pbx-lost', 'cancelled'
]

export const bestOutcome = (a: LegOutcome | null, b: LegOutcome): LegOutcome =>
  a !== null && byWorth.indexOf(a) <= byWorth.indexOf(b) ? a : b

/**
 * What follows when a leg of the request has ended: the same number after a technical failure, the next number, the next round after
 * the gap, or nothing. `trunks`: all trunks. Seconds a voicemail was spoken to count towards the gap.
 */
export function nextStep (progress: RequestProgress, ended: EndedLeg, trunks: readonly string[]): NextStep {
  const { attempt, numberIndex, numberCount, repeats } = progress
  const after = follows(progress.purpose, ended.outcome)
  const known: Known = {
    outcome: bestOutcome(progress.outcome, ended.outcome),
    tried: progress.tried || ended.theirs,
    deadNumbers: after.dead && !progress.deadNumbers.includes(numberIndex) ? [...progress.deadNumbers, numberIndex] : progress.deadNumbers
  }
  if (conclusive.has(ended.outcome) || progress.cancelled) return { kind: 'finished', ...known }

  const at = (seconds: number): Date => new Date(ended.at.getTime() + seconds * 1000)
  if (!ended.theirs) {
    const failedTrunks = [...progress.failedTrunks, ended.trunkId]
    // Failed a second time: the others could not take it (full, silent), and nothing but a pause changes that.
    const again = progress.failedTrunks.includes(ended.trunkId)
    if (after.otherTrunk && !again && trunks.some(id => !failedTrunks.includes(id))) {
      return { kind: 'again', ...known, attempt, numberIndex, repeats, failedTrunks, at: at(0) }
    }
    const wait = after.again[repeats]
    if (wait !== undefined) return { kind: 'again', ...known, attempt, numberIndex, repeats: repeats + 1, failedTrunks: [], at: at(wait) }
  }

  const alive = Array.from({ length: numberCount }, (_, i) => i).filter(i => !known.deadNumbers.includes(i))
  const next = alive.find(i => i > numberIndex)
  if (next !== undefined) return { kind: 'again', ...known, attempt, numberIndex: next, repeats, failedTrunks: [], at: at(0) }
  const first = alive[0]
  if (first !== undefined && attempt < progress.attempts) {
    const gap = Math.max(Math.min(minGapSeconds, progress.gapSeconds), progress.gapSeconds - ended.talkedSeconds)
    return { kind: 'again', ...known, attempt: attempt + 1, numberIndex: first, repeats, failedTrunks: [], at: at(gap) }
  }
  return { kind: 'finished', ...known }
}
