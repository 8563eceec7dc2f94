// When something is due, why, and what has been said about it by now.
import t from 'tap'
import {
  changed, moments, nextMoment, policyFor, receiptTimers, firstContactTimer, resumed, returnLatest, signTimer, stepsDue, unitTimers,
  type CategoryTimes, type OrderChannel
} from '../../../src/features/work-orders/clocks/rules/deadlines.ts'
import { explainDeadline } from '../../../src/features/work-orders/clocks/rules/deadline-words.ts'
import type { WorkingCalendar } from '../../../src/calendar/rules/working-time.ts'
import { todaysChannels, todaysPolicies } from './todays-policies.ts'

// 2026-11-23 is a Monday. The Wednesday is off, the Saturday after is worked instead.
const calendar: WorkingCalendar = {
  timeZone: 'Asia/Shanghai',
  exceptions: new Map([['2026-11-25', false], ['2026-11-28', true]]),
  editions: new Map([[2026, 1]])
}
const rules = { calendar, policies: todaysPolicies }
const at = (local: string): Date => new Date(`2026-${local.replace(' ', 'T')}:00+08:00`)
const channelOf = (code: string): OrderChannel => {
  const found = todaysChannels.rows.find(row => row.code === code)
  if (!found) throw new Error(`no channel ${code}`)
  return found
}
const [hotline, city] = [channelOf('HOTLINE_962000'), channelOf('CITY_12345')]
const ordinary: CategoryTimes = {
  code: '0901',
  validFrom: '2026-01-01',
  urgency: 'normal',
  onSiteMinutes: 180,
  handlingMinutes: 10_080,
  calendar: 'clock'
}

t.test('which policy', async t => {
  const policy = (over: Partial<Parameters<typeof policyFor>[0]>): string => {
    const p = policyFor({ channel: hotline, requestType: 'COMPLAINT', urgency: 'normal', category: ordinary, ...over },
      todaysPolicies, at('11-23 08:00'))
    return `${p.name} ${p.onSiteMinutes ?? '-'} ${p.handlingMinutes} ${p.calendar}`
  }
  t.equal(policy({}), 'CATEGORY 180 10080 clock')
  t.equal(policy({ urgency: 'urgent' }), 'URGENT 120 4320 clock')
  t.equal(policy({ urgency: 'critical' }), 'CRITICAL 30 1440 clock')
  t.equal(policy({ category: { ...ordinary, urgency: 'critical', onSiteMinutes: 30, handlingMinutes: 1440 } }), 'DEFAULT 180 10080 clock',
    'a person made it less urgent')
  t.equal(policy({ category: { ...ordinary, onSiteMinutes: null } }), 'CATEGORY - 10080 clock', '1504 and 1505 have no spot')
  t.equal(policy({ urgency: 'critical', category: { ...ordinary, onSiteMinutes: null } }), 'CRITICAL - 1440 clock')
  t.equal(policy({ channel: city }), 'CITY_12345_NORMAL - 7200 working')
  t.equal(policy({ channel: city, urgency: 'urgent' }), 'CITY_12345_NORMAL 120 7200 working',
    'urgent: somebody goes there as soon as for anybody else')
  t.equal(policy({ channel: city, urgency: 'urgent', category: { ...ordinary, onSiteMinutes: null } }),
    'CITY_12345_NORMAL - 7200 working', 'nowhere to go')
  t.equal(policy({ channel: city, urgency: 'urgent', category: { ...ordinary, urgency: 'urgent', onSiteMinutes: 45 } }),
    'CITY_12345_NORMAL 45 7200 working', 'the category\'s own')
  t.equal(policy({ channel: city, urgency: 'urgent', requestType: 'SUGGESTION' }), 'CITY_12345_CONSULT - 1440 working')
  t.match(policy({ channel: city, urgency: 'critical' }), /^CRITICAL 30 /, 'danger does not wait for the city\'s days')
  t.equal(policy({ channel: city, requestType: 'CONSULTATION' }), 'CITY_12345_CONSULT - 1440 working')
  t.equal(policy({ category: { ...ordinary, calendar: 'working', handlingMinutes: 21_600 } }), 'CATEGORY 180 21600 working',
    'illegal building: 15 working days')
})

t.test('from receipt', async t => {
  const p = policyFor({ channel: hotline, requestType: 'HELP', urgency: 'normal', category: ordinary },
    todaysPolicies, at('11-23 08:00'))
  const due = (urgency: 'normal' | 'urgent' | 'critical', received: string): Date[] =>
    receiptTimers(p, urgency, at(received), rules).map(x => x.dueAt)
  t.same(due('normal', '11-23 08:12'), [at('11-30 08:12'), at('11-24 00:00')], 'citizen 168 h, dispatch the same day')
  t.same(due('urgent', '11-23 08:12')[1], at('11-23 09:12'))
  t.same(due('critical', '11-23 23:55')[1], at('11-24 00:05'))
  t.same(firstContactTimer(at('11-24 17:00'), rules).dueAt, at('11-26 17:00'), 'one working day')
})

