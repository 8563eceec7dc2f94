import { handledInLine, isAboutOwn, orderSight } from '../../../../access/rules/visibility.ts'
import { holds, type Actor, type Role } from '../../../../domain/roles.ts'
import { orderStates, type OrderState } from '../../../../domain/work-order.ts'
import * as guards from './life-cycle-guards.ts'
import { openLead, type AssignmentFacts, type OrderEvent, type OrderEventType, type OrderFacts } from '../../rules/order-facts.ts'

/** What follows from a step, as data; the commands carry it out. */
export type Effect =
  | 'stop-dispatch-clock' | 'stop-first-contact-clock' | 'start-unit-clocks' | 'restart-unit-clocks' | 'start-rework-clock' | 'start-sign-clock'
  | 'stop-sign-clock' | 'stop-on-site-clock' | 'stop-handling-clock' | 'resume-handling-clock' | 'stop-unit-clocks' | 'stop-all-clocks'
  | 'extend-handling-clock' | 'count-return' | 'next-cycle' | 'open-verification' | 'schedule-callback' | 'close-if-complete' | 'rework' | 'redispatch'

type RefusalCode = 'transition-not-allowed' | 'not-allowed' | 'other-units-order' | 'own-units-verification' | guards.GuardCode

export type Decision =
  | { to: OrderState, effects: readonly Effect[] }
  /** `guard`: the condition of the content that is not met, by its name in life-cycle-guards */
  | { refused: RefusalCode, why: string, guard?: string }

/**
 * Whose order it must be: `any` order; one's `own`, for sub-centres and outside systems, which they took in; the `lead` unit's own
 * people (and the sub-centre above it); `above` also the sub-centre of the place; a `co`-handler's; a unit's with an open `part` in it;
 * any `party` to it; `outside`: never of a unit that handled it.
 */
type Belonging = 'any' | 'own' | 'lead' | 'above' | 'co' | 'part' | 'party' | 'outside'

interface Step {
  from: readonly OrderState[]
  /** where it leads; `same` stays */
  to: OrderState | 'same'
  who: readonly Role[]
  /** the service itself may do it too */
  service?: true
  belonging: Belonging
  /** only for who reads the order's words */
  reads?: true
  /** of a co-handler's step: where its own assignment must stand */
  co?: ReadonlyArray<AssignmentFacts['state']>
  /** a fact of the order, beside its state, without which the step does not exist */
  when?: (order: OrderFacts) => boolean
  guards: ReadonlyArray<guards.Guard>
  effects: readonly Effect[]
}

/** An order nobody works on any more. */
export const finalStates: readonly OrderState[] = ['ANSWERED', 'REJECTED', 'MERGED', 'CLOSED']
export const isOpen = (state: OrderState): boolean => !finalStates.includes(state)

/** The Centre's desks, who see every order. */
export const centreRoles: readonly Role[] = ['AGENT', 'SHIFT_LEADER', 'DISPATCHER', 'CALLBACK_OFFICER', 'EMERGENCY_COORDINATOR', 'LEADER', 'SUPERVISOR', 'ADMINISTRATOR']

const open = orderStates.filter(isOpen)
const inHand: readonly OrderState[] = ['SIGNED', 'ON_SITE', 'HANDLING', 'COORDINATING']
const handled: readonly OrderState[] = ['DISPATCHED', 'SIGNED', 'RETURN_REQUESTED', 'ON_SITE', 'HANDLING', 'COORDINATING']
const intake: readonly Role[] = ['AGENT', 'SHIFT_LEADER', 'DISPATCHER', 'SUBCENTRE_OPERATOR', 'EMERGENCY_COORDINATOR', 'INTEGRATION']
const centre: readonly Role[] = ['DISPATCHER', 'SHIFT_LEADER']
const handling: readonly Role[] = ['HANDLER', 'SUBCENTRE_OPERATOR']
const toBeSeen = (order: OrderFacts): boolean => order.verificationStatus === 'PENDING'
const extensionAsked = (order: OrderFacts): boolean => order.extensionAsked

