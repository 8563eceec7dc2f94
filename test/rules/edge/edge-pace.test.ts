import { test } from 'tap'
import { edgesAtWork, shareOf } from '../../../src/edge/rules/shares.ts'
import { fullBucket, take } from '../../../src/edge/rules/token-bucket.ts'
import { createSources } from '../../../src/edge/sources.ts'

const pace = { perSecond: 2, burst: 3 }

test('a bucket gives its burst at once, then so many a second', async t => {
  let bucket = fullBucket(pace, 0)
  const at = (now: number): boolean => {
    const { taken, bucket: after } = take(bucket, pace, now)
    bucket = after
    return taken
  }
  t.same([0, 0, 0, 0, 400, 500, 999, 1000].map(at), [true, true, true, false, false, true, false, true])
  t.same([60_000, 60_000, 60_000, 60_000].map(at), [true, true, true, false], 'never more than the burst')
  t.equal(at(59_000), false, 'a clock that goes back gives nothing')
})

test('a flood from many addresses fills no memory, and takes nothing from one that asks now', async t => {
  const sources = createSources(100)
  for (let i = 0; i < 10_000; i++) sources.take(`10.0.${i >> 8}.${i & 255}`, pace, 0)
  t.equal(sources.size(), 100)
  t.same([1, 2, 3, 4].map(() => sources.take('10.9.9.9', pace, 0)), [true, true, true, false])
})

test('edges share a trunk\'s calls a second by their heart-beats', async t => {
  const beats = [
    { edge: 'a', at: 0, draining: false }, { edge: 'b', at: 9000, draining: false }, { edge: 'c', at: 9000, draining: true }
  ]
  t.equal(edgesAtWork(beats, 'b', 9500), 2, 'a draining one has none')
  t.equal(edgesAtWork(beats, 'b', 10_000), 1, 'nor one that is silent for ten seconds')
  t.equal(edgesAtWork([], 'b', 0), 1)
  t.equal(edgesAtWork(beats, 'z', 5000), 3, 'the one that asks is always at work')
  t.equal(shareOf(30, 2), 15)
  t.equal(shareOf(1, 4), 1)
})
