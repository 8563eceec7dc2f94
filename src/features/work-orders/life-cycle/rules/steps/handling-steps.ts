import type { OrderEventType } from '../../../rules/order-facts.ts'
import * as guards from '../life-cycle-guards.ts'
import type { Step } from '../step.ts'
import { centre, handling } from './states-and-roles.ts'

/** 处置: the unit's own work, from the spot to its report. */
export const handlingSteps = {
  'handling.arrive': { from: ['SIGNED'], to: 'ON_SITE', who: handling, scope: 'lead', guards: [], effects: ['stop-on-site-clock'] },
  'handling.start': {
    from: ['SIGNED', 'ON_SITE'],
    to: 'HANDLING',
    who: handling,
    scope: 'lead',
    guards: [guards.visitedOrExplained],
    effects: ['stop-on-site-clock']
  },
  'help.request': {
    from: ['HANDLING', 'COORDINATING'],
    to: 'COORDINATING',
    who: handling,
    scope: 'lead',
    guards: [guards.reasoned, guards.higherLevel],
    effects: []
  },
  // 分中心整合协调: at the first rung the sub-centre pulls its own units together.
  'help.resolve': {
    from: ['COORDINATING'],
    to: 'DISPATCHED',
    who: [...centre, 'SUPERVISOR', 'EMERGENCY_COORDINATOR', 'SUBCENTRE_OPERATOR'],
    scope: 'above',
    guards: [
      guards.operatorFirstRung, guards.operatorOnlyOwn, guards.fitsMode, guards.evidenced, guards.notAboutThem, guards.unitTextWritten
    ],
    effects: ['end-parking', 'start-sign-clock', 'lapse-objection']
  },
  'handling.report': {
    from: ['HANDLING'],
    to: 'REPORTED',
    who: handling,
    scope: 'lead',
    guards: [guards.reported, guards.lastInSequence],
    effects: ['end-parking', 'stop-unit-clocks']
  },
  'assignment.hand-over': {
    from: ['HANDLING'],
    to: 'DISPATCHED',
    who: handling,
    scope: 'lead',
    guards: [guards.reported, guards.somebodyWaits],
    effects: ['end-parking', 'restart-unit-clocks', 'start-sign-clock']
  }
} satisfies Partial<Record<OrderEventType, Step>>