/** 工单流转: the whole life of a work order. What is not here is refused. */
export const lifeCycle: Readonly<Record<OrderEventType, Step>> = {
  'draft.save': { from: ['DRAFT'], to: 'same', who: intake, belonging: 'own', reads: true, guards: [guards.protectionKept], effects: [] },
  'draft.abandon': { from: ['DRAFT'], to: 'same', who: [], service: true, belonging: 'any', guards: [], effects: [] },
  'intake.receive': { from: ['DRAFT'], to: 'RECEIVED', who: intake, belonging: 'own', reads: true, guards: [guards.protectionKept], effects: [] },
  'intake.answer': { from: ['DRAFT', 'RECEIVED'], to: 'ANSWERED', who: intake, belonging: 'own', reads: true, guards: [guards.replied], effects: ['stop-all-clocks'] },
  'intake.reject': { from: ['DRAFT', 'RECEIVED'], to: 'REJECTED', who: ['SHIFT_LEADER', 'DISPATCHER', 'AGENT'], belonging: 'any', guards: [guards.replied], effects: ['stop-all-clocks'] },
  'case.merge': { from: ['DRAFT', 'RECEIVED', 'FILED'], to: 'MERGED', who: ['AGENT', 'SHIFT_LEADER', 'DISPATCHER'], belonging: 'any', guards: [guards.mergesIntoOpen], effects: ['stop-all-clocks'] },
  'complainant.add': { from: open, to: 'same', who: ['AGENT', 'SHIFT_LEADER', 'DISPATCHER'], belonging: 'any', guards: [], effects: [] },
  'case.file': { from: ['DRAFT', 'RECEIVED'], to: 'FILED', who: intake, belonging: 'own', reads: true, guards: [guards.protectionKept, guards.praiseDecided, guards.complete], effects: [] },
  'praise.forward': { from: ['DRAFT', 'RECEIVED', 'FILED'], to: 'CLOSED', who: ['AGENT', 'SHIFT_LEADER', 'DISPATCHER'], belonging: 'any', guards: [guards.isPraise, guards.notAboutThem], effects: ['stop-all-clocks'] },
  'case.amend': {
    from: open, to: 'same', who: ['AGENT', 'SHIFT_LEADER', 'DISPATCHER'], belonging: 'any', guards: [guards.protectionKept, guards.praiseDecided], effects: []
  },
  'case.note': { from: orderStates.filter(s => s !== 'DRAFT'), to: 'same', who: [...intake, 'HANDLER', 'CALLBACK_OFFICER', 'SUPERVISOR', 'VERIFIER'], service: true, belonging: 'party', guards: [], effects: [] },
  'call.link': { from: orderStates, to: 'same', who: [...intake, 'HANDLER', 'CALLBACK_OFFICER', 'VERIFIER'], service: true, belonging: 'party', guards: [], effects: [] },

  'case.dispatch': {
    from: ['FILED', 'REWORK'],
    to: 'DISPATCHED',
    who: ['DISPATCHER', 'SHIFT_LEADER', 'AGENT', 'SUBCENTRE_OPERATOR', 'EMERGENCY_COORDINATOR'],
    service: true,
    belonging: 'own',
    guards: [
      guards.agentOnlyCritical, guards.operatorOnlyOwn, guards.fitsMode, guards.evidenced, guards.notAboutThem, guards.notPraise,
      guards.ladder
    ],
    effects: ['stop-dispatch-clock', 'start-unit-clocks', 'start-sign-clock']
  },
  'assignment.forward': { from: ['DISPATCHED', 'SIGNED'], to: 'DISPATCHED', who: handling, belonging: 'lead', guards: [guards.downwards, guards.notAboutThem], effects: ['start-sign-clock'] },
  'assignment.sign': { from: ['DISPATCHED'], to: 'SIGNED', who: handling, belonging: 'lead', guards: [], effects: ['stop-sign-clock'] },
  'assignment.return': { from: ['DISPATCHED', 'SIGNED'], to: 'RETURN_REQUESTED', who: handling, belonging: 'lead', guards: [guards.reasoned, guards.returnInTime], effects: [] },
  'return.approve': { from: ['RETURN_REQUESTED'], to: 'DISPATCHED', who: centre, belonging: 'any', guards: [guards.evidenced, guards.notAboutThem, guards.notBackToSender, guards.ladder], effects: ['count-return', 'restart-unit-clocks', 'start-sign-clock'] },
  // A refused return makes it theirs: it counts as signed.
  'return.refuse': { from: ['RETURN_REQUESTED'], to: 'SIGNED', who: centre, belonging: 'any', guards: [guards.reasoned], effects: ['stop-sign-clock'] },
  'handling.arrive': { from: ['SIGNED'], to: 'ON_SITE', who: handling, belonging: 'lead', guards: [], effects: ['stop-on-site-clock'] },
  'handling.start': { from: ['SIGNED', 'ON_SITE'], to: 'HANDLING', who: handling, belonging: 'lead', guards: [guards.visitedOrExplained], effects: ['stop-on-site-clock'] },
  'help.request': { from: ['HANDLING', 'COORDINATING'], to: 'COORDINATING', who: handling, belonging: 'lead', guards: [guards.reasoned, guards.higherLevel], effects: [] },
  // 分中心整合协调: at the first rung the sub-centre pulls its own units together.
  'help.resolve': { from: ['COORDINATING'], to: 'DISPATCHED', who: [...centre, 'SUPERVISOR', 'EMERGENCY_COORDINATOR', 'SUBCENTRE_OPERATOR'], belonging: 'above', guards: [guards.operatorFirstRung, guards.operatorOnlyOwn, guards.fitsMode, guards.evidenced, guards.notAboutThem], effects: ['start-sign-clock'] },
  'handling.report': { from: ['HANDLING'], to: 'REPORTED', who: handling, belonging: 'lead', guards: [guards.reported, guards.lastInSequence], effects: ['stop-unit-clocks'] },
  'assignment.hand-over': { from: ['HANDLING'], to: 'DISPATCHED', who: handling, belonging: 'lead', guards: [guards.reported, guards.somebodyWaits], effects: ['restart-unit-clocks', 'start-sign-clock'] },
  'report.accept': { from: ['REPORTED'], to: 'VERIFYING', who: [...centre, 'SUBCENTRE_OPERATOR'], belonging: 'above', guards: [], effects: ['open-verification', 'schedule-callback', 'close-if-complete'] },
  'report.send-back': { from: ['REPORTED'], to: 'HANDLING', who: [...centre, 'SUBCENTRE_OPERATOR'], belonging: 'above', guards: [guards.reasoned], effects: ['resume-handling-clock'] },
  'verification.pass': { from: ['VERIFYING'], to: 'same', who: ['VERIFIER'], belonging: 'outside', when: toBeSeen, guards: [], effects: ['close-if-complete'] },
  'verification.fail': { from: ['VERIFYING'], to: 'same', who: ['VERIFIER'], belonging: 'outside', when: toBeSeen, guards: [guards.reasoned], effects: ['rework'] },
  'callback.result': { from: ['VERIFYING'], to: 'same', who: ['CALLBACK_OFFICER', 'AGENT', 'SHIFT_LEADER'], service: true, belonging: 'any', guards: [guards.sameCycle], effects: ['close-if-complete'] },
  // What must be there before closing is settled with the report; changing it is a decision of its own.
  'checks.decide': {
    from: ['REPORTED', 'VERIFYING'],
    to: 'same',
    who: ['SHIFT_LEADER', 'SUPERVISOR'],
    belonging: 'any',
    guards: [guards.reasoned, guards.checkCanChange],
    effects: ['close-if-complete']
  },
  'case.close': { from: ['VERIFYING'], to: 'CLOSED', who: [...centre, 'CALLBACK_OFFICER'], service: true, belonging: 'any', guards: [guards.answeredAndVerified], effects: ['stop-all-clocks'] },
  'case.rework': { from: ['VERIFYING'], to: 'REWORK', who: [...centre, 'CALLBACK_OFFICER', 'SUPERVISOR'], service: true, belonging: 'any', guards: [guards.reasoned], effects: ['stop-unit-clocks', 'next-cycle', 'redispatch'] },
  'case.reopen': { from: ['CLOSED'], to: 'REWORK', who: [...centre, 'CALLBACK_OFFICER', 'SUPERVISOR'], service: true, belonging: 'any', guards: [guards.reasoned], effects: ['next-cycle', 'redispatch'] },

  'co.sign': { from: handled, to: 'same', who: handling, belonging: 'co', co: ['dispatched'], guards: [], effects: [] },
  'co.arrive': { from: handled, to: 'same', who: handling, belonging: 'co', co: ['dispatched', 'signed'], guards: [], effects: [] },
  'co.report': { from: handled, to: 'same', who: handling, belonging: 'co', co: ['dispatched', 'signed', 'on-site', 'handling'], guards: [], effects: [] },

  // 催办 moves nothing: it is counted, shown, and told to whoever has the order.
  'case.urge': { from: open.filter(s => s !== 'DRAFT'), to: 'same', who: [...centre, 'AGENT', 'SUPERVISOR', 'CALLBACK_OFFICER', 'SUBCENTRE_OPERATOR'], belonging: 'above', guards: [guards.notJustUrged], effects: [] },
  // 延期
  'extension.request': { from: inHand, to: 'same', who: handling, belonging: 'lead', when: order => !extensionAsked(order), guards: [guards.reasoned, guards.extensionPossible], effects: [] },
  'extension.grant': { from: inHand, to: 'same', who: [...centre, 'SUPERVISOR'], belonging: 'any', when: extensionAsked, guards: [guards.extensionWithin], effects: ['extend-handling-clock'] },
  'extension.refuse': { from: inHand, to: 'same', who: [...centre, 'SUPERVISOR'], belonging: 'any', when: extensionAsked, guards: [guards.reasoned], effects: [] },
  'photo.add': { from: [...handled, 'REPORTED'], to: 'same', who: handling, belonging: 'part', guards: [], effects: [] },
  'photo.verify': { from: ['VERIFYING'], to: 'same', who: ['VERIFIER'], belonging: 'outside', when: toBeSeen, guards: [], effects: [] }
}

