/** Failed sign-ins of one origin. */
export interface Failures { count: number, lastAt: Date, waitUntil: Date | null }

// A person mistypes a few times; an address may be a whole office behind one router.
export const freeFailures = { login: 5, address: 60 } as const

const maxMs = 5 * 60_000

/** Failures older than this no longer count, ms. */
export const forgetMs = 15 * 60_000

/** When the next attempt may come, from `now`: the wait doubles with each failure over the free ones, five minutes at most. */
export function waitFrom (count: number, free: number, now: Date): Date | null {
  const over = count - free
  return over < 0 ? null : new Date(now.getTime() + Math.min(maxMs, 1000 * 2 ** Math.min(over, 20)))
}

/** One failure more. */
export function counted (before: Failures, free: number, now: Date): Failures {
  const count = now.getTime() - before.lastAt.getTime() < forgetMs ? before.count + 1 : 1
  return { count, lastAt: now, waitUntil: waitFrom(count, free, now) }
}

/** Takes back an attempt that was counted and was no failure. */
export function forgiven ({ count, ...known }: Failures, free: number): Failures {
  return { ...known, count: count - 1, waitUntil: count - 1 < free ? null : known.waitUntil }
}

/** Seconds until the next attempt is taken, 0 for at once. */
export const secondsLeft = (waits: ReadonlyArray<Date | null>, now: Date): number =>
  Math.max(0, ...waits.map(until => Math.ceil(((until?.getTime() ?? 0) - now.getTime()) / 1000)))
