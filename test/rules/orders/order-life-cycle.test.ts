// Which step is possible in which state, for whom and under what conditions; everything else is refused with its code.
import t from 'tap'
import type { Actor } from '../../../src/domain/people/roles.ts'
import { systemActor } from '../../../src/domain/people/roles.ts'
import { orderStates, type OrderState } from '../../../src/domain/work-order.ts'
import { decide, possibleSteps } from '../../../src/features/work-orders/life-cycle/rules/life-cycle.ts'
import { lifeCycle } from '../../../src/features/work-orders/life-cycle/rules/life-cycle-steps.ts'
import {
  answerable, type AssignmentFacts,
  type OrderEvent, type OrderEventType, type OrderFacts
} from '../../../src/features/work-orders/rules/order-facts.ts'
import { asShipped } from '../../../src/policy/rules/rule-policy.ts'
import { now, unit, T01, T02, office, D11, D02, hop, order, who, handler, dispatcher, events, outcome } from './orders-of-test.ts'

t.test('the way of the example order', async t => {
  const way: Array<[OrderState, OrderEventType, Actor, OrderState]> = [
    ['DRAFT', 'intake.receive', who(null, 'AGENT'), 'RECEIVED'],
    ['RECEIVED', 'case.file', who(null, 'AGENT'), 'FILED'],
    ['FILED', 'case.dispatch', dispatcher, 'DISPATCHED'],
    ['DISPATCHED', 'assignment.forward', who('T02', 'SUBCENTRE_OPERATOR'), 'DISPATCHED'],
    ['DISPATCHED', 'assignment.sign', handler, 'SIGNED'],
    ['SIGNED', 'handling.arrive', handler, 'ON_SITE'],
    ['ON_SITE', 'handling.start', handler, 'HANDLING'],
    ['HANDLING', 'handling.report', handler, 'REPORTED'],
    ['REPORTED', 'report.accept', who('T02', 'SUBCENTRE_OPERATOR'), 'VERIFYING'],
    ['VERIFYING', 'verification.pass', who(null, 'VERIFIER'), 'VERIFYING'],
    ['DISPATCHED', 'assignment.return', handler, 'RETURN_REQUESTED'],
    ['ON_SITE', 'assignment.return', handler, 'RETURN_REQUESTED'],
    ['RETURN_REQUESTED', 'return.approve', dispatcher, 'DISPATCHED'],
    ['RETURN_REQUESTED', 'return.refuse', dispatcher, 'SIGNED'],
    ['HANDLING', 'help.request', handler, 'COORDINATING'],
    ['COORDINATING', 'help.resolve', dispatcher, 'DISPATCHED'],
    ['REPORTED', 'report.send-back', dispatcher, 'HANDLING'],
    ['VERIFYING', 'case.rework', who(null, 'CALLBACK_OFFICER'), 'REWORK'],
    ['REWORK', 'case.dispatch', dispatcher, 'DISPATCHED'],
    ['CLOSED', 'case.reopen', who(null, 'SUPERVISOR'), 'REWORK'],
    ['RECEIVED', 'intake.answer', who(null, 'AGENT'), 'ANSWERED'],
    ['RECEIVED', 'intake.reject', who(null, 'AGENT'), 'REJECTED'],
    ['FILED', 'case.merge', dispatcher, 'MERGED']
  ]
  for (const [from, type, actor, to] of way) t.equal(outcome(order({ state: from }), events[type], actor), to, `${from} ${type}`)
  t.equal(
    outcome(order({ state: 'VERIFYING', callbackStatus: 'CONFIRMED', verificationStatus: 'PASSED' }), events['case.close'], systemActor),
    'CLOSED'
  )
  t.equal(outcome(order({ state: 'RETURN_REQUESTED', assignments: [hop({ state: 'on-site' })] }), events['return.refuse'], dispatcher),
    'ON_SITE', 'a refused return from the spot')
  t.equal(outcome(order({ state: 'RECEIVED', requestType: 'PRAISE' }), events['praise.forward'], dispatcher), 'CLOSED')
})

t.test('every other pair of state and step is refused', async t => {
  const everybody = who('T02-JSB', 'AGENT', 'SHIFT_LEADER', 'DISPATCHER', 'SUBCENTRE_OPERATOR', 'HANDLER', 'VERIFIER', 'CALLBACK_OFFICER',
    'SUPERVISOR', 'EMERGENCY_COORDINATOR')
  let refused = 0
  for (const state of orderStates) {
    for (const type of Object.keys(lifeCycle) as OrderEventType[]) {
      if (lifeCycle[type].from.includes(state)) continue
      t.equal(outcome(order({ state }), events[type], everybody), 'transition-not-allowed', `${state} ${type}`)
      refused++
    }
  }
  t.ok(refused > 350)
  t.same(
    orderStates.filter(s => ['ANSWERED', 'REJECTED', 'MERGED'].includes(s))
      .flatMap(state => possibleSteps(order({ state }), everybody))
      .filter(s => s !== 'call.link' && s !== 'case.note'),
    ['case.unmerge'],
    'an ended order stays ended, but for a merge that is taken back'
  )
})

