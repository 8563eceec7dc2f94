import type { EndpointState } from './interface-words.ts'

/** One endpoint's figures. */
export interface EndpointFigures {
  state: EndpointState
  lastSuccessAt: Date | null
  /** when the oldest delivery that still waits was made */
  waitingSince: Date | null
  waiting: number
  dead: number
  /** tries of the last 24 hours, and those of them that failed */
  tries: number
  failed: number
}

export interface Health {
  /** the newest of its endpoints */
  lastSuccessAt: Date | null
  /** age of the oldest delivery that still waits, whole seconds; 0: nothing waits */
  lagSeconds: number
  /** failed tries of all, 0 … 1; null: nothing was tried in the last 24 hours */
  errorRate: number | null
  waiting: number
  dead: number
}

/** How an interface does, over all its endpoints. A wait at an endpoint that is off counts: nobody else says so. */
export function healthOf (endpoints: readonly EndpointFigures[], now: Date): Health {
  const sum = (of: (e: EndpointFigures) => number): number => endpoints.reduce((all, e) => all + of(e), 0)
  const times = (of: (e: EndpointFigures) => Date | null): number[] => endpoints.flatMap(e => of(e)?.getTime() ?? [])
  const successes = times(e => e.lastSuccessAt)
  const waits = times(e => e.waitingSince)
  const tries = sum(e => e.tries)
  return {
    lastSuccessAt: successes.length === 0 ? null : new Date(Math.max(...successes)),
    lagSeconds: waits.length === 0 ? 0 : Math.max(0, Math.floor((now.getTime() - Math.min(...waits)) / 1000)),
    errorRate: tries === 0 ? null : sum(e => e.failed) / tries,
    waiting: sum(e => e.waiting),
    dead: sum(e => e.dead)
  }
}
