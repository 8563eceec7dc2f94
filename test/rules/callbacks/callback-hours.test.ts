// Complainants are rung at the allowed hours only, first the day after, then on another half-day each time.
import t, { type Test } from 'tap'
import { askedForAt, firstAttemptAt, mayCallAt, nextHalfDayAt } from '../../../src/features/callbacks/rules/callback-hours.ts'

const hours = { windows: '09:00-12:00,13:30-20:00', timeZone: 'Asia/Shanghai', delaySeconds: null, gapSeconds: null }
const at = (local: string): Date => new Date(`${local.replace(' ', 'T')}+08:00`)
const same = (t: Test, got: Date, local: string, why: string): void => { t.equal(got.toISOString(), at(local).toISOString(), why) }

t.test('the first attempt', t => {
  const cases: Array<[string, string, string]> = [
    ['2026-11-20 16:00:00', '2026-11-21 09:00:00', 'a Friday: the Saturday'],
    ['2026-11-20 00:00:00', '2026-11-21 09:00:00', 'midnight belongs to the day that begins'],
    ['2026-11-20 23:59:59', '2026-11-21 09:00:00', 'a minute before midnight: not at noon after next'],
    ['2026-09-30 10:00:00', '2026-10-01 09:00:00', 'holidays are days like others'],
    ['2026-12-31 20:00:00', '2027-01-01 09:00:00', 'over the year'],
    ['2028-02-28 12:00:00', '2028-02-29 09:00:00', 'a leap day']
  ]
  for (const [accepted, first, why] of cases) same(t, firstAttemptAt(hours, at(accepted)), first, why)
  t.equal(firstAttemptAt(hours, new Date('2026-11-20T16:30:00Z')).toISOString(), '2026-11-22T01:00:00.000Z',
    'the day is the one of Shanghai: half past midnight there')
  same(t, firstAttemptAt({ ...hours, delaySeconds: 3600 }, at('2026-11-20 16:00:00')), '2026-11-20 17:00:00', 'an hour later')
  same(t, firstAttemptAt({ ...hours, delaySeconds: 3600 }, at('2026-11-20 19:30:00')), '2026-11-21 09:00:00', 'within the hours')
  t.end()
})

t.test('the next half-day', t => {
  const cases: Array<[string, string]> = [
    ['2026-11-21 09:00:00', '2026-11-21 13:30:00'],
    ['2026-11-21 11:59:59', '2026-11-21 13:30:00'],
    ['2026-11-21 12:00:00', '2026-11-21 13:30:00'],
    ['2026-11-21 12:45:00', '2026-11-21 13:30:00'],
    ['2026-11-21 13:30:00', '2026-11-22 09:00:00'],
    ['2026-11-21 19:59:59', '2026-11-22 09:00:00'],
    ['2026-11-21 20:00:00', '2026-11-22 09:00:00'],
    ['2026-11-21 03:00:00', '2026-11-21 09:00:00']
  ]
  for (const [last, next] of cases) same(t, nextHalfDayAt(hours, at(last)), next, `${last} → ${next}`)
  same(t, nextHalfDayAt({ ...hours, windows: '' }, at('2026-11-21 10:00:00')), '2026-11-21 22:00:00',
    'where every hour is allowed: twelve hours later')
  same(t, nextHalfDayAt({ ...hours, windows: '00:00-24:00' }, at('2026-11-21 10:00:00')), '2026-11-21 22:00:00', 'written out')
  t.end()
})

t.test('asked for another time', t => {
  const now = at('2026-11-21 10:00:00')
  const cases: Array<[string, string]> = [
    ['2026-11-21 15:20:00', '2026-11-21 15:20:00'],
    ['2026-11-21 12:10:00', '2026-11-21 13:30:00'],
    ['2026-11-21 21:00:00', '2026-11-22 09:00:00'],
    ['2026-11-20 15:00:00', '2026-11-21 10:00:00']
  ]
  for (const [wanted, got] of cases) same(t, askedForAt(hours, at(wanted), now), got, wanted)
  t.end()
})

t.test('all through a week: an attempt is never outside the hours', t => {
  let outside = 0
  for (let minute = 0; minute < 7 * 1440; minute += 17) {
    const moment = new Date(at('2026-11-21 00:00:00').getTime() + minute * 60_000)
    for (const next of [
      firstAttemptAt(hours, moment), nextHalfDayAt(hours, moment), askedForAt(hours, moment, moment)
    ]) if (!mayCallAt(hours, next)) outside++
  }
  t.equal(outside, 0)
  t.notOk(mayCallAt(hours, at('2026-11-21 12:00:00')))
  t.ok(mayCallAt(hours, at('2026-11-21 11:59:59')))
  t.end()
})
