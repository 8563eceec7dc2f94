/** Where every "now" comes from. Rules never ask it: they are handed a Date. */
export interface Clock {
  now: () => Date
}

export const systemClock: Clock = { now: () => new Date() }

/** When something is due that may be done now, or `notBefore` a moment that is still to come. */
export const dueAt = (now: Date, notBefore?: Date): Date => notBefore && notBefore > now ? notBefore : now

/** A clock that runs `offset` ms ahead of the machine; tests advance it, nobody else. */
export function adjustableClock (): Clock & { advance: (ms: number) => void, offset: () => number } {
  let offset = 0
  return {
    now: () => new Date(Date.now() + offset),
    advance: (ms) => { offset += ms },
    offset: () => offset
  }
}
