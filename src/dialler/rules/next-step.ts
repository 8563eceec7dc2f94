import type { LegOutcome } from '../../domain/legs.ts'

/** Where a request is in its numbers and rounds. */
export interface RequestProgress {
  attempts: number
  gapSeconds: number
  numberCount: number
  /** 1..attempts */
  attempt: number
  /** 0..numberCount-1 */
  numberIndex: number
  /** places of numbers that do not exist: never tried again */
  deadNumbers: readonly number[]
  /** repeats spent on what was nobody's fault but ours */
  repeats: number
  /** best outcome so far */
  outcome: LegOutcome | null
  cancelled: boolean
}

export type NextStep =
  | { kind: 'finished', outcome: LegOutcome, deadNumbers: readonly number[] }
  | { kind: 'again', attempt: number, numberIndex: number, deadNumbers: readonly number[], repeats: number, outcome: LegOutcome, at: Date }

/** Seconds until what failed through us is tried again; as many repeats as there are figures, then it counts as an attempt. */
export const repeatSeconds = [1, 5, 20] as const

// What says most about the person comes first.
const byWorth: readonly LegOutcome[] = [
  'confirmed', 'declined', 'answered-not-confirmed', 'busy', 'rejected', 'no-answer', 'unallocated', 'congestion', 'not-placed', 'pbx-lost', 'cancelled'
]

/** A person has spoken: nothing further is dialled. */
const conclusive: ReadonlySet<LegOutcome> = new Set(['confirmed', 'declined'])

/** Not the callee's doing: does not use up an attempt. `cancelled` comes here only from a leg that yielded to an emergency. */
const ours: ReadonlySet<LegOutcome> = new Set(['pbx-lost', 'not-placed', 'cancelled'])

export const bestOutcome = (a: LegOutcome | null, b: LegOutcome): LegOutcome =>
  a !== null && byWorth.indexOf(a) <= byWorth.indexOf(b) ? a : b

/** What follows when a leg of the request has ended so at `endedAt`: next number, next round after the gap, or nothing. */
export function nextStep (progress: RequestProgress, ended: LegOutcome, endedAt: Date): NextStep {
  const { attempt, numberIndex, numberCount } = progress
  const outcome = bestOutcome(progress.outcome, ended)
  const deadNumbers = ended === 'unallocated' && !progress.deadNumbers.includes(numberIndex) ? [...progress.deadNumbers, numberIndex] : progress.deadNumbers
  if (conclusive.has(ended) || progress.cancelled) return { kind: 'finished', outcome, deadNumbers }

  const after = (seconds: number): Date => new Date(endedAt.getTime() + seconds * 1000)
  const wait = ours.has(ended) ? repeatSeconds[progress.repeats] : undefined
  if (wait !== undefined) return { kind: 'again', attempt, numberIndex, deadNumbers, repeats: progress.repeats + 1, outcome, at: after(wait) }

  const alive = Array.from({ length: numberCount }, (_, i) => i).filter(i => !deadNumbers.includes(i))
  const nextNumber = alive.find(i => i > numberIndex)
  if (nextNumber !== undefined) return { kind: 'again', attempt, numberIndex: nextNumber, deadNumbers, repeats: progress.repeats, outcome, at: endedAt }
  const first = alive[0]
  if (first !== undefined && attempt < progress.attempts) {
    return { kind: 'again', attempt: attempt + 1, numberIndex: first, deadNumbers, repeats: progress.repeats, outcome, at: after(progress.gapSeconds) }
  }
  return { kind: 'finished', outcome, deadNumbers }
}
