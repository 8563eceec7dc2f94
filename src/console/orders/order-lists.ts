import type { paths } from '../api/api-types.d.ts'
import { every } from '../api/closed-lists.ts'
import type { Order, OrderState } from './order-types.ts'

type Body<P extends keyof paths> = paths[P] extends { post: { requestBody: { content: { 'application/json': infer B } } } } ? B : never

export type RequestType = NonNullable<Order['requestType']>
export type ComplainantKind = Order['complainant']['kind']
export type Urgency = Order['urgency']
export type Basis = Body<'/api/work-orders/{id}/dispatch'>['basis']
export type DispatchMode = Body<'/api/work-orders/{id}/dispatch'>['mode']
export type HandlingStage = NonNullable<Body<'/api/work-orders/{id}/start'>['stage']>
export type ClosingResult = NonNullable<Order['result']>
export type CheckDecision = NonNullable<Body<'/api/work-orders/{id}/checks'>['verification']>
export type IntakeOutcome = NonNullable<Order['outcome']>
export type RejectReason = NonNullable<Body<'/api/work-orders/{id}/reject'>['reason']>
export type DissatisfactionReason = NonNullable<Body<'/api/callbacks/{id}/rework'>['reason']>
export type PhotoPurpose = Order['photos'][number]['purpose']
export type CallRole = Order['calls'][number]['role']
export type AssignmentRole = Order['assignments'][number]['role']
export type AssignmentState = Order['assignments'][number]['state']
export type DeadlineKind = Order['deadlines'][number]['kind']
export type OrderStep = Order['steps'][number]
export type OrderEventKind = Order['timeline'][number]['kind']
export type AskingStatus = Order['callbacks'][number]['status']
export type Solved = NonNullable<Order['callbacks'][number]['solved']>
export type ObjectionCode = Body<'/api/work-orders/{id}/object'>['code']
export type ParkingReason = Body<'/api/work-orders/{id}/park'>['reason']
export type OverdueClock = keyof Order['overtime']

export const orderStates = every<OrderState>()([
  'DRAFT', 'RECEIVED', 'FILED', 'DISPATCHED', 'SIGNED', 'RETURN_REQUESTED', 'ON_SITE', 'HANDLING', 'COORDINATING', 'REPORTED', 'VERIFYING',
  'REWORK', 'CLOSED', 'ANSWERED', 'REJECTED', 'MERGED'
])

const notOpen: readonly OrderState[] = ['DRAFT', 'CLOSED', 'ANSWERED', 'REJECTED', 'MERGED']
/** States of an order that was taken in and is not closed in any way. */
export const openStates: readonly OrderState[] = orderStates.filter(state => !notOpen.includes(state))

export const complainantKinds = every<ComplainantKind>()(['PERSON', 'ENTERPRISE', 'ORGANISATION'])
export const requestTypes = every<RequestType>()([
  'CONSULTATION', 'HELP', 'COMPLAINT', 'REPORT_OF_WRONG', 'SUGGESTION', 'PRAISE', 'FIND', 'ALARM'
])
export const urgencies = every<Urgency>()(['normal', 'urgent', 'critical'])
export const bases = every<Basis>()(['statutory', 'agreed', 'designated'])
export const dispatchModes = every<DispatchMode>()(['single', 'comprehensive', 'sequence'])
export const handlingStages = every<HandlingStage>()(['service', 'management', 'enforcement'])
export const closingResults = every<ClosingResult>()(['SOLVED', 'EXPLAINED', 'NOT_SOLVABLE_NOW', 'UNREACHABLE'])
export const checkDecisions = every<CheckDecision>()(['waived', 'required'])
export const objectionCodes = every<ObjectionCode>()(['not-our-powers', 'not-our-area', 'not-our-thing', 'wrong-class', 'row-against-law'])
export const parkingReasons = every<ParkingReason>()(['history', 'policy', 'works-period', 'litigation'])
/** 法定途径: where the law has another way. */
export const statutoryReasons: readonly RejectReason[] = [
  'litigation', 'arbitration', 'discipline-inspection', 'administrative-reconsideration', 'information-disclosure', 'petition-under-way'
]
export const rejectReasons = every<RejectReason>()([
  'litigation', 'arbitration', 'discipline-inspection', 'administrative-reconsideration', 'information-disclosure', 'petition-under-way',
  'state-secret', 'commercial-secret', 'privacy', 'against-public-order'
])
