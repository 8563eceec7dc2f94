const everyMs = 30_000

/** Faults of one part: said when they begin, then at most every 30 s, and once when they are over. An absent server is no log storm. */
export interface Complaints {
  wrong: (error: unknown) => void
  well: () => void
}

/** @param over gets the ms since the first fault */
export function createComplaints ({ say, over }: { say: (error: unknown) => void, over: (awayMs: number) => void }): Complaints {
  let since = 0
  let said = 0
  return {
    wrong (error) {
      since ||= Date.now()
      if (Date.now() - said < everyMs) return
      said = Date.now()
      say(error)
    },
    well () {
      if (since > 0) over(Date.now() - since)
      since = said = 0
    }
  }
}
