/** A PBX that has been given an agent rings at once, and after a second even unasked; ms. */
const atMostMs = 2000

/** Citizens who have been given an agent, and are to be rung at any moment. */
export interface Awaited {
  /** Notes who waits, and who of them has an agent now, by unique id. */
  note: (waiting: Iterable<string>, given: Iterable<string>) => void
  /** whether this citizen's telephone is to ring at any moment: not for long, whatever the PBX does */
  has: (uniqueId: string) => boolean
}

/** @param now a clock that only goes forward, ms */
export function createAwaited (now: () => number = () => performance.now()): Awaited {
  /** by unique id: until when */
  const until = new Map<string, number>()
  return {
    note (waiting, given) {
      const there = new Set(waiting)
      for (const id of until.keys()) if (!there.has(id)) until.delete(id)
      for (const id of given) if (!until.has(id)) until.set(id, now() + atMostMs)
    },
    has: uniqueId => now() < (until.get(uniqueId) ?? 0)
  }
}