/** Who may take one of these steps at all, whosever the order is: what a route asks before anything else. */
export const rolesOf = (...types: OrderEventType[]): readonly Role[] => [...new Set(types.flatMap(type => lifeCycle[type].who))]

/** The step a photo is, by what it shows. */
export const stepOfPhoto = (purpose: string): 'photo.verify' | 'photo.add' => purpose === 'verification' ? 'photo.verify' : 'photo.add'

type Refusal = Extract<Decision, { refused: unknown }>
const refuse = (refused: RefusalCode, why: string): Refusal => ({ refused, why })

/** People of the unit itself; a sub-centre's operator also for everything below it. */
export function actsFor (actor: Actor, path: readonly string[]): boolean {
  if (actor.unitId === null) return false
  return path[0] === actor.unitId || (holds(actor, 'SUBCENTRE_OPERATOR') && path.includes(actor.unitId))
}

const ownWay = (actor: Actor): readonly string[] => actor.unitId === null ? [] : [actor.unitId]

/** Words taken down about one's own unit are one's own until they are filed. */
const takesDown = (order: OrderFacts, type: OrderEventType, actor: Actor): boolean =>
  order.createdBy === actor.id && (order.state === 'DRAFT' || order.state === 'RECEIVED') && ['draft.save', 'intake.receive', 'case.file'].includes(type)

