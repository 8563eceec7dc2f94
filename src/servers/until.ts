import { setTimeout as pause } from 'node:timers/promises'
import { NoAnswer, within } from '../domain/time/within.ts'

export interface UntilOptions {
  /** name of the condition, for the error */
  what: string
  /** when to give up; default 30 */
  seconds?: number
  everyMs?: number
}

/** A question asked shortly before the end still has this long for its answer. ms */
const minMs = 2000

/**
 * Asks again and again until the condition holds, and returns its answer. A question without an answer is given up with the time.
 * @throws Error naming `what` (and the last error) when the time is over
 */
export async function until<T> (
  condition: () => T | Promise<T>, { what, seconds = 30, everyMs = 20 }: UntilOptions
): Promise<Exclude<T, false | null | undefined>> {
  const end = performance.now() + seconds * 1000
  let last: unknown
  for (;;) {
    try {
      const answer = await within(Math.max(minMs, end - performance.now()), condition())
      if (answer !== false && answer !== null && answer !== undefined) return answer as Exclude<T, false | null | undefined>
      last = undefined
    } catch (error) {
      // How long the last question had is of no interest: the message says the whole time.
      last = error instanceof NoAnswer ? new Error('no answer') : error
    }
    if (performance.now() > end) {
      throw new Error(`${what}: not within ${seconds} s` + (last instanceof Error ? ` (${last.message})` : ''), { cause: last })
    }
    await pause(everyMs)
  }
}
