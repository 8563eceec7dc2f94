import type { Role } from '../../../../domain/people/roles.ts'
import { orderStates, type OrderState } from '../../../../domain/work-order.ts'
import type { OrderEventType, OrderFacts } from '../../rules/order-facts.ts'
import * as guards from './life-cycle-guards.ts'
import type { Step } from './step.ts'

/** States of an order without further work. */
export const finalStates: readonly OrderState[] = ['ANSWERED', 'REJECTED', 'MERGED', 'CLOSED']
export const isOpen = (state: OrderState): boolean => !finalStates.includes(state)

/** The Centre's desks; they see every order. */
export const centreRoles: readonly Role[] = [
  'AGENT', 'SHIFT_LEADER', 'DISPATCHER', 'CALLBACK_OFFICER', 'EMERGENCY_COORDINATOR', 'LEADER', 'SUPERVISOR', 'ADMINISTRATOR'
]

const open = orderStates.filter(isOpen)
const inHand: readonly OrderState[] = ['SIGNED', 'ON_SITE', 'HANDLING', 'COORDINATING']
const handled: readonly OrderState[] = ['DISPATCHED', 'SIGNED', 'RETURN_REQUESTED', 'ON_SITE', 'HANDLING', 'COORDINATING']
const intake: readonly Role[] = ['AGENT', 'SHIFT_LEADER', 'DISPATCHER', 'SUBCENTRE_OPERATOR', 'EMERGENCY_COORDINATOR', 'INTEGRATION']
const intakeStates: readonly OrderState[] = ['DRAFT', 'RECEIVED', 'FILED']
const deciding: readonly Role[] = ['AGENT', 'SHIFT_LEADER', 'DISPATCHER']
const centre: readonly Role[] = ['DISPATCHER', 'SHIFT_LEADER']
const handling: readonly Role[] = ['HANDLER', 'SUBCENTRE_OPERATOR']
const toBeSeen = (order: OrderFacts): boolean => order.verificationStatus === 'PENDING'
const extensionAsked = (order: OrderFacts): boolean => order.extensionAsked

