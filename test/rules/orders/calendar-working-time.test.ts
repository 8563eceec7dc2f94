// Working time: days that are worked, and days somebody reckoned with.
import t from 'tap'
import { addTime, daysKnown, elapsed, reckon, type WorkingCalendar } from '../../../src/calendar/rules/working-time.ts'

// 2026-11-23 is a Monday. The Wednesday is off, the Saturday after is worked instead.
const calendar: WorkingCalendar = {
  timeZone: 'Asia/Shanghai',
  exceptions: new Map([['2026-11-25', false], ['2026-11-28', true], ['2027-01-01', false]]),
  editions: new Map([[2026, 3]])
}
const at = (local: string): Date => new Date(`2026-${local.replace(' ', 'T')}:00+08:00`)

t.test('working days', async t => {
  const rows: Array<[string, number, string]> = [
    ['11-23 09:00', 1440, '11-24 09:00'],
    ['11-24 09:00', 1440, '11-26 09:00'], // a day off in between
    ['11-27 15:00', 1440, '11-28 15:00'], // a worked Saturday
    ['11-28 15:00', 1440, '11-30 15:00'], // Sunday is free
    ['11-29 10:00', 1440, '12-01 00:00'], // begun on a free day: all of the next working day
    ['11-23 00:00', 1440, '11-24 00:00'],
    ['11-23 09:00', 5 * 1440, '11-30 09:00'],
    ['11-23 09:00', 0, '11-23 09:00']
  ]
  for (const [from, minutes, to] of rows) {
    t.same(addTime(at(from), minutes, 'working', calendar), at(to), `${from} + ${minutes}`)
    t.equal(elapsed(at(from), at(to), 'working', calendar), minutes, `${from} to ${to}`)
  }
  t.same(addTime(at('11-27 22:00'), 180, 'clock', calendar), at('11-28 01:00'), 'on the clock every hour counts')
  t.equal(elapsed(at('11-24 09:00'), at('11-23 09:00'), 'working', calendar), 0)
  const never: WorkingCalendar = {
    ...calendar,
    exceptions: new Map<string, boolean>(Array.from({ length: 4100 },
      (_, i) => [new Date(at('11-23 12:00').getTime() + i * 86_400_000).toISOString().slice(0, 10), false]))
  }
  t.throws(() => addTime(at('11-23 09:00'), 1440, 'working', never), RangeError,
    'a calendar without working days does not hang the service')
})

t.test('the basis of a time: moved days passed, their editions, the first unknown year', async t => {
  t.same(reckon(at('11-24 09:00'), 1440, calendar),
    { at: at('11-26 09:00'), days: { exceptions: { '2026-11-25': false }, editions: { 2026: 3 }, awaitsYear: null } })
  t.same(reckon(at('12-31 09:00'), 900, calendar).days.awaitsYear, null, 'the last minute of the year is known')
  const over = reckon(at('12-31 09:00'), 901, calendar)
  t.same(over.days, { exceptions: { '2027-01-01': false }, editions: { 2026: 3 }, awaitsYear: 2027 })
  t.same(addTime(at('12-31 09:00'), 901, 'working', daysKnown(over.days, 'Asia/Shanghai')), over.at, 'again by these days alone')
})
