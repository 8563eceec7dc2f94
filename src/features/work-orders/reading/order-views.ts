import type {
  CallbackStatus, Channel, ClosingResult, OrderState, PhotoPurpose, RequestType, Urgency, VerificationStatus
} from '../../../domain/work-order.ts'
import type { DeadlineKind, Explanation } from '../clocks/rules/deadlines.ts'
import type { OrderEventType, Task } from '../rules/order-facts.ts'

export interface NamedUnit { id: string, name: string }

/** One line of a list. */
export interface OrderSummary {
  id: string
  number: string
  version: number
  state: OrderState
  channel: Channel
  requestType: RequestType | null
  categoryCode: string | null
  categoryName: string | null
  urgency: Urgency
  title: string
  townId: string | null
  /** for units and verifiers, because they go there; null on the Centre's lists */
  place: string | null
  confidential: boolean
  problem: boolean
  level: number
  reworkCount: number
  lead: NamedUnit | null
  receivedAt: Date
  closedAt: Date | null
  /** the unit's running clock that ends first */
  dueAt: Date | null
  /** the clock that runs out next for the holder of the order */
  nextDueAt: Date
  citizenDueAt: Date | null
  urgeCount: number
  urgedAt: Date | null
  /** an extension was asked for and waits for a decision */
  extensionAskedAt: Date | null
  overtime: { onSite: Date | null, handling: Date | null, citizen: Date | null, dispatch: Date | null, firstContact: Date | null }
}

export interface OrderDetail extends OrderSummary {
  /** title, description and notes are kept from this person: the class stands for the title */
  wordsWithheld: boolean
  /** 派单内容: what a unit reads of a confidential order instead of the citizen's words */
  unitText: string
  description: string
  occurred: string
  longitude: number | null
  latitude: number | null
  complainant: { name: string | null, number: string | null, anonymous: boolean, wantsCallback: boolean }
  coComplainants: number
  marks: string[]
  aboutUnit: NamedUnit | null
  sourceNumber: string | null
  originCallId: string | null
  cycle: number
  returnCount: number
  callbackStatus: CallbackStatus
  callbackReason: string | null
  verificationStatus: VerificationStatus
  result: ClosingResult | null
  reply: string | null
  mergedInto: string | null
  createdBy: string
  filedAt: Date | null
  dispatchedAt: Date | null
  firstContactAt: Date | null
  reportedAt: Date | null
  /** 首接负责: the unit that answers for it now */
  answerable: NamedUnit | null
  assignments: Array<{
    id: string
    no: number
    role: string
    unit: NamedUnit
    personId: string | null
    basis: string
    evidence: string
    cycle: number
    state: string
    dispatchedAt: Date | null
    notifiedAt: Date | null
    signedAt: Date | null
    arrivedAt: Date | null
    arrivedLongitude: number | null
    arrivedLatitude: number | null
    reportedAt: Date | null
    report: string | null
    endedAt: Date | null
    endReason: string | null
  }>
  deadlines: Array<{
    kind: DeadlineKind
    cycle: number
    startedAt: Date
    dueAt: Date
    stoppedAt: Date | null
    expiredAt: Date | null
    explanation: Explanation
    explained: string
  }>
  timeline: Array<{
    at: Date
    kind: string
    actor: string
    actorUnit: string | null
    from: OrderState | null
    to: OrderState | null
    detail: Record<string, unknown>
  }>
  calls: Array<{ callId: string, role: string, at: Date, recorded: boolean }>
  callbacks: Array<{
    cycle: number
    status: string
    byPerson: boolean
    contacted: boolean | null
    solved: string | null
    grade: number | null
    attempts: number
    nextAt: Date | null
    finishedAt: Date | null
  }>
  verifications: Array<{
    cycle: number
    status: string
    verifier: string | null
    remarks: string | null
    photo: string | null
    decidedAt: Date | null
  }>
  photos: Array<{
    id: string
    purpose: PhotoPurpose
    cycle: number
    at: Date
    by: string
    unit: NamedUnit | null
    width: number
    height: number
  }>
  /** 延期: what waits for a decision, and how far the clock could be moved now */
  extension: {
    asked: { reason: string, dueBefore: Date, wantedAt: Date, requestedBy: string, requestedAt: Date } | null
    due: Date | null
    latest: Date | null
    granted: number
  }
  /** what this person could do now */
  steps: OrderEventType[]
}

export interface OrderFilter {
  /** none but these: what a list asks again when they have changed */
  ids?: readonly string[]
  states?: readonly OrderState[]
  unitId?: string
  townId?: string
  /** a subclass, or the two digits of a class */
  category?: string
  channel?: Channel
  requestType?: RequestType
  urgency?: Urgency
  problem?: boolean
  overtime?: boolean
  /** an extension waits for a decision */
  extension?: boolean
  /** filed as a case, and not as a duplicate */
  filed?: boolean
  /** state of the own unit's part in it */
  task?: Task
  /** whether the spot is still to be seen */
  verification?: VerificationStatus
  /** it has been urged */
  urged?: boolean
  from?: Date
  to?: Date
  /** an order's number or its beginning */
  number?: string
  createdBy?: string
}

export interface SimilarQuery {
  /** a call on the own line: orders of its caller */
  callId?: string
  place?: string
  townId?: string
  category?: string
  longitude?: number
  latitude?: number
  /** how far back, hours; closed orders count within this too */
  withinHours?: number
}

/** An order that may be about the same: why it is offered. */
export interface SimilarOrder extends OrderSummary { why: Array<'caller' | 'place' | 'near' | 'category-and-town'>, open: boolean }
