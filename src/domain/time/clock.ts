/** The source of every "now". Rules never ask it: they are handed a Date. */
export interface Clock {
  now: () => Date
}

export const systemClock: Clock = { now: () => new Date() }

/** When a task is due: now, or at `notBefore` when that moment is still to come. */
export const dueAt = (now: Date, notBefore?: Date): Date => notBefore && notBefore > now ? notBefore : now

/** A clock that runs `offset` ms ahead of the machine; only tests advance it. */
export function adjustableClock (): Clock & { advance: (ms: number) => void, offset: () => number } {
  let offset = 0
  return {
    now: () => new Date(Date.now() + offset),
    advance: (ms) => { offset += ms },
    offset: () => offset
  }
}
