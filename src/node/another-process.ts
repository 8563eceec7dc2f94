import { randomUUID } from 'node:crypto'
import type { Logger } from 'pino'

/** Whether another node process of the same name is at work: two PBXs would be taken for one, and nobody could tell whose a call is. */
export interface AnotherProcess {
  /** tells this process from another one of its name */
  by: string
  /** @param before who had reported before the report that was just written */
  reported: (before: string | null) => void
  /** as part of what fails; empty: none is there */
  failing: () => string[]
}

/** It counts as there for so long after it was seen, ms. */
const anotherMs = 20_000

export function watchForAnother (log: Pick<Logger, 'error'>): AnotherProcess {
  const by = randomUUID()
  let hasReported = false
  let seenAt = -Infinity
  const isThere = (): boolean => performance.now() - seenAt < anotherMs
  return {
    by,
    reported (before) {
      // What this process wrote, another one has written over since.
      if (hasReported && before !== by) {
        if (!isThere()) log.error({}, 'another node process of this name is at work: end it, or give it the PBX_NODE of its own PBX')
        seenAt = performance.now()
      }
      hasReported = true
    },
    failing: () => isThere() ? ['another process of this name'] : []
  }
}