t.test('a step is offered only where some input is accepted', async t => {
  const operator = who('T02', 'SUBCENTRE_OPERATOR')
  const rows: Array<[string, OrderFacts, Actor, OrderEventType, boolean]> = [
    ['help of the sub-centre', order({ state: 'COORDINATING', level: 1 }), operator, 'help.resolve', true],
    ['help of the district', order({ state: 'COORDINATING', level: 2 }), operator, 'help.resolve', false],
    ['which the Centre gives', order({ state: 'COORDINATING', level: 2 }), dispatcher, 'help.resolve', true],
    ['an agent, an ordinary order', order({ state: 'FILED' }), who(null, 'AGENT'), 'case.dispatch', false],
    ['an agent, a critical one', order({ state: 'FILED', urgency: 'critical' }), who(null, 'AGENT'), 'case.dispatch', true],
    ['praise is not dispatched', order({ state: 'FILED', requestType: 'PRAISE' }), dispatcher, 'case.dispatch', false],
    ['but forwarded', order({ state: 'FILED', requestType: 'PRAISE' }), dispatcher, 'praise.forward', true],
    ['a complaint is not', order({ state: 'FILED' }), dispatcher, 'praise.forward', false],
    ['closing, while the callback waits', order({ state: 'VERIFYING', callbackStatus: 'PENDING', verificationStatus: 'PASSED' }),
      dispatcher, 'case.close', false],
    ['closing, all answered', order({ state: 'VERIFYING', callbackStatus: 'CONFIRMED', verificationStatus: 'PASSED' }), dispatcher,
      'case.close', true]
  ]
  for (const [name, facts, actor, type, offered] of rows) {
    t.equal(possibleSteps(facts, actor).includes(type), offered, name)
  }
})

