import type { OrderEventType } from '../../../rules/order-facts.ts'
import * as guards from '../life-cycle-guards.ts'
import type { Step } from '../step.ts'
import { centre, handling, objectable, objectionAsked } from './states-and-roles.ts'

/** They decide on objections; of both instances another. */
const deciders = ['SUPERVISOR', 'SHIFT_LEADER'] as const

/** 派遣, 签收, 退单 and 派单异议: which unit has the order. */
export const assignmentSteps = {
  'case.dispatch': {
    from: ['FILED', 'REWORK'],
    to: 'DISPATCHED',
    who: ['DISPATCHER', 'SHIFT_LEADER', 'AGENT', 'SUBCENTRE_OPERATOR', 'EMERGENCY_COORDINATOR'],
    service: true,
    scope: 'own',
    guards: [
      guards.agentOnlyCritical, guards.operatorOnlyOwn, guards.fitsMode, guards.evidenced, guards.notAboutThem, guards.unitTextWritten,
      guards.notPraise, guards.ladder
    ],
    effects: ['stop-dispatch-clock', 'start-unit-clocks', 'start-sign-clock']
  },
  'assignment.forward': {
    from: ['DISPATCHED', 'SIGNED'],
    to: 'DISPATCHED',
    who: handling,
    scope: 'lead',
    guards: [guards.downwards, guards.notAboutThem, guards.unitTextWritten],
    effects: ['start-sign-clock']
  },
  'assignment.sign': { from: ['DISPATCHED'], to: 'SIGNED', who: handling, scope: 'lead', guards: [], effects: ['stop-sign-clock'] },
  'assignment.return': {
    from: ['DISPATCHED', 'SIGNED', 'ON_SITE'],
    to: 'RETURN_REQUESTED',
    who: handling,
    scope: 'lead',
    guards: [guards.reasoned, guards.returnInTime],
    effects: []
  },
  'return.approve': {
    from: ['RETURN_REQUESTED'],
    to: 'DISPATCHED',
    who: centre,
    scope: 'any',
    guards: [guards.evidenced, guards.notAboutThem, guards.unitTextWritten, guards.notBackToSender, guards.ladder],
    effects: ['end-parking', 'count-return', 'restart-unit-clocks', 'start-sign-clock']
  },
  // After a refused return the order is the unit's: it counts as signed, or stays on the spot.
  'return.refuse': {
    from: ['RETURN_REQUESTED'], to: 'before', who: centre, scope: 'any', guards: [guards.reasoned], effects: ['stop-sign-clock']
  },
  // 派单异议: the unit goes on with the order meanwhile.
  'objection.ask': {
    from: objectable,
    to: 'same',
    who: handling,
    scope: 'lead',
    when: order => !objectionAsked(order),
    guards: [guards.reasoned, guards.shown, guards.instanceLeft],
    effects: []
  },
  'objection.uphold': {
    from: objectable,
    to: 'DISPATCHED',
    who: deciders,
    scope: 'any',
    when: objectionAsked,
    guards: [guards.decidedByAnother, guards.evidenced, guards.notAboutThem, guards.unitTextWritten, guards.notBackToSender, guards.ladder],
    effects: ['end-parking', 'count-return', 'restart-unit-clocks', 'start-sign-clock']
  },
  'objection.refuse': {
    from: objectable,
    to: 'same',
    who: deciders,
    scope: 'any',
    when: objectionAsked,
    guards: [guards.decidedByAnother, guards.reasoned],
    effects: []
  }
} satisfies Partial<Record<OrderEventType, Step>>
