import type { Role } from '../../../../domain/people/roles.ts'
import type { OrderState } from '../../../../domain/work-order.ts'
import type { Guard } from './life-cycle-guards.ts'
import type { AssignmentFacts, OrderFacts } from '../../rules/order-facts.ts'

/** What follows from a step, as data; the commands carry it out. */
export type Effect =
  | 'stop-dispatch-clock' | 'stop-first-contact-clock' | 'start-unit-clocks' | 'restart-unit-clocks' | 'start-rework-clock'
  | 'start-sign-clock' | 'stop-sign-clock' | 'stop-on-site-clock' | 'stop-handling-clock' | 'resume-handling-clock' | 'stop-unit-clocks'
  | 'stop-all-clocks' | 'extend-handling-clock' | 'count-return' | 'next-cycle' | 'open-verification' | 'schedule-callback'
  | 'close-if-complete' | 'rework' | 'redispatch' | 'lapse-objection' | 'pause-handling-clock' | 'end-parking'

/**
 * Relation of the order to the person: `any` order; the `own`, for sub-centres and outside systems: one they took in; the `lead` unit's own
 * people (and the sub-centre above it); `above` also the sub-centre of the place; a `co`-handler's; a unit's with an open `part` in it;
 * any `party` to it; `outside`: never of a unit that handled it.
 */
type Scope = 'any' | 'own' | 'lead' | 'above' | 'co' | 'part' | 'party' | 'outside'

/** One step of an order's life. */
export interface Step {
  from: readonly OrderState[]
  /** where it leads; `same` stays, `before` is what it was before the step that this takes back */
  to: OrderState | 'same' | 'before'
  who: readonly Role[]
  /** the service itself may do it too */
  service?: true
  scope: Scope
  /** only for people who read the order's words */
  reads?: true
  /** of a co-handler's step: where its own assignment must stand */
  co?: ReadonlyArray<AssignmentFacts['state']>
  /** a fact of the order, beside its state, without which the step does not exist */
  when?: (order: OrderFacts) => boolean
  guards: readonly Guard[]
  effects: readonly Effect[]
}
