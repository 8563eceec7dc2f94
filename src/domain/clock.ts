/** Where every "now" comes from. Rules never ask it: they are handed a Date. */
export interface Clock {
  now: () => Date
}

export const systemClock: Clock = { now: () => new Date() }

/** A clock that runs `offset` ms ahead of the machine; tests advance it, nobody else. */
export function adjustableClock (): Clock & { advance: (ms: number) => void, offset: () => number } {
  let offset = 0
  return {
    now: () => new Date(Date.now() + offset),
    advance: (ms) => { offset += ms },
    offset: () => offset
  }
}
