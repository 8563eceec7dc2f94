// When something is due, why, and what has been said about it by now.
import t from 'tap'
import { dueAt, moments, nextMoment, policyFor, receiptTimers, firstContactTimer, resumed, returnLatest, signTimer, stepsDue, unitTimers, type CategoryTimes } from '../../src/features/work-orders/rules/deadlines.ts'
import { explainDeadline } from '../../src/features/work-orders/rules/deadline-words.ts'
import { addTime, elapsed, type WorkingCalendar } from '../../src/features/work-orders/rules/working-calendar.ts'

// 2026-11-23 is a Monday. The Wednesday is off, the Saturday after is worked instead.
const calendar: WorkingCalendar = { timeZone: 'Asia/Shanghai', exceptions: new Map([['2026-11-25', false], ['2026-11-28', true]]) }
const at = (local: string): Date => new Date(`2026-${local.replace(' ', 'T')}:00+08:00`)
const ordinary: CategoryTimes = { urgency: 'normal', onSiteMinutes: 180, handlingMinutes: 10_080, calendar: 'clock' }

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
  const never: WorkingCalendar = { ...calendar, exceptions: new Map(Array.from({ length: 4100 }, (_, i) => [new Date(at('11-23 12:00').getTime() + i * 86_400_000).toISOString().slice(0, 10), false])) }
  t.throws(() => addTime(at('11-23 09:00'), 1440, 'working', never), RangeError, 'a calendar without working days does not hang the service')
})

t.test('which policy', async t => {
  const policy = (over: Partial<Parameters<typeof policyFor>[0]>): string => {
    const p = policyFor({ channel: 'HOTLINE_962000', requestType: 'COMPLAINT', urgency: 'normal', category: ordinary, ...over })
    return `${p.name} ${p.onSiteMinutes ?? '-'} ${p.handlingMinutes} ${p.calendar}`
  }
  t.equal(policy({}), 'CATEGORY 180 10080 clock')
  t.equal(policy({ urgency: 'urgent' }), 'URGENT 120 4320 clock')
  t.equal(policy({ urgency: 'critical' }), 'CRITICAL 30 1440 clock')
  t.equal(policy({ category: { ...ordinary, urgency: 'critical', onSiteMinutes: 30, handlingMinutes: 1440 } }), 'DEFAULT 180 10080 clock', 'a person made it less urgent')
  t.equal(policy({ category: { ...ordinary, onSiteMinutes: null } }), 'CATEGORY - 10080 clock', '1504 and 1505 have no spot')
  t.equal(policy({ urgency: 'critical', category: { ...ordinary, onSiteMinutes: null } }), 'CRITICAL - 1440 clock')
  t.equal(policy({ channel: 'CITY_12345' }), 'CITY_12345_NORMAL - 7200 working')
  t.match(policy({ channel: 'CITY_12345', urgency: 'critical' }), /^CRITICAL 30 /, 'danger does not wait for the city\'s days')
  t.equal(policy({ channel: 'CITY_12345', requestType: 'CONSULTATION' }), 'CITY_12345_CONSULT - 1440 working')
  t.equal(policy({ category: { ...ordinary, calendar: 'working', handlingMinutes: 21_600 } }), 'CATEGORY 180 21600 working', 'illegal building: 15 working days')
})

t.test('from receipt', async t => {
  const p = policyFor({ channel: 'HOTLINE_962000', requestType: 'HELP', urgency: 'normal', category: ordinary })
  const due = (urgency: 'normal' | 'urgent' | 'critical', received: string): Date[] => receiptTimers(p, urgency, at(received), calendar).map(x => x.dueAt)
  t.same(due('normal', '11-23 08:12'), [at('11-30 08:12'), at('11-24 00:00')], 'citizen 168 h, dispatch the same day')
  t.same(due('urgent', '11-23 08:12')[1], at('11-23 09:12'))
  t.same(due('critical', '11-23 23:55')[1], at('11-24 00:05'))
  t.same(firstContactTimer(at('11-24 17:00'), calendar).dueAt, at('11-26 17:00'), 'one working day')
})

