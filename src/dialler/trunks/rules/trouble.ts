import type { LegOutcome } from '../../../domain/telephone/legs.ts'

/** A call that was placed over a trunk; `outcome` null: it was answered and lives. `number` is a fingerprint. */
export interface LastCall { outcome: LegOutcome | null, number: string, at: Date }

/** `no-response`: the carrier did not react to a call at all, whatever it says to OPTIONS; `congestion`: it refused, or could not. */
export const troubles = ['no-response', 'congestion'] as const
export interface Trouble { kind: typeof troubles[number], since: Date, calls: number }

const troubleIn = (outcome: LegOutcome | null): Trouble['kind'] | null => troubles.find(one => one === outcome) ?? null

/** Calls that say nothing of a carrier: it was not asked, or we lost sight of it. */
const saysNothing = new Set<LegOutcome | null>(['not-placed', 'pbx-lost', 'cancelled'])

/**
 * What is wrong with a trunk: since when every call over it failed by the carrier's fault, to two numbers at least. One number alone may
 * be at fault itself.
 * @param calls newest first
 */
export function troubleOf (calls: readonly LastCall[]): Trouble | null {
  const telling = calls.filter(({ outcome }) => !saysNothing.has(outcome))
  const good = telling.findIndex(({ outcome }) => troubleIn(outcome) === null)
  const failed = good < 0 ? telling : telling.slice(0, good)
  const [newest, oldest] = [failed[0], failed.at(-1)]
  if (!newest || !oldest || new Set(failed.map(({ number }) => number)).size < 2) return null
  return { kind: troubleIn(newest.outcome) ?? 'congestion', since: oldest.at, calls: failed.length }
}
