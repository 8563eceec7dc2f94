import { handledInLine, isAboutOwn, orderSight } from '../../../../access/rules/visibility.ts'
import { asShipped, type Rule, type RulePolicies } from '../../../../policy/rules/rule-policy.ts'
import { keysOf } from '../../../../domain/properties.ts'
import { noUnit, type ReaderUnit } from '../../../../domain/people/reader-unit.ts'
import { holds, type Actor } from '../../../../domain/people/roles.ts'
import type { OrderState } from '../../../../domain/work-order.ts'
import * as guards from './life-cycle-guards.ts'
import { lifeCycle } from './life-cycle-steps.ts'
import { oneLevelUp } from './parking-guards.ts'
import { openLead, type AssignmentFacts, type OrderEvent, type OrderEventType, type OrderFacts } from '../../rules/order-facts.ts'
import type { Effect, Step } from './step.ts'
import { centreRoles } from './steps/states-and-roles.ts'

type RefusalCode = 'transition-not-allowed' | 'not-allowed' | 'other-units-order' | 'own-units-verification' | guards.GuardCode

export type Decision =
  | { to: OrderState, effects: readonly Effect[] }
  /** `guard`: the condition of the content that is not met, by its name; `rule`: the city's, by which it is not met */
  | { refused: RefusalCode, why: string, guard?: string, rule?: Rule }

/** The step a photo is, by what it shows. */
export const stepOfPhoto = (purpose: string): 'photo.verify' | 'photo.add' => purpose === 'verification' ? 'photo.verify' : 'photo.add'

type Refusal = Extract<Decision, { refused: unknown }>
const refuse = (refused: RefusalCode, why: string): Refusal => ({ refused, why })

/** People of the unit itself; a sub-centre's operator also for everything below it. */
export function actsFor (actor: Actor, path: readonly string[]): boolean {
  if (actor.unitId === null) return false
  return path[0] === actor.unitId || (holds(actor, 'SUBCENTRE_OPERATOR') && path.includes(actor.unitId))
}

/** The unit as the login names it, where its place in the district is not known. */
const byItself = ({ unitId }: Actor): ReaderUnit => unitId === null ? noUnit : { path: [unitId], line: [unitId], government: true }

/** An author may still edit words about the own unit until they are filed. */
const takesDown = (order: OrderFacts, type: OrderEventType, actor: Actor): boolean =>
  order.createdBy === actor.id && (order.state === 'DRAFT' || order.state === 'RECEIVED') &&
    ['draft.save', 'intake.receive', 'case.file'].includes(type)

/**
 * Whether this person may not know that there is such an order: every command asks it before anything else. A citizen asked on
 * the line is asked by the person who has the call.
 */
export function isHidden (order: OrderFacts, type: OrderEventType, actor: Actor, ownUnit: ReaderUnit): boolean {
  if (actor.id === 'system' || orderSight(order, actor, { ownUnit }) !== null) return false
  return type === 'callback.result' ? isAboutOwn(order, ownUnit) : !takesDown(order, type, actor)
}

/** Why this person may not take the step at all, whatever state the order is in; null when it may be. */
export function notPermitted (
  order: OrderFacts, type: OrderEventType, actor: Actor, ownUnit: ReaderUnit = byItself(actor)
): Refusal | null {
  const step = lifeCycle[type]
  if (step.service === true && actor.id === 'system') return null
  if (!holds(actor, ...step.who)) return refuse('not-allowed', `your roles do not include ${type}`)
  // Intake may still edit a complaint about its own unit.
  if (isAboutOwn(order, ownUnit) && !takesDown(order, type, actor)) {
    return refuse('other-units-order', 'your unit has no part in this order')
  }
  if (step.reads === true && orderSight(order, actor, { ownUnit })?.words === false) {
    return refuse('not-allowed', 'you may not read the words of this order')
  }
  return belongs(order, actor, step, ownUnit)
}

const coAssignment = (order: OrderFacts, { co = [] }: Step, actor: Actor): AssignmentFacts | null =>
  order.assignments.find(a => a.role === 'co' && a.open && co.includes(a.state) && actsFor(actor, a.unit.path)) ?? null

/** The co-handler's assignment that a step of this person's is about. */
export const coAssignmentOf = (
  order: OrderFacts, type: OrderEventType, actor: Actor
): AssignmentFacts | null => coAssignment(order, lifeCycle[type], actor)

