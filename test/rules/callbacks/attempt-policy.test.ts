// Which row of the attempt policies stands, what a row must hold, and how the service's settings meet the rows.
import t from 'tap'
import {
  attemptPolicyAt, bySettings, named, unfitField, type AttemptPolicy, type EnteredAttemptPolicy
} from '../../../src/policy/rules/attempt-policy.ts'
import { todaysAttempts } from '../orders/todays-policies.ts'

const at = (local: string): Date => new Date(`${local}:00+08:00`)
const noon = at('2026-11-20T12:00')
const byAdmin = { enteredBy: 'admin', enteredAt: noon }
const callback = attemptPolicyAt(todaysAttempts, 'callback', noon)
const emergency = attemptPolicyAt(todaysAttempts, 'emergency', noon)
const missedCall = attemptPolicyAt(todaysAttempts, 'missed-call', noon)

t.test('the newest row that has begun on the local day', t => {
  const { timeZone } = todaysAttempts
  const rows: EnteredAttemptPolicy[] = [
    { ...callback, validFrom: '2026-12-24', attempts: 5, ...byAdmin },
    ...todaysAttempts.rows,
    { ...callback, validFrom: '2026-12-01', attempts: 4, ...byAdmin }
  ]
  const cases: Array<[string, string, number]> = [
    ['2026-11-30T23:59', '2000-01-01', 3],
    ['2026-12-01T00:00', '2026-12-01', 4],
    ['2026-12-23T23:59', '2026-12-01', 4],
    ['2026-12-24T00:00', '2026-12-24', 5]
  ]
  for (const [moment, since, attempts] of cases) {
    const row = attemptPolicyAt({ rows, timeZone }, 'callback', at(moment))
    t.same([named(row), row.attempts], [{ policy: 'callback', since }, attempts], moment)
    t.equal(attemptPolicyAt({ rows, timeZone }, 'emergency', at(moment)).validFrom, '2000-01-01', 'another purpose has its own')
  }
  t.equal(attemptPolicyAt({ rows, timeZone: 'UTC' }, 'callback', at('2026-12-01T07:59')).attempts, 3, 'the day of the time zone')
  t.equal(attemptPolicyAt({ rows, timeZone }, 'callback', new Date(0)).validFrom, '2000-01-01', 'a PBX that has lost its clock')
  t.throws(() => attemptPolicyAt({ rows: [], timeZone }, 'emergency', noon), /no attempt policy emergency/)
  t.end()
})

t.test('the figures each row must hold', t => {
  const cases: Array<[string, AttemptPolicy, string | null]> = [
    ['today\'s callback', callback, null],
    ['today\'s emergency', emergency, null],
    ['today\'s missed call', missedCall, null],
    ['a callback may wait in seconds', { ...callback, gapSeconds: 3600, delaySeconds: 60 }, null],
    ['a missed call at any hour', { ...missedCall, windows: '' }, 'windows'],
    ['a callback at any hour', { ...callback, windows: '' }, 'windows'],
    ['a comma is no hour', { ...callback, windows: ' , ' }, 'windows'],
    ['every hour is said', { ...callback, windows: '00:00-24:00' }, null],
    ['no hours', { ...callback, windows: '9-12' }, 'windows'],
    ['a callback without an end of our own failures', { ...callback, failures: null }, 'failures'],
    ['a callback without days for the reply', { ...callback, replyDays: null }, 'replyDays'],
    ['the dialler knows no half-days', { ...missedCall, gapSeconds: null }, 'gapSeconds'],
    ['nor the next day', { ...missedCall, delaySeconds: null }, 'delaySeconds'],
    ['nobody is put off in an emergency', { ...emergency, maxPostponedDays: 3 }, 'maxPostponedDays'],
    ['nor does it wait for an hour', { ...emergency, windows: '09:00-20:00' }, 'windows'],
    ['nor a second', { ...emergency, delaySeconds: 1 }, 'delaySeconds']
  ]
  for (const [why, row, field] of cases) t.equal(unfitField(row), field, why)
  t.end()
})

t.test('a setting holds from the day it is seen, until an administrator enters a row', t => {
  const day = '2026-12-01'
  const shipped = todaysAttempts.rows
  const bySetting = (row: AttemptPolicy, over: Partial<AttemptPolicy>): EnteredAttemptPolicy =>
    ({ ...row, validFrom: '2026-11-20', ...over, enteredBy: 'settings', enteredAt: noon })
  const byHand = { ...emergency, validFrom: '2026-11-25', attempts: 5, gapSeconds: 7, ...byAdmin }
  const none = { rows: [], without: [] }

  t.same(bySettings(shipped, {}, day), none, 'nothing is set')
  t.same(bySettings(shipped, { callback: { windows: null, attempts: null } }, day), none)
  t.same(bySettings(shipped, { callback: { attempts: 3, windows: '09:00-12:00,13:30-20:00' } }, day), none, 'a setting equal to the row')
  t.match(bySettings(shipped, { callback: { attempts: 2, windows: '10:00-20:00' }, emergency: { gapSeconds: 0 } }, day), {
    rows: [
      { purpose: 'callback', validFrom: day, attempts: 2, windows: '10:00-20:00', ringSeconds: 30, failures: 3 },
      { purpose: 'emergency', validFrom: day, attempts: 3, gapSeconds: 0, ringSeconds: 28 }
    ],
    without: []
  }, 'nought is a figure')
  const standing = [...shipped, bySetting(callback, { attempts: 2 })]
  t.same(bySettings(standing, { callback: { attempts: 2 } }, day), none, 'once')
  t.match(bySettings(standing, { callback: { attempts: 4 } }, day), { rows: [{ validFrom: day, attempts: 4 }] }, 'changed')
  t.match(bySettings(standing, {}, day), { rows: [{ validFrom: day, attempts: 3 }] }, 'taken away: as shipped')
  t.same(bySettings([...shipped, byHand], { emergency: { attempts: 2, gapSeconds: 7, ringSeconds: 9 } }, day),
    { rows: [], without: ['EMERGENCY_ATTEMPTS', 'EMERGENCY_RING_SECONDS'] }, 'those that say otherwise are named')
  t.same(bySettings([...shipped, { ...byHand, validFrom: '2026-12-02' }], {}, day), none, 'a day to come')
  t.match(bySettings([...shipped, { ...byHand, validFrom: '2026-12-02' }], { emergency: { attempts: 2 } }, day),
    { rows: [{ purpose: 'emergency', validFrom: day, attempts: 2 }], without: [] }, 'until then the setting')
  t.end()
})