t.test('the unit\'s clocks', async t => {
  const p = policyFor({ channel: 'HOTLINE_962000', requestType: 'HELP', urgency: 'normal', category: ordinary })
  t.same(unitTimers(p, 'dispatch', at('11-23 09:00'), calendar).map(x => [x.kind, x.dueAt]), [['on-site', at('11-23 12:00')], ['handling', at('11-30 09:00')]])
  t.same(unitTimers(p, 'rework', at('11-23 09:00'), calendar).at(-1)?.dueAt, at('11-26 09:00'), '72 h on rework')
  t.same(unitTimers({ ...p, onSiteMinutes: null }, 'return', at('11-23 09:00'), calendar).map(x => x.kind), ['handling'])
  t.same(signTimer('critical', at('11-23 09:00'), calendar).dueAt, at('11-23 09:10'))
  t.same(returnLatest(at('11-23 09:00'), calendar), at('11-27 09:00'), 'three working days to return it')
})

t.test('a report sent back goes on with what was left', async t => {
  const [, handling] = unitTimers(policyFor({ channel: 'HOTLINE_962000', requestType: 'HELP', urgency: 'urgent', category: ordinary }), 'dispatch', at('11-23 09:00'), calendar)
  if (!handling) throw new Error('no clock')
  const first = resumed(handling.explanation, at('11-23 19:00'), at('11-24 09:00'), calendar)
  t.same(first.dueAt, at('11-26 23:00'), '62 of 72 h were left')
  const second = resumed(first.explanation, at('11-24 10:00'), at('11-27 10:00'), calendar)
  t.same(second.dueAt, at('11-29 23:00'), 'and 61 the next time')
  const late = resumed(handling.explanation, at('11-27 09:00'), at('11-28 09:00'), calendar)
  t.same(late.dueAt, at('11-28 09:00'), 'nothing left: due at once')
  for (const e of [handling.explanation, first.explanation, second.explanation]) t.same(dueAt(e, calendar), dueAt(structuredClone(e), calendar), 'computed again from its explanation')
  t.equal(explainDeadline('handling', second.explanation), '处置：自2026年11月23日09:00派遣起72小时（自然时，紧急件）；已用660分钟，自2026年11月27日10:00续计')
})

t.test('warned at half and at four fifths, overtime at the end', async t => {
  const [onSite] = unitTimers({ name: 'X', onSiteMinutes: 100, handlingMinutes: 1, calendar: 'clock' }, 'dispatch', at('11-23 09:00'), calendar)
  if (!onSite) throw new Error('no clock')
  const e = onSite.explanation
  t.same(moments(e, calendar), { half: at('11-23 09:50'), late: at('11-23 10:20'), expire: at('11-23 10:40') })
  const none = { half: null, late: null, expired: null }
  const done = at('11-23 09:50')
  t.same(nextMoment(e, none, calendar)?.step, 'half')
  t.same(nextMoment(e, { ...none, half: done }, calendar)?.step, 'late')
  t.same(nextMoment(e, { half: done, late: done, expired: null }, calendar), { step: 'expire', at: at('11-23 10:40') })
  t.same(nextMoment(e, { half: done, late: done, expired: done }, calendar), null)
  t.same(stepsDue(e, none, at('11-23 09:49'), calendar), { mark: [], announce: null })
  t.same(stepsDue(e, none, at('11-23 09:50'), calendar), { mark: ['half'], announce: 'half' })
  t.same(stepsDue(e, { ...none, half: done }, at('11-23 10:30'), calendar), { mark: ['late'], announce: 'late' })
  t.same(stepsDue(e, none, at('11-24 10:30'), calendar), { mark: ['half', 'late', 'expire'], announce: 'expire' }, 'after a long stop only the last is said')
  t.same(stepsDue(e, { half: done, late: done, expired: done }, at('11-24 10:30'), calendar), { mark: [], announce: null })
})
