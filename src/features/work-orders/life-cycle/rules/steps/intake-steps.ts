import { orderStates } from '../../../../../domain/work-order.ts'
import type { OrderEventType } from '../../../rules/order-facts.ts'
import * as guards from '../life-cycle-guards.ts'
import { outcomeByLeader, outcomeComplete } from '../outcome-guards.ts'
import type { Step } from '../step.ts'
import { deciding, intake, intakeStates, open } from './states-and-roles.ts'

/** From the first word to 立案, with what becomes of a request that never becomes work. */
export const intakeSteps = {
  'draft.save': { from: ['DRAFT'], to: 'same', who: intake, scope: 'own', reads: true, guards: [guards.protectionKept], effects: [] },
  'draft.abandon': { from: ['DRAFT'], to: 'same', who: [], service: true, scope: 'any', guards: [], effects: [] },
  'intake.receive': {
    from: ['DRAFT'], to: 'RECEIVED', who: intake, scope: 'own', reads: true, guards: [guards.protectionKept], effects: []
  },
  'intake.answer': {
    from: ['DRAFT', 'RECEIVED'],
    to: 'ANSWERED',
    who: intake,
    scope: 'own',
    reads: true,
    guards: [guards.replied, outcomeComplete],
    effects: ['stop-all-clocks']
  },
  'intake.reject': {
    from: ['DRAFT', 'RECEIVED'],
    to: 'REJECTED',
    who: ['SHIFT_LEADER', 'DISPATCHER', 'AGENT'],
    scope: 'any',
    guards: [guards.replied, outcomeByLeader, outcomeComplete],
    effects: ['stop-all-clocks']
  },
  'case.merge': {
    from: intakeStates, to: 'MERGED', who: deciding, scope: 'any', guards: [guards.mergesIntoOpen], effects: ['stop-all-clocks']
  },
  'case.unmerge': {
    from: ['MERGED'], to: 'before', who: deciding, scope: 'any', guards: [guards.reasoned, guards.mergedLast], effects: []
  },
  'complainant.add': { from: open, to: 'same', who: deciding, scope: 'any', guards: [], effects: [] },
  // A request goes back to its own order; this one may be over.
  'complainant.leave': {
    from: orderStates.filter(s => s !== 'MERGED'), to: 'same', who: [], service: true, scope: 'any', guards: [], effects: []
  },
  'case.file': {
    from: ['DRAFT', 'RECEIVED'],
    to: 'FILED',
    who: intake,
    scope: 'own',
    reads: true,
    guards: [guards.protectionKept, guards.praiseDecided, guards.complete],
    effects: []
  },
  'praise.forward': {
    from: ['DRAFT', 'RECEIVED', 'FILED'],
    to: 'CLOSED',
    who: ['AGENT', 'SHIFT_LEADER', 'DISPATCHER'],
    scope: 'any',
    guards: [guards.isPraise, guards.notAboutThem],
    effects: ['stop-all-clocks']
  },
  'case.amend': {
    from: open,
    to: 'same',
    who: ['AGENT', 'SHIFT_LEADER', 'DISPATCHER'],
    scope: 'any',
    guards: [guards.protectionKept, guards.praiseDecided, guards.complete],
    effects: []
  },
  'case.note': {
    from: orderStates.filter(s => s !== 'DRAFT'),
    to: 'same',
    who: [...intake, 'HANDLER', 'CALLBACK_OFFICER', 'SUPERVISOR', 'VERIFIER'],
    service: true,
    scope: 'party',
    guards: [],
    effects: []
  },
  'call.link': {
    from: orderStates,
    to: 'same',
    who: [...intake, 'HANDLER', 'CALLBACK_OFFICER', 'VERIFIER'],
    service: true,
    scope: 'party',
    guards: [],
    effects: []
  }
} satisfies Partial<Record<OrderEventType, Step>>