function belongs (order: OrderFacts, actor: Actor, step: Step, ownUnit: ReaderUnit): Refusal | null {
  const lead = openLead(order)
  switch (step.scope) {
    case 'any': return null
    case 'own':
      if (holds(actor, ...step.who.filter(role => role !== 'SUBCENTRE_OPERATOR' && role !== 'INTEGRATION'))) return null
      return order.createdBy === actor.id ||
        (actor.unitId !== null && actor.unitId === order.townId && order.state !== 'DRAFT' && holds(actor, 'SUBCENTRE_OPERATOR'))
        ? null
        : refuse('other-units-order', 'another person took this order in')
    case 'party':
      if (holds(actor, ...centreRoles) || order.createdBy === actor.id || (holds(actor, 'VERIFIER') && order.state === 'VERIFYING')) {
        return null
      }
      return order.assignments.some(a => actsFor(actor, a.unit.path)) ||
        (actor.unitId !== null && actor.unitId === order.townId && holds(actor, 'SUBCENTRE_OPERATOR'))
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
      if (!order.assignments.some(a => a.role === 'co' && a.open && actsFor(actor, a.unit.path))) {
        return refuse('other-units-order', 'your unit has no part in this order')
      }
      return coAssignment(order, step, actor) ? null : refuse('transition-not-allowed', 'your part has gone further already')
    case 'outside':
      return handledInLine(order, ownUnit)
        ? refuse('own-units-verification', 'a unit cannot verify its own work')
        : null
    default: return step.scope satisfies never
  }
}

/** Where the order stood before a merge, or its unit with it before it asked for return. */
function stateBefore (order: OrderFacts, event: OrderEvent): OrderState {
  if (event.type === 'case.unmerge') return event.before
  return openLead(order)?.state === 'on-site' ? 'ON_SITE' : 'SIGNED'
}

/** `ownUnit`: the person's; `rules`: figures the city has chosen. */
interface Circumstances { ownUnit?: ReaderUnit, rules: RulePolicies }

/**
 * The state an order goes to and what follows, or why not. Asked in this order: does the step exist here, may this
 * person take it, is it this person's order, are its conditions met.
 */
export function decide (order: OrderFacts, event: OrderEvent, actor: Actor, now: Date, { ownUnit, rules }: Circumstances): Decision {
  const step = lifeCycle[event.type]
  if (!step.from.includes(order.state)) return refuse('transition-not-allowed', `${event.type} is not possible in state ${order.state}`)
  const no = notPermitted(order, event.type, actor, ownUnit)
  if (no) return no
  if (step.when?.(order) === false) return { ...refuse('guard-not-met', `nothing waits for ${event.type}`), guard: 'waiting' }
  const service = step.service === true && actor.id === 'system'
  for (const guard of step.guards) {
    const unmet = guard({ order, event, actor, now, service, rules })
    if (unmet) {
      return { ...refuse(unmet.code ?? 'guard-not-met', unmet.why), guard: guard.name, ...(unmet.rule && { rule: unmet.rule }) }
    }
  }
  const rework = event.type === 'case.dispatch' && order.state === 'REWORK'
  return {
    to: step.to === 'same' ? order.state : step.to === 'before' ? stateBefore(order, event) : step.to,
    effects: rework ? step.effects.map(e => e === 'start-unit-clocks' ? 'start-rework-clock' : e) : step.effects
  }
}

/** Conditions on the order and the person alone: what the person would say changes nothing about them. */
const known: ReadonlySet<guards.Guard> = new Set([
  guards.agentOnlyCritical, guards.operatorFirstRung, guards.isPraise, guards.notPraise, guards.lastInSequence, guards.somebodyWaits,
  guards.answeredAndVerified, guards.answerReviewed, guards.notOwnAnswer, oneLevelUp
])

/** What this person could do with the order now, guards on the content apart: for the buttons of a screen. */
export function possibleSteps (order: OrderFacts, actor: Actor, ownUnit?: ReaderUnit): OrderEventType[] {
  const meets = (guard: guards.Guard, type: OrderEventType): boolean =>
    !known.has(guard) ||
      guard({ order, event: { type } as OrderEvent, actor, now: new Date(0), service: false, rules: asShipped }) === null
  return keysOf(lifeCycle).filter(type => {
    const step = lifeCycle[type]
    return step.from.includes(order.state) && step.when?.(order) !== false && holds(actor, ...step.who) &&
      notPermitted(order, type, actor, ownUnit) === null &&
      step.guards.every(guard => meets(guard, type))
  })
}
