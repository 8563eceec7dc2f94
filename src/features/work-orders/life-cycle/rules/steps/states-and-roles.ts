import type { Role } from '../../../../../domain/people/roles.ts'
import { orderStates, type OrderState } from '../../../../../domain/work-order.ts'
import type { OrderFacts } from '../../../rules/order-facts.ts'

/** States of an order without further work. */
export const finalStates: readonly OrderState[] = ['ANSWERED', 'REJECTED', 'MERGED', 'CLOSED']
export const isOpen = (state: OrderState): boolean => !finalStates.includes(state)

/** The Centre's desks; they see every order. */
export const centreRoles: readonly Role[] = [
  'AGENT', 'SHIFT_LEADER', 'DISPATCHER', 'CALLBACK_OFFICER', 'EMERGENCY_COORDINATOR', 'LEADER', 'SUPERVISOR', 'ADMINISTRATOR'
]

/** With work to come. */
export const open = orderStates.filter(isOpen)
/** With a unit that has signed. */
export const inHand: readonly OrderState[] = ['SIGNED', 'ON_SITE', 'HANDLING', 'COORDINATING']
/** With a unit. */
export const handled: readonly OrderState[] = ['DISPATCHED', 'SIGNED', 'RETURN_REQUESTED', 'ON_SITE', 'HANDLING', 'COORDINATING']
/** Once a unit has it in hand there is something to answer. */
export const toBeAnswered: readonly OrderState[] = [...inHand, 'REPORTED', 'VERIFYING']
export const intake: readonly Role[] = ['AGENT', 'SHIFT_LEADER', 'DISPATCHER', 'SUBCENTRE_OPERATOR', 'EMERGENCY_COORDINATOR', 'INTEGRATION']
export const intakeStates: readonly OrderState[] = ['DRAFT', 'RECEIVED', 'FILED']
export const deciding: readonly Role[] = ['AGENT', 'SHIFT_LEADER', 'DISPATCHER']
export const centre: readonly Role[] = ['DISPATCHER', 'SHIFT_LEADER']
export const handling: readonly Role[] = ['HANDLER', 'SUBCENTRE_OPERATOR']
export const toBeSeen = (order: OrderFacts): boolean => order.verificationStatus === 'PENDING'
export const answerWaits = (order: OrderFacts): boolean => order.answerDraftedBy !== null
/** The unit has it and has not reported. */
export const objectable: readonly OrderState[] = ['DISPATCHED', ...inHand]
export const objectionAsked = (order: OrderFacts): boolean => order.objectionAsked
/** A unit has been there, or need not, and has not reported: it can say that the rest cannot be done now. */
export const parkable: readonly OrderState[] = ['ON_SITE', 'HANDLING', 'COORDINATING']
/** Where a parked order may be: its unit may ask for return from the spot. */
export const parkedStates: readonly OrderState[] = [...parkable, 'RETURN_REQUESTED']
export const parkingAsked = (order: OrderFacts): boolean => order.parkingAsked
export const parked = (order: OrderFacts): boolean => order.parked
export const extensionAsked = (order: OrderFacts): boolean => order.extensionAsked
