/** Why a peer could not be asked; the same stands in the table's CHECK. */
export const attemptErrors = ['not-resolved', 'address-not-allowed', 'refused', 'timeout', 'tls', 'broken'] as const
export type AttemptError = typeof attemptErrors[number]

/** What came of one try. `retryAfterMs`: the peer said when it is to be asked again. */
export type Answer = { status: number, retryAfterMs: number | null } | { error: AttemptError }

export const deliveryStates = ['waiting', 'sent', 'dead', 'dropped'] as const
export type DeliveryState = typeof deliveryStates[number]

const second = 1000
const minute = 60 * second
const hour = 60 * minute

/** Pauses after the first, second … try; after the last one it is dead. Source: Standard Webhooks, "Deliverability and reliability". */
const pausesMs: readonly number[] = [
  5 * second, 5 * minute, 30 * minute, 2 * hour, 5 * hour, 10 * hour, 14 * hour, 20 * hour, 24 * hour
]
/** Tries before a delivery is dead. */
export const maxAttempts = pausesMs.length + 1
/** A delivery that waited so long behind others is dead too: as long as all its own pauses, with their jitter. */
export const maxWaitMs = Math.ceil(pausesMs.reduce((sum, ms) => sum + ms, 0) * 1.1)
/** A peer may put us off for so long at most. */
const maxRetryAfterMs = 24 * hour

/** The first and the longest rest of an endpoint whose peer fails. */
const restsMs = { first: 2 * second, longest: 5 * minute }

/** Up to a tenth more: peers that came back are not asked by everybody in the same second. `share` 0 … 1. */
const withJitter = (ms: number, share: number): number => Math.round(ms * (1 + share / 10))

/** Whose fault a try was: the peer's (others wait too), this delivery's alone, or nobody's. */
export function faultOf (answer: Answer): 'none' | 'delivery' | 'peer' {
  if ('error' in answer) return 'peer'
  const { status } = answer
  if (status >= 200 && status < 300) return 'none'
  return status >= 500 || status === 408 || status === 429 ? 'peer' : 'delivery'
}

/**
 * The next step of a delivery. `off`: the peer wants nothing more (410), and this delivery is dead.
 * @param attempts tries since it was queued, this one among them
 * @param share 0 … 1, of the jitter
 */
export function nextTry (
  { attempts, answer, now, share }: { attempts: number, answer: Answer, now: Date, share: number }
): { at: Date } | 'sent' | 'dead' | 'off' {
  if (faultOf(answer) === 'none') return 'sent'
  if ('status' in answer && answer.status === 410) return 'off'
  const pause = pausesMs[attempts - 1]
  if (pause === undefined) return 'dead'
  const asked = 'status' in answer ? Math.min(answer.retryAfterMs ?? 0, maxRetryAfterMs) : 0
  return { at: new Date(now.getTime() + Math.max(withJitter(pause, share), asked)) }
}

/**
 * Until when an endpoint rests after its peer failed; null: it goes on.
 * @param failures of the peer in a row, this one among them
 */
export function restsUntil (
  { failures, answer, now, share }: { failures: number, answer: Answer, now: Date, share: number }
): Date | null {
  if (faultOf(answer) !== 'peer') return null
  const rest = Math.min(restsMs.first * 2 ** Math.min(failures - 1, 20), restsMs.longest)
  const asked = 'status' in answer ? Math.min(answer.retryAfterMs ?? 0, maxRetryAfterMs) : 0
  return new Date(now.getTime() + Math.max(withJitter(rest, share), asked))
}

/** `Retry-After` (RFC 9110): seconds or a date; null: none, or nothing to go by. */
export function retryAfterMs (header: string | undefined, now: Date): number | null {
  if (header === undefined) return null
  if (/^\d{1,9}$/.test(header)) return Number(header) * second
  const at = Date.parse(header)
  return Number.isNaN(at) ? null : Math.max(0, at - now.getTime())
}
