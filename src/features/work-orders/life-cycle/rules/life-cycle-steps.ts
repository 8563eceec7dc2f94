import type { Role } from '../../../../domain/people/roles.ts'
import type { OrderEventType } from '../../rules/order-facts.ts'
import type { Step } from './step.ts'
import { assignmentSteps } from './steps/assignment-steps.ts'
import { besideSteps } from './steps/beside-steps.ts'
import { closingSteps } from './steps/closing-steps.ts'
import { handlingSteps } from './steps/handling-steps.ts'
import { intakeSteps } from './steps/intake-steps.ts'
import { parkingSteps } from './steps/parking-steps.ts'

/** 工单流转: the whole life of a work order, phase by phase. A step not listed here is refused. */
export const lifeCycle: Readonly<Record<OrderEventType, Step>> = {
  ...intakeSteps, ...assignmentSteps, ...handlingSteps, ...closingSteps, ...besideSteps, ...parkingSteps
}

/** Roles that may take one of these steps at all, on any order: what a route asks before anything else. */
export const rolesOf = (...types: OrderEventType[]): readonly Role[] => [...new Set(types.flatMap(type => lifeCycle[type].who))]
