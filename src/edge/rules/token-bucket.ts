/** A token bucket (令牌桶): `burst` at once, then `perSecond`. */
export interface Pace { perSecond: number, burst: number }

/** `tokens` as they were at `at`, ms of a clock that never goes back. */
export interface Bucket { tokens: number, at: number }

export const fullBucket = ({ burst }: Pace, now: number): Bucket => ({ tokens: burst, at: now })

/** One token out of the bucket, where there is one. */
export function take ({ tokens, at }: Bucket, { perSecond, burst }: Pace, now: number): { taken: boolean, bucket: Bucket } {
  const filled = Math.min(burst, tokens + Math.max(0, now - at) * perSecond / 1000)
  const taken = filled >= 1
  return { taken, bucket: { tokens: taken ? filled - 1 : filled, at: now } }
}
