// How intake ends: which outcome needs the shift leader, a reason, a body, evidence; each with every role that may end it at all.
import t from 'tap'
import type { Actor } from '../../../src/domain/people/roles.ts'
import type { AnswerOutcome, RejectOutcome } from '../../../src/domain/work-order.ts'
import { decide } from '../../../src/features/work-orders/life-cycle/rules/life-cycle.ts'
import { rejectReasons, type OrderEvent, type RejectReason } from '../../../src/features/work-orders/rules/order-facts.ts'
import { asShipped } from '../../../src/policy/rules/rule-policy.ts'
import { now, order, who } from './orders-of-test.ts'

const agent = who(null, 'AGENT')
const leader = who(null, 'AGENT', 'SHIFT_LEADER')
const code = (event: OrderEvent, actor: Actor): string => {
  const d = decide(order({ state: 'RECEIVED', assignments: [] }), event, actor, now, { rules: asShipped })
  return 'refused' in d ? d.refused : d.to
}
const answered = (outcome: AnswerOutcome, body: string, actor = agent): string =>
  code({ type: 'intake.answer', outcome, reason: null, body, evidence: '', reply: '已答复' }, actor)
const rejected = (outcome: RejectOutcome, reason: RejectReason | null, body: string, evidence: string, actor: Actor): string =>
  code({ type: 'intake.reject', outcome, reason, body, evidence, reply: '已告知' }, actor)

t.test('an answer', async t => {
  for (const [outcome, body, expected] of [
    ['direct-answer', '', 'ANSWERED'],
    ['live-transfer', '110', 'ANSWERED'],
    ['live-transfer', '122', 'ANSWERED'],
    ['live-transfer', '', 'outcome-incomplete'],
    ['live-transfer', '12345', 'outcome-incomplete'],
    ['live-transfer', '110 ', 'outcome-incomplete']
  ] as const) t.equal(answered(outcome, body), expected, `${outcome} ${body}`)
})

t.test('outcomes by role', async t => {
  for (const [outcome, reason, body, evidence, alone] of [
    ['statutory-way', 'litigation', '', '', 'REJECTED'],
    ['statutory-way', 'petition-under-way', '区信访办', '', 'REJECTED'],
    ['explained', 'privacy', '', '', 'outcome-needs-leader'],
    ['transferred', null, '松江区热线', '', 'outcome-needs-leader'],
    ['clue', null, '七宝派出所', '通话录音三段', 'outcome-needs-leader']
  ] as const) {
    for (const actor of [agent, who(null, 'DISPATCHER')]) t.equal(rejected(outcome, reason, body, evidence, actor), alone, outcome)
    t.equal(rejected(outcome, reason, body, evidence, leader), 'REJECTED', `${outcome} by the shift leader`)
    t.equal(rejected(outcome, reason, body, evidence, who(null, 'SUPERVISOR')), 'not-allowed', outcome)
  }
})

t.test('what is missing, or does not belong there', async t => {
  for (const [outcome, reason, body, evidence] of [
    ['statutory-way', null, '法院', ''],
    ['statutory-way', 'privacy', '', ''],
    ['explained', null, '', ''],
    ['explained', 'litigation', '', ''],
    ['transferred', null, '', ''],
    ['transferred', null, '\u200B', ''],
    ['transferred', 'litigation', '松江区热线', ''],
    ['clue', null, '七宝派出所', ''],
    ['clue', null, '', '录音']
  ] as const) t.equal(rejected(outcome, reason, body, evidence, leader), 'outcome-incomplete', `${outcome} ${reason} ${body} ${evidence}`)
})

t.test('each of the ten reasons belongs to one outcome', async t => {
  const fits = (outcome: RejectOutcome): RejectReason[] =>
    rejectReasons.filter(reason => rejected(outcome, reason, '', '', leader) === 'REJECTED')
  t.same(fits('statutory-way'), ['litigation', 'arbitration', 'discipline-inspection', 'administrative-reconsideration',
    'information-disclosure', 'petition-under-way'])
  t.same(fits('explained'), ['state-secret', 'commercial-secret', 'privacy', 'against-public-order'])
})
