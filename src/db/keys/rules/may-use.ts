import { firstKey, maxKey, type KeyState } from '../../../domain/data-key.ts'

/** A process says every two seconds what it holds while a key waits: silent this long, it is gone; a key waits this long, ms. */
export const spokenWithinMs = 15_000

interface Key { id: number, state: KeyState, since: Date }
interface Holder { process: string, held: readonly number[], ageMs: number }

/** Why a key may not write yet. `lacking`: processes without it. */
export type NoUse = { why: 'unknown' | 'not-waiting' | 'too-early' | 'nobody-spoke' } | { why: 'lacking', lacking: string[] }

/** null: every living process has the key, so what it writes is found by all. */
export function mayUse (id: number, { keys, holders, now }: { keys: readonly Key[], holders: readonly Holder[], now: Date }): NoUse | null {
  const key = keys.find(one => one.id === id)
  if (key === undefined) return { why: 'unknown' }
  if (key.state !== 'waiting') return { why: 'not-waiting' }
  // By then every process has seen that a key waits.
  if (now.getTime() - key.since.getTime() < spokenWithinMs) return { why: 'too-early' }
  const living = holders.filter(holder => holder.ageMs <= spokenWithinMs)
  if (living.length === 0) return { why: 'nobody-spoke' }
  const lacking = living.filter(holder => !holder.held.includes(id)).map(holder => holder.process)
  return lacking.length > 0 ? { why: 'lacking', lacking } : null
}

/** The key that writes. */
export const writingKey = (keys: readonly Key[]): number => keys.find(key => key.state === 'writes')?.id ?? firstKey

/** The next id of a key; null: there is none left. Ids are never given twice: values of an earlier key may be anywhere. */
export function nextKey (known: readonly number[]): number | null {
  const next = Math.max(firstKey, ...known) + 1
  return next > maxKey ? null : next
}
