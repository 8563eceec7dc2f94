import type { Received } from './messages.ts'
import type { Leg } from './proxy-leg.ts'

/** One INVITE and its destinations, tried one after the other: what drachtio-server's `ProxyCore` does. */
export interface ProxiedCall {
  /** false: no destination could be asked */
  begin: () => boolean
  answered: (leg: Leg, answer: Received) => void
  /** nothing came in time from the destination tried last */
  silent: () => void
  /** the caller has given up */
  cancel: () => void
}

export interface ProxiedCallOptions {
  legs: readonly Leg[]
  /** sends an answer to the caller */
  forward: (answer: Received) => void
  /** sends the caller an answer of the server's own */
  reply: (status: number) => void
  /** tells the client a final answer */
  tell: (answer: Received) => void
  tellDone: () => void
}

/** Best first (RFC 3261 §16.7.6). */
function rank ({ state, status }: Leg): number {
  if (state !== 'completed') return 5
  if (status >= 600) return 0
  if ([401, 407, 415, 420, 484].includes(status)) return 1
  if (status >= 400) return status < 500 ? 2 : 3
  return 4
}

/** null: nobody has given a final answer; of two of one kind the later destination's */
function best (legs: readonly Leg[]): Received | null {
  const first = legs.reduce<Leg | null>((found, leg) => found === null || rank(leg) <= rank(found) ? leg : found, null)
  return first && first.state === 'completed' && first.status > 0 ? first.final : null
}

const isUndecided = ({ state }: Leg): boolean => state === 'calling' || state === 'proceeding'

export function proxiedCall ({ legs, forward, reply, tell, tellDone }: ProxiedCallOptions): ProxiedCall {
  let searches = true
  let isCanceled = false

  function decide (): void {
    if (!searches || legs.some(isUndecided)) return
    searches = false
    const final = best(legs)
    if (final) forward(final)
    else reply(408)
    tellDone()
  }

  const tryNext = (): boolean => searches && legs.some(leg => leg.state === 'not started' && leg.send())

  function next (): void {
    tryNext()
    decide()
  }

  function endAll (): void {
    searches = false
    for (const leg of legs) leg.cancel()
  }

  function refused (leg: Leg, status: number, answer: Received): void {
    leg.become('completed')
    leg.final = answer
    leg.acknowledge(answer)
    tell(answer)
    if (isCanceled && !legs.some(isUndecided)) tellDone()
    if (status === 401 || status === 407) for (const other of legs) if (other.state === 'not started') other.become('terminated')
    next()
  }

  function accepted (leg: Leg, answer: Received): void {
    leg.become('terminated')
    endAll()
    tell(answer)
    tellDone()
    forward(answer)
  }

  return {
    begin: tryNext,
    silent: next,
    cancel () {
      isCanceled = true
      reply(487)
      endAll()
    },
    answered (leg, answer) {
      const status = answer.parsed.status ?? 0
      if (leg.state === 'terminated') return
      if (leg.cancelOwed && leg.state === 'completed' && leg.status === 0) {
        leg.become('proceeding')
        leg.cancel()
      } else if (leg.state === 'completed' && status >= 200) {
        // a copy; or the late answer of a destination given up, which goes no further
        leg.acknowledge(answer)
      } else {
        leg.status = status
        if (status >= 300) {
          refused(leg, status, answer)
        } else if (status >= 200) {
          accepted(leg, answer)
        } else {
          leg.become('proceeding')
          if (status > 100) forward(answer)
        }
      }
    }
  }
}