t.test('permissions of steps', async t => {
  const rows: Array<[string, OrderFacts, OrderEvent, Actor, string]> = [
    ['a role that has no part', order(), events['assignment.sign'], who('T02-JSB', 'AGENT'), 'not-allowed'],
    ['a leader only reads', order({ state: 'FILED' }), events['case.dispatch'], who(null, 'LEADER'), 'not-allowed'],
    ['a note by the unit complained about', order({ state: 'FILED', aboutUnit: T02 }), events['case.note'],
      who('T02', 'SUBCENTRE_OPERATOR'), 'other-units-order'],
    ['nor by its people at the Centre', order({ state: 'FILED', aboutUnit: T02 }), events['case.note'],
      who('T02', 'AGENT', 'SHIFT_LEADER', 'DISPATCHER'), 'other-units-order'],
    ['the intake agent still writes it down', order({ state: 'DRAFT', aboutUnit: T02, createdBy: 'somebody' }), events['case.file'],
      who('T02', 'SUBCENTRE_OPERATOR'), 'FILED'],
    ['but does not answer it', order({ state: 'RECEIVED', aboutUnit: T02, createdBy: 'somebody' }), events['intake.answer'],
      who('T02', 'SUBCENTRE_OPERATOR'), 'other-units-order'],
    ['a report accepted by the unit complained about',
      order({ state: 'REPORTED', aboutUnit: T02, assignments: [hop({ unit: D11, state: 'reported' })] }), events['report.accept'],
      who('T02', 'SUBCENTRE_OPERATOR'), 'other-units-order'],
    ['another unit', order(), events['assignment.sign'], who('D11', 'HANDLER'), 'other-units-order'],
    ['the sub-centre for its office', order(), events['assignment.sign'], who('T02', 'SUBCENTRE_OPERATOR'), 'SIGNED'],
    ['a handler of the town is not the office', order(), events['assignment.sign'], who('T02', 'HANDLER'), 'other-units-order'],
    ['another town', order({ state: 'REPORTED' }), events['report.accept'], who('T01', 'SUBCENTRE_OPERATOR'), 'other-units-order'],
    ['the handler does not accept the own report', order({ state: 'REPORTED' }), events['report.accept'], handler, 'not-allowed'],
    ['the town of the place accepts a department\'s report', order({ state: 'REPORTED', assignments: [hop({ unit: D11 })] }),
      events['report.accept'], who('T02', 'SUBCENTRE_OPERATOR'), 'VERIFYING'],
    ['nobody verifies the own unit\'s work', order({ state: 'VERIFYING' }), events['verification.pass'], who('T02-JSB', 'VERIFIER'),
      'own-units-verification'],
    ['nor the sub-centre above it', order({ state: 'VERIFYING' }), events['verification.pass'], who('T02', 'VERIFIER'),
      'own-units-verification'],
    ['nor a unit that had it earlier',
      order({ state: 'VERIFYING', assignments: [hop({ unit: D11, open: false, state: 'ended' }), hop({ id: 'a2', no: 2 })] }),
      events['verification.pass'], who('D11', 'VERIFIER'), 'own-units-verification'],
    ['an agent does not dispatch an ordinary order', order({ state: 'FILED' }), events['case.dispatch'], who(null, 'AGENT'), 'not-allowed'],
    ['an agent dispatches a critical one', order({ state: 'FILED', urgency: 'critical' }), events['case.dispatch'], who(null, 'AGENT'),
      'DISPATCHED'],
    ['an agent who is a dispatcher too', order({ state: 'FILED' }), events['case.dispatch'], who(null, 'AGENT', 'DISPATCHER'),
      'DISPATCHED'],
    ['a sub-centre to its own office', order({ state: 'FILED' }), { ...events['case.dispatch'], units: [office] } as OrderEvent,
      who('T02', 'SUBCENTRE_OPERATOR'), 'DISPATCHED'],
    ['a sub-centre to a department', order({ state: 'FILED' }), events['case.dispatch'], who('T02', 'SUBCENTRE_OPERATOR'), 'not-allowed'],
    ['a sub-centre with another town\'s order', order({ state: 'FILED' }), { ...events['case.dispatch'], units: [T01] } as OrderEvent,
      who('T01', 'SUBCENTRE_OPERATOR'), 'other-units-order'],
    ['a co-handler signs twice', order({ assignments: [hop(), hop({ id: 'a2', no: 2, role: 'co', unit: D02, state: 'signed' })] }),
      events['co.sign'], who('D02', 'HANDLER'), 'transition-not-allowed'],
    [
      'the second of two co-handlers of one town',
      order({
        assignments: [
          hop({ unit: D11 }),
          hop({ id: 'a2', no: 2, role: 'co', unit: office, state: 'signed' }),
          hop({ id: 'a3', no: 3, role: 'co', unit: unit('T02-PCS', 'station', 'T02') })
        ]
      }),
      events['co.sign'],
      who('T02', 'SUBCENTRE_OPERATOR'),
      'DISPATCHED'
    ],
    ['a co-handler signs its own part', order({ assignments: [hop(), hop({ id: 'a2', no: 2, role: 'co', unit: D02 })] }), events['co.sign'],
      who('D02', 'HANDLER'), 'DISPATCHED'],
    ['a co-handler does not sign for the lead', order({ assignments: [hop(), hop({ id: 'a2', no: 2, role: 'co', unit: D02 })] }),
      events['assignment.sign'], who('D02', 'HANDLER'), 'other-units-order'],
    ['a stranger\'s note', order(), events['case.note'], who('D02', 'HANDLER'), 'other-units-order'],
    ['an outside system\'s own order', order({ state: 'RECEIVED', createdBy: 'somebody' }), events['case.file'], who(null, 'INTEGRATION'),
      'FILED'],
    ['an outside system and another\'s order', order({ state: 'RECEIVED' }), events['case.file'], who(null, 'INTEGRATION'),
      'other-units-order'],
    ['the service does not sign', order(), events['assignment.sign'], systemActor, 'not-allowed']
  ]
  for (const [name, o, event, actor, expected] of rows) t.equal(outcome(o, event, actor), expected, name)
})

t.test('首接负责: a unit answers until another has signed', async t => {
  const leads = (...hops: Array<Partial<AssignmentFacts>>): OrderFacts =>
    order({ assignments: hops.map((h, i) => hop({ id: `a${i}`, no: i + 1, ...h })) })
  t.equal(answerable(leads({ unit: D11, signedAt: now, open: false, state: 'ended' }, { unit: office }))?.unit.id, 'D11',
    'sent on, not yet signed')
  t.equal(answerable(leads({ unit: D11, signedAt: now, open: false, state: 'ended' }, { unit: office, signedAt: now }))?.unit.id, 'T02-JSB')
  t.equal(answerable(leads({ unit: D11, open: false, state: 'ended' }, { unit: office }))?.unit.id, 'D11',
    'nobody signed: who had it first')
  t.equal(answerable(leads({ unit: D11 }, { unit: D02, state: 'waiting' }))?.unit.id, 'D11')
})

t.test('rework starts its own clock', async t => {
  const effects = (state: OrderState): readonly string[] => {
    const d = decide(order({ state, assignments: [] }), events['case.dispatch'], dispatcher, now, { rules: asShipped })
    return 'effects' in d ? d.effects : []
  }
  t.ok(effects('FILED').includes('start-unit-clocks'))
  t.ok(effects('REWORK').includes('start-rework-clock'))
  t.notOk(effects('REWORK').includes('start-unit-clocks'))
})
