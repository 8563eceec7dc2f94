// Who is rung by a person, where the whole order stands, and how long an officer has.
import t from 'tap'
import type { PhoneNumber } from '../../../src/domain/telephone/phone-number.ts'
import { orderCallbackStatus } from '../../../src/features/callbacks/rules/order-status.ts'
import { byPersonReasonOf } from '../../../src/features/callbacks/rules/by-person-reason.ts'
import { officersTime } from '../../../src/features/callbacks/rules/after-attempt.ts'
import { todaysPolicies } from '../orders/todays-policies.ts'
import { firstWords, lastTryText, spokenNumber, spokenTo } from '../../../src/features/callbacks/dialling/callback-script.ts'

t.test('by a person', t => {
  const usual = { requestType: 'COMPLAINT' as const, marks: [], reworkCount: 0, cycle: 1 }
  t.equal(byPersonReasonOf(usual), null)
  t.equal(byPersonReasonOf({ ...usual, marks: ['vip'] }), null, 'an unknown mark')
  t.equal(byPersonReasonOf({ ...usual, requestType: null }), null)
  t.equal(byPersonReasonOf({ ...usual, marks: ['elderly'] }), 'elderly')
  t.equal(byPersonReasonOf({ ...usual, marks: ['dialect'] }), 'dialect')
  t.equal(byPersonReasonOf({ ...usual, marks: ['elderly', 'injured'], reworkCount: 1, cycle: 2 }), 'injured')
  t.equal(byPersonReasonOf({ ...usual, requestType: 'REPORT_OF_WRONG' }), 'report-of-wrong')
  t.equal(byPersonReasonOf({ ...usual, reworkCount: 1, cycle: 2 }), 'after-rework')
  t.end()
})

t.test('the whole order', t => {
  const cases: Array<[Parameters<typeof orderCallbackStatus>[0], ReturnType<typeof orderCallbackStatus>]> = [
    [[], 'NOT_REQUIRED'],
    [['CANCELLED'], 'NOT_REQUIRED'],
    [['SCHEDULED'], 'PENDING'],
    [['CONFIRMED', 'DIALLING'], 'PENDING'],
    [['CONFIRMED', 'CANCELLED'], 'CONFIRMED'],
    [['CONFIRMED', 'UNREACHABLE'], 'CONFIRMED'],
    [['UNREACHABLE', 'CANCELLED'], 'UNREACHABLE'],
    [['CONFIRMED', 'EXPLAINED'], 'DISSATISFIED_EXPLAINED'],
    [['OFFICER', 'SCHEDULED'], 'OFFICER'], [['REWORK', 'OFFICER'], 'REWORK'], [['EXPLAINED', 'SCHEDULED'], 'PENDING']
  ]
  for (const [callbacks, status] of cases) t.equal(orderCallbackStatus(callbacks), status, callbacks.join(' ') || 'nobody')
  t.end()
})

t.test('one working day', t => {
  const off = new Map([
    ['2026-10-01', false], ['2026-10-02', false], ['2026-10-05', false], ['2026-10-06', false], ['2026-10-07', false], ['2026-10-10', true]
  ])
  const cases: Array<[string, string]> = [
    ['2026-11-17T15:00', '2026-11-18T15:00'], ['2026-11-20T15:00', '2026-11-23T15:00'], ['2026-11-21T10:00', '2026-11-24T00:00'],
    ['2026-11-22T23:00', '2026-11-24T00:00'], ['2026-09-30T11:00', '2026-10-08T11:00'], ['2026-10-03T11:00', '2026-10-09T00:00'],
    ['2026-10-09T09:30', '2026-10-10T09:30']
  ]
  const calendar = { timeZone: 'Asia/Shanghai', exceptions: off, editions: new Map([[2026, 1]]) }
  for (const [from, to] of cases) {
    const { officerDueAt, officerReckoning } = officersTime(new Date(`${from}:00+08:00`), { calendar, deadlines: todaysPolicies })
    t.equal(officerDueAt.toISOString(), new Date(`${to}:00+08:00`).toISOString(), from)
    t.match(officerReckoning, { policy: 'OFFICER_DECISION', policySince: '2000-01-01' })
  }
  t.end()
})

t.test('the machine names the order as its protection allows', t => {
  const order = { number: '20261121-0102', categoryName: '乱设摊、跨门经营', receivedAt: new Date('2026-11-20T16:30:00Z') }
  t.match(firstWords(order, 'Asia/Shanghai'), /您11月21日反映的乱设摊，跨门经营问题/, 'the day in Shanghai')
  t.equal(spokenNumber(order.number), '二零二六幺幺二幺零幺零二')
  const number = '+8613900001001' as PhoneNumber
  const whistleBlower = {
    requestId: 'c', number, marks: [], requestType: 'REPORT_OF_WRONG' as const, confidential: true, told: order
  }
  const secret = firstWords(spokenTo({ number: '20261120-0001', complainants: [whistleBlower] }, 'c'), 'Asia/Shanghai')
  t.match(secret, /编号二零二六/)
  t.notMatch(secret, /设摊|11月/, 'nothing but the number')
  const unnamed = firstWords(spokenTo({ number: '20261120-0001', complainants: [] }, 'c'), 'Asia/Shanghai')
  t.notMatch(unnamed, /设摊|11月/, 'somebody the order no longer names hears its number alone')
  t.match(firstWords({ ...order, categoryName: null }, 'Asia/Shanghai'), /编号/)
  t.notMatch(lastTryText(order.number), /http|设摊/)
  t.end()
})
