import { test } from 'tap'
import { checkWindows, nextAllowed } from '../../../src/calendar/rules/allowed-hours.ts'

const day = '09:00-12:00,13:30-20:00'
const table: Array<[windows: string, zone: string, at: string, expected: string]> = [
  [day, 'Asia/Shanghai', '2026-03-02T10:00:00+08:00', '2026-03-02T10:00:00+08:00'],
  [day, 'Asia/Shanghai', '2026-03-02T09:00:00+08:00', '2026-03-02T09:00:00+08:00'],
  [day, 'Asia/Shanghai', '2026-03-02T08:59:59+08:00', '2026-03-02T09:00:00+08:00'],
  [day, 'Asia/Shanghai', '2026-03-02T12:00:00+08:00', '2026-03-02T13:30:00+08:00'],
  [day, 'Asia/Shanghai', '2026-03-02T19:59:59+08:00', '2026-03-02T19:59:59+08:00'],
  [day, 'Asia/Shanghai', '2026-03-02T20:00:00+08:00', '2026-03-03T09:00:00+08:00'],
  [day, 'Asia/Shanghai', '2026-03-02T16:00:00Z', '2026-03-03T09:00:00+08:00'],
  ['', 'Asia/Shanghai', '2026-03-02T03:00:00+08:00', '2026-03-02T03:00:00+08:00'],
  ['22:00-06:00', 'Asia/Shanghai', '2026-03-02T03:00:00+08:00', '2026-03-02T03:00:00+08:00'],
  ['22:00-06:00', 'Asia/Shanghai', '2026-03-02T06:00:00+08:00', '2026-03-02T22:00:00+08:00'],
  ['00:00-24:00', 'Asia/Shanghai', '2026-03-02T23:59:59+08:00', '2026-03-02T23:59:59+08:00'],
  // the clocks go forward at 02:00: 02:30 does not exist that day
  ['02:30-03:30', 'Europe/Berlin', '2026-03-29T00:30:00+01:00', '2026-03-29T03:30:00+02:00'],
  [day, 'America/New_York', '2026-03-02T13:30:00Z', '2026-03-02T14:00:00Z']
]

for (const [windows, zone, at, expected] of table) {
  test(`${at} in ${windows || 'always'} (${zone})`, async t => {
    t.equal(nextAllowed(windows, zone, new Date(at)).toISOString(), new Date(expected).toISOString())
  })
}

for (const wrong of ['9-12', '09:00', '09:00-25:00', '10:00-10:00', 'x', '09:00-12:00;13:00-14:00']) {
  test(`hours "${wrong}" are refused`, async t => { t.throws(() => { checkWindows(wrong) }, { code: 'invalid-input' }) })
}

test('a moment found is itself allowed, or a day later there is one', async t => {
  for (let hour = 0; hour < 24 * 7; hour++) {
    const at = new Date(Date.UTC(2026, 2, 25, hour, 17))
    const next = nextAllowed(day, 'Asia/Shanghai', at)
    t.ok(next >= at)
    t.equal(nextAllowed(day, 'Asia/Shanghai', next).getTime(), next.getTime())
  }
})
