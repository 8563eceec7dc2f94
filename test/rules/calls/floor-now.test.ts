import t from 'tap'
import { callersNow, seatNow } from '../../../src/features/live-figures/rules/floor-now.ts'

t.test('a telephone that several PBXs know is shown where it rings, is busy, or is registered', async t => {
  const free = { telephone: 'NOT_INUSE', ringingFor: null }
  const busy = { telephone: 'INUSE', ringingFor: null }
  const away = { telephone: 'UNAVAILABLE', ringingFor: null }
  const rung = { telephone: 'RINGING', ringingFor: 'pbx2-1.1' }
  for (const [seats, expected, what] of [
    [[], { telephone: 'UNKNOWN', ringingFor: null }, 'nobody knows it'],
    [[undefined, undefined], { telephone: 'UNKNOWN', ringingFor: null }, 'nobody knows it yet'],
    [[away], away, 'the one PBX there is says so'],
    [[undefined, free], free, 'known to one'],
    [[away, free], free, 'registered with one'],
    [[free, busy], busy, 'busy on one'],
    [[busy, rung], rung, 'rung for a citizen by one']
  ] as const) t.same(seatNow(seats), expected, what)
})

t.test('the longest waiting is first, on any PBX', async t => {
  const at = (second: number) => ({ since: new Date(second * 1000) })
  t.same(callersNow([[at(2), at(5)], [at(1), at(3)]]), [at(1), at(2), at(3), at(5)])
})
