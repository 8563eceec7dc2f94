import type { Refusal } from './rules/admission.ts'

/** How often one source was refused for one reason within one minute. */
export interface RefusalCount { minute: number, source: string, reason: Refusal, count: number }

/** Refusals that are no rows yet. */
export interface RefusalCounts {
  note: (source: string, reason: Refusal, now: number) => void
  /** Those noted since the last time; they are forgotten here. */
  take: () => RefusalCount[]
  /** Back again: they could not be written. */
  putBack: (counts: readonly RefusalCount[]) => void
}

/** Refused after so many sources in a minute: counted together, as `others`. */
export const others = '0.0.0.0'

/** @param limit lines of single sources a minute; of several minutes at once twice as many in all, the oldest go first */
export function createRefusalCounts (limit = 500): RefusalCounts {
  let counts = new Map<string, RefusalCount>()
  // Lines of the newest minute, taken ones too: taking more often must not make more rows.
  let lines = { minute: -Infinity, keys: new Set<string>() }
  const key = ({ minute, source, reason }: RefusalCount): string => `${minute}|${source}|${reason}`
  const hasLine = (one: RefusalCount): boolean => {
    if (one.minute < lines.minute) return counts.size < limit
    if (one.minute > lines.minute) lines = { minute: one.minute, keys: new Set() }
    if (lines.keys.size < limit) lines.keys.add(key(one))
    return lines.keys.has(key(one)) && counts.size < limit
  }
  const add = (one: RefusalCount): void => {
    const known = counts.get(key(one))
    if (known) {
      known.count += one.count
      return
    }
    const whole = hasLine(one) ? { ...one } : { ...one, source: others }
    const together = counts.get(key(whole))
    if (together) together.count += one.count
    else {
      // Lines of the others come on top: few a minute, and too many only where the database is away for hours.
      if (counts.size >= 2 * limit) counts.delete(counts.keys().next().value ?? '')
      counts.set(key(whole), whole)
    }
  }
  return {
    note: (source, reason, now) => { add({ minute: Math.floor(now / 60_000) * 60_000, source, reason, count: 1 }) },
    take () {
      const taken = [...counts.values()]
      counts = new Map()
      return taken
    },
    putBack: returned => { for (const one of returned) add(one) }
  }
}