t.test('the unit\'s clocks', async t => {
  const p = policyFor({ channel: hotline, requestType: 'HELP', urgency: 'normal', category: ordinary },
    todaysPolicies, at('11-23 08:00'))
  t.same(unitTimers(p, 'dispatch', at('11-23 09:00'), rules).map(x => [x.kind, x.dueAt]),
    [['on-site', at('11-23 12:00')], ['handling', at('11-30 09:00')]])
  t.same(unitTimers(p, 'rework', at('11-23 09:00'), rules).at(-1)?.dueAt, at('11-26 09:00'), '72 h on rework')
  t.same(unitTimers({ ...p, onSiteMinutes: null }, 'return', at('11-23 09:00'), rules).map(x => x.kind), ['handling'])
  t.same(signTimer('critical', at('11-23 09:00'), rules).dueAt, at('11-23 09:10'))
  t.same(returnLatest(at('11-23 09:00'), rules), at('11-27 09:00'), 'three working days to return it')
})

t.test('a report sent back goes on with what was left', async t => {
  const [, handling] = unitTimers(
    policyFor({ channel: hotline, requestType: 'HELP', urgency: 'urgent', category: ordinary }, todaysPolicies, at('11-23 08:00')),
    'dispatch',
    at('11-23 09:00'),
    rules
  )
  if (!handling) throw new Error('no clock')
  const first = resumed(handling.explanation, at('11-23 19:00'), at('11-24 09:00'), calendar)
  t.same(first.dueAt, at('11-26 23:00'), '62 of 72 h were left')
  const second = resumed(first.explanation, at('11-24 10:00'), at('11-27 10:00'), calendar)
  t.same(second.dueAt, at('11-29 23:00'), 'and 61 the next time')
  const late = resumed(handling.explanation, at('11-27 09:00'), at('11-28 09:00'), calendar)
  t.same(late.dueAt, at('11-26 09:00'), 'nothing left: it was due when it was due')
  t.same(resumed(late.explanation, at('11-28 10:00'), at('11-29 09:00'), calendar).dueAt, at('11-26 09:00'), 'and stays so')
  t.equal(explainDeadline('handling', second.explanation, String), '处置：自2026年11月23日09:00派遣起72小时（自然时，紧急件）；已用660分钟，自2026年11月27日10:00续计')
})

t.test('warned at half and at four fifths, overtime at the end', async t => {
  const [onSite] = unitTimers(
    { name: 'X', since: null, category: null, onSiteMinutes: 100, handlingMinutes: 1, calendar: 'clock' }, 'dispatch',
    at('11-23 09:00'), rules)
  if (!onSite) throw new Error('no clock')
  const e = onSite.explanation
  t.same(moments(e), { half: at('11-23 09:50'), late: at('11-23 10:20'), expire: at('11-23 10:40') })
  const none = { half: null, late: null, expired: null }
  const done = at('11-23 09:50')
  t.same(nextMoment(e, none)?.step, 'half')
  t.same(nextMoment(e, { ...none, half: done })?.step, 'late')
  t.same(nextMoment(e, { half: done, late: done, expired: null }), { step: 'expire', at: at('11-23 10:40') })
  t.same(nextMoment(e, { half: done, late: done, expired: done }), null)
  t.same(stepsDue(e, none, at('11-23 09:49')), { mark: [], announce: null })
  t.same(stepsDue(e, none, at('11-23 09:50')), { mark: ['half'], announce: 'half' })
  t.same(stepsDue(e, { ...none, half: done }, at('11-23 10:30')), { mark: ['late'], announce: 'late' })
  t.same(stepsDue(e, none, at('11-24 10:30')), { mark: ['half', 'late', 'expire'], announce: 'expire' },
    'after a long stop only the last is said')
  t.same(stepsDue(e, { half: done, late: done, expired: done }, at('11-24 10:30')), { mark: [], announce: null })
})

t.test('limits change while it runs: the start, what was used and what an extension gave stay', async t => {
  const of = (urgency: 'normal' | 'urgent' | 'critical') => {
    const handling = unitTimers(policyFor({ channel: hotline, requestType: 'HELP', urgency, category: ordinary },
      todaysPolicies, at('11-23 08:00')), 'dispatch',
    at('11-23 09:00'), rules).at(-1)
    if (!handling) throw new Error('no clock')
    return handling.explanation
  }
  t.same(changed(of('normal'), of('critical'), calendar).dueAt, at('11-24 09:00'))
  t.same(changed(of('critical'), of('normal'), calendar).dueAt, at('11-30 09:00'))
  const paused = resumed(of('normal'), at('11-23 19:00'), at('11-24 09:00'), calendar).explanation
  t.same(changed(paused, of('critical'), calendar).dueAt, at('11-24 23:00'), '14 of 24 h were left')
  t.same(changed({ ...of('normal'), minutes: 10_080 + 600, extended: 600 }, of('critical'), calendar), {
    dueAt: at('11-24 19:00'), explanation: { ...of('critical'), minutes: 2040, extended: 600 }
  })
})

t.test('a year nobody has entered: Monday to Friday for now, and it says so', async t => {
  const { explanation, dueAt } = firstContactTimer(at('12-31 10:00'), rules)
  t.same(dueAt, new Date('2027-01-01T10:00:00+08:00'))
  t.match(explanation.days, { awaitsYear: 2027, editions: { 2026: 1 } })
  t.match(explainDeadline('first-contact', explanation, String), /2027年节假日尚未录入，暂按周一至周五计，录入后重算/)
  t.equal(firstContactTimer(at('12-30 10:00'), rules).explanation.days?.awaitsYear, null)
})
