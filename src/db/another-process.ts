import { randomUUID } from 'node:crypto'

/** Whether another process of the same name writes the same row: two would be taken for one. */
export interface AnotherProcess {
  /** tells this process from another one of its name */
  by: string
  /** @param before who had reported before the report that was just written */
  reported: (before: string | null) => void
  isThere: () => boolean
}

/** It counts as there for so long after it was seen, ms. */
const anotherMs = 20_000

/** @param said into the log when one is found: what to do about it */
export function watchForAnother (log: { error: (facts: object, text: string) => void }, said: string): AnotherProcess {
  const by = randomUUID()
  let hasReported = false
  let seenAt = -Infinity
  const isThere = (): boolean => performance.now() - seenAt < anotherMs
  return {
    by,
    reported (before) {
      // What this process wrote, another one has written over since.
      if (hasReported && before !== by) {
        if (!isThere()) log.error({}, said)
        seenAt = performance.now()
      }
      hasReported = true
    },
    isThere
  }
}