/**
 * Whether this person is not to know that there is such an order: every command asks it before anything else. A citizen who is asked on
 * the line is asked by whoever has him there.
 */
export function isHidden (order: OrderFacts, type: OrderEventType, actor: Actor, way: readonly string[]): boolean {
  if (actor.id === 'system' || orderSight(order, actor, { way }) !== null) return false
  return type === 'callback.result' ? isAboutOwn(order, way) : !takesDown(order, type, actor)
}

/** Why this is not this person's step at all, whatever state the order is in; null when it may be. */
export function foreign (order: OrderFacts, type: OrderEventType, actor: Actor, way: readonly string[] = ownWay(actor)): Refusal | null {
  const step = lifeCycle[type]
  if (step.service === true && actor.id === 'system') return null
  if (!holds(actor, ...step.who)) return refuse('not-allowed', `your roles do not include ${type}`)
  // Who takes such a complaint in may still write it down.
  if (isAboutOwn(order, way) && !takesDown(order, type, actor)) return refuse('other-units-order', 'your unit has no part in this order')
  if (step.reads === true && orderSight(order, actor, { way })?.words === false) return refuse('not-allowed', 'the words of this order are not for you')
  return belongs(order, actor, step, way)
}

const coAssignment = (order: OrderFacts, { co = [] }: Step, actor: Actor): AssignmentFacts | null =>
  order.assignments.find(a => a.role === 'co' && a.open && co.includes(a.state) && actsFor(actor, a.unit.path)) ?? null

/** The co-handler's assignment that a step of this person's is about. */
export const coAssignmentOf = (
  order: OrderFacts, type: OrderEventType, actor: Actor
): AssignmentFacts | null => coAssignment(order, lifeCycle[type], actor)