/** 工单流转: the whole life of a work order. A step not listed here is refused. */
export const lifeCycle: Readonly<Record<OrderEventType, Step>> = {
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
    guards: [guards.replied],
    effects: ['stop-all-clocks']
  },
  'intake.reject': {
    from: ['DRAFT', 'RECEIVED'],
    to: 'REJECTED',
    who: ['SHIFT_LEADER', 'DISPATCHER', 'AGENT'],
    scope: 'any',
    guards: [guards.replied],
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
  },

  'case.dispatch': {
    from: ['FILED', 'REWORK'],
    to: 'DISPATCHED',
    who: ['DISPATCHER', 'SHIFT_LEADER', 'AGENT', 'SUBCENTRE_OPERATOR', 'EMERGENCY_COORDINATOR'],
    service: true,
    scope: 'own',
    guards: [
      guards.agentOnlyCritical, guards.operatorOnlyOwn, guards.fitsMode, guards.evidenced, guards.notAboutThem, guards.notPraise,
      guards.ladder
    ],
    effects: ['stop-dispatch-clock', 'start-unit-clocks', 'start-sign-clock']
  },
  'assignment.forward': {
    from: ['DISPATCHED', 'SIGNED'],
    to: 'DISPATCHED',
    who: handling,
    scope: 'lead',
    guards: [guards.downwards, guards.notAboutThem],
    effects: ['start-sign-clock']
  },
  'assignment.sign': { from: ['DISPATCHED'], to: 'SIGNED', who: handling, scope: 'lead', guards: [], effects: ['stop-sign-clock'] },
  'assignment.return': {
    from: ['DISPATCHED', 'SIGNED'],
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
    guards: [guards.evidenced, guards.notAboutThem, guards.notBackToSender, guards.ladder],
    effects: ['count-return', 'restart-unit-clocks', 'start-sign-clock']
  },
  // After a refused return the order is the unit's: it counts as signed.
  'return.refuse': {
    from: ['RETURN_REQUESTED'], to: 'SIGNED', who: centre, scope: 'any', guards: [guards.reasoned], effects: ['stop-sign-clock']
  },
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
    guards: [guards.operatorFirstRung, guards.operatorOnlyOwn, guards.fitsMode, guards.evidenced, guards.notAboutThem],
    effects: ['start-sign-clock']
  },
  'handling.report': {
    from: ['HANDLING'],
    to: 'REPORTED',
    who: handling,
    scope: 'lead',
    guards: [guards.reported, guards.lastInSequence],
    effects: ['stop-unit-clocks']
  },
  'assignment.hand-over': {
    from: ['HANDLING'],
    to: 'DISPATCHED',
    who: handling,
    scope: 'lead',
    guards: [guards.reported, guards.somebodyWaits],
    effects: ['restart-unit-clocks', 'start-sign-clock']
  },
  'report.accept': {
    from: ['REPORTED'],
    to: 'VERIFYING',
    who: [...centre, 'SUBCENTRE_OPERATOR'],
    scope: 'above',
    guards: [],
    effects: ['open-verification', 'schedule-callback', 'close-if-complete']
  },
  'report.send-back': {
    from: ['REPORTED'],
    to: 'HANDLING',
    who: [...centre, 'SUBCENTRE_OPERATOR'],
    scope: 'above',
    guards: [guards.reasoned],
    effects: ['resume-handling-clock']
  },
  'verification.pass': {
    from: ['VERIFYING'], to: 'same', who: ['VERIFIER'], scope: 'outside', when: toBeSeen, guards: [], effects: ['close-if-complete']
  },
  'verification.fail': {
    from: ['VERIFYING'], to: 'same', who: ['VERIFIER'], scope: 'outside', when: toBeSeen, guards: [guards.reasoned], effects: ['rework']
  },
  'callback.result': {
    from: ['VERIFYING'],
    to: 'same',
    who: ['CALLBACK_OFFICER', 'AGENT', 'SHIFT_LEADER'],
    service: true,
    scope: 'any',
    guards: [guards.sameCycle],
    effects: ['close-if-complete']
  },
  // What must be there before closing is settled with the report; changing it is a decision of its own.
  'checks.decide': {
    from: ['REPORTED', 'VERIFYING'],
    to: 'same',
    who: ['SHIFT_LEADER', 'SUPERVISOR'],
    scope: 'any',
    guards: [guards.reasoned, guards.checkCanChange],
    effects: ['close-if-complete']
  },
  'case.close': {
    from: ['VERIFYING'],
    to: 'CLOSED',
    who: [...centre, 'CALLBACK_OFFICER'],
    service: true,
    scope: 'any',
    guards: [guards.answeredAndVerified],
    effects: ['stop-all-clocks']
  },
  'case.rework': {
    from: ['VERIFYING'],
    to: 'REWORK',
    who: [...centre, 'CALLBACK_OFFICER', 'SUPERVISOR'],
    service: true,
    scope: 'any',
    guards: [guards.reasoned],
    effects: ['stop-unit-clocks', 'next-cycle', 'redispatch']
  },
  'case.reopen': {
    from: ['CLOSED'],
    to: 'REWORK',
    who: [...centre, 'CALLBACK_OFFICER', 'SUPERVISOR'],
    service: true,
    scope: 'any',
    guards: [guards.reasoned],
    effects: ['next-cycle', 'redispatch']
  },

  'co.sign': { from: handled, to: 'same', who: handling, scope: 'co', co: ['dispatched'], guards: [], effects: [] },
  'co.arrive': { from: handled, to: 'same', who: handling, scope: 'co', co: ['dispatched', 'signed'], guards: [], effects: [] },
  'co.report': {
    from: handled, to: 'same', who: handling, scope: 'co', co: ['dispatched', 'signed', 'on-site', 'handling'], guards: [], effects: []
  },

  // 催办 moves nothing: it is counted, shown, and told to the unit that has the order.
  'case.urge': {
    from: open.filter(s => s !== 'DRAFT'),
    to: 'same',
    who: [...centre, 'AGENT', 'SUPERVISOR', 'CALLBACK_OFFICER', 'SUBCENTRE_OPERATOR'],
    scope: 'above',
    guards: [guards.notJustUrged],
    effects: []
  },
  // 延期
  'extension.request': {
    from: inHand,
    to: 'same',
    who: handling,
    scope: 'lead',
    when: order => !extensionAsked(order),
    guards: [guards.reasoned, guards.extensionPossible],
    effects: []
  },
  'extension.grant': {
    from: inHand,
    to: 'same',
    who: [...centre, 'SUPERVISOR'],
    scope: 'any',
    when: extensionAsked,
    guards: [guards.extensionWithin],
    effects: ['extend-handling-clock']
  },
  'extension.refuse': {
    from: inHand, to: 'same', who: [...centre, 'SUPERVISOR'], scope: 'any', when: extensionAsked, guards: [guards.reasoned], effects: []
  },
  'photo.add': { from: [...handled, 'REPORTED'], to: 'same', who: handling, scope: 'part', guards: [], effects: [] },
  'photo.verify': { from: ['VERIFYING'], to: 'same', who: ['VERIFIER'], scope: 'outside', when: toBeSeen, guards: [], effects: [] }
}

/** Roles that may take one of these steps at all, on any order: what a route asks before anything else. */
export const rolesOf = (...types: OrderEventType[]): readonly Role[] => [...new Set(types.flatMap(type => lifeCycle[type].who))]
