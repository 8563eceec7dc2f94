import { fullBucket, take, type Bucket, type Pace } from './rules/token-bucket.ts'

/** Token buckets by name: addresses outside, trunks. Their number is bounded, so that a flood from many addresses fills no memory. */
export interface Sources {
  /** Whether this one may do one thing more now. */
  take: (name: string, pace: Pace, now: number) => boolean
  size: () => number
}

/** @param limit names remembered; of more than that, those who have been silent longest are forgotten */
export function createSources (limit = 10_000): Sources {
  // In the order of their last request: a Map keeps the order of insertion.
  const buckets = new Map<string, Bucket>()
  return {
    take (name, pace, now) {
      const { taken, bucket } = take(buckets.get(name) ?? fullBucket(pace, now), pace, now)
      buckets.delete(name)
      buckets.set(name, bucket)
      if (buckets.size > limit) buckets.delete(buckets.keys().next().value ?? '')
      return taken
    },
    size: () => buckets.size
  }
}