function belongs (order: OrderFacts, actor: Actor, step: Step, way: readonly string[]): Refusal | null {
  const lead = openLead(order)
  switch (step.belonging) {
    case 'any': return null
    case 'own':
      if (holds(actor, ...step.who.filter(role => role !== 'SUBCENTRE_OPERATOR' && role !== 'INTEGRATION'))) return null
      return order.createdBy === actor.id || (actor.unitId !== null && actor.unitId === order.townId && order.state !== 'DRAFT' && holds(actor, 'SUBCENTRE_OPERATOR'))
        ? null
        : refuse('other-units-order', 'somebody else took this order in')
    case 'party':
      if (holds(actor, ...centreRoles) || order.createdBy === actor.id || (holds(actor, 'VERIFIER') && order.state === 'VERIFYING')) return null
      return order.assignments.some(a => actsFor(actor, a.unit.path)) || (actor.unitId !== null && actor.unitId === order.townId && holds(actor, 'SUBCENTRE_OPERATOR'))
        ? null
        : refuse('other-units-order', 'your unit has no part in this order')
    case 'part':
      return order.assignments.some(a => a.open && a.state !== 'waiting' && actsFor(actor, a.unit.path))
        ? null
        : refuse('other-units-order', 'this order is no longer with your unit')
    case 'lead':
      return lead && actsFor(actor, lead.unit.path) ? null : refuse('other-units-order', 'this order is with another unit')
    case 'above':
      if (holds(actor, ...step.who.filter(role => role !== 'SUBCENTRE_OPERATOR'))) return null
      return actor.unitId !== null && (actor.unitId === order.townId || (lead && actsFor(actor, lead.unit.path)))
        ? null
        : refuse('other-units-order', 'this order is with another sub-centre')
    case 'co':
      if (!order.assignments.some(a => a.role === 'co' && a.open && actsFor(actor, a.unit.path))) return refuse('other-units-order', 'your unit has no part in this order')
      return coAssignment(order, step, actor) ? null : refuse('transition-not-allowed', 'your part has gone further already')
    case 'outside':
      return handledInLine(order, way)
        ? refuse('own-units-verification', 'nobody verifies the work of the own unit')
        : null
    default: return step.belonging satisfies never
  }
}

/**
 * The state an order goes to and what follows, or why not. Asked in this order: does the step exist here, may this
 * person take it, is it this person's order, are its conditions met. `way` is the person's unit and everybody above it.
 */
export function decide (order: OrderFacts, event: OrderEvent, actor: Actor, now: Date, way?: readonly string[]): Decision {
  const step = lifeCycle[event.type]
  if (!step.from.includes(order.state)) return refuse('transition-not-allowed', `${event.type} is not possible in state ${order.state}`)
  const no = foreign(order, event.type, actor, way)
  if (no) return no
  if (step.when?.(order) === false) return { ...refuse('guard-not-met', `nothing waits for ${event.type}`), guard: 'waiting' }
  const service = step.service === true && actor.id === 'system'
  for (const guard of step.guards) {
    const unmet = guard({ order, event, actor, now, service })
    if (unmet) return { ...refuse(unmet.code ?? 'guard-not-met', unmet.why), guard: guard.name }
  }
  const rework = event.type === 'case.dispatch' && order.state === 'REWORK'
  return {
    to: step.to === 'same' ? order.state : step.to,
    effects: rework ? step.effects.map(e => e === 'start-unit-clocks' ? 'start-rework-clock' : e) : step.effects
  }
}

/** Conditions on the order and the person alone: what he would say changes nothing about them. */
const known: ReadonlySet<guards.Guard> = new Set([
  guards.agentOnlyCritical, guards.operatorFirstRung, guards.isPraise, guards.notPraise, guards.lastInSequence, guards.somebodyWaits,
  guards.answeredAndVerified
])

/** What this person could do with the order now, guards on the content apart: for the buttons of a screen. */
export function possibleSteps (order: OrderFacts, actor: Actor, way?: readonly string[]): OrderEventType[] {
  const meets = (guard: guards.Guard, type: OrderEventType): boolean =>
    !known.has(guard) || guard({ order, event: { type } as OrderEvent, actor, now: new Date(0), service: false }) === null
  return (Object.keys(lifeCycle) as OrderEventType[]).filter(type => {
    const step = lifeCycle[type]
    return step.from.includes(order.state) && step.when?.(order) !== false && holds(actor, ...step.who) &&
      foreign(order, type, actor, way) === null &&
      step.guards.every(guard => meets(guard, type))
  })
}
