import type { Tx } from '../../db/database.ts'
import type { AskedOrder } from '../../domain/asked-order.ts'
import type { PhoneNumber } from '../../domain/phone-number.ts'
import type { Actor } from '../../domain/roles.ts'
import type {
  Basis, CallbackStatus, CallOrderRole, Channel, ClosingResult, OrderState, PhotoPurpose, RequestType, Urgency, VerificationStatus
} from '../../domain/work-order.ts'
import type { UnitTree } from '../../domain/unit-tree.ts'
import type { ErrorCode } from '../../domain/errors.ts'
import type { CheckDecision, DispatchMode, RejectReason } from './rules/order-facts.ts'

/** What every command answers. */
export interface OrderRef { id: string, number: string, version: number, state: OrderState }

/** An order and the version one has seen; without a version the command takes the order as it is (the service itself). */
export interface Seen { orderId: string, version?: number }

/** What is known of a matter; everything may still be missing in a draft. */
export interface OrderFields {
  requestType?: RequestType | null
  categoryCode?: string | null
  urgency?: Urgency
  title?: string
  description?: string
  /** 派单内容: what a unit reads of a confidential order instead of title and description */
  unitText?: string
  /** where it is, in words */
  place?: string | null
  townId?: string | null
  longitude?: number | null
  latitude?: number | null
  /** when it happened, in words */
  occurred?: string
  complainantName?: string | null
  /** in any spelling */
  complainantNumber?: string | null
  anonymous?: boolean
  /** 保密; unless told, a report of a wrong (举报) is */
  confidential?: boolean
  wantsCallback?: boolean
  marks?: string[]
  /** the unit complained about */
  aboutUnitId?: string | null
}

/** What is corrected. `reason`: needed where it lifts what protects the citizen, or makes praise of it. */
export interface Corrections extends OrderFields { reason?: string }

/** Somebody else who complains about the same; what protects him is his own, as on an order of his. */
export interface NewComplainant extends Pick<OrderFields, 'requestType' | 'confidential' | 'marks'> {
  name?: string | null
  number?: string | null
  callId?: string | null
  wantsCallback?: boolean
}

export interface NewOrder extends OrderFields {
  channel: Channel
  /** number in the source's own books (12345, 110 …); the same one twice is one order */
  sourceNumber?: string | null
  /** the call it came from */
  callId?: string | null
  receivedAt?: Date
}

export interface DispatchInput extends Seen {
  mode: DispatchMode
  /** lead, or the units of a sequence in order */
  unitIds: string[]
  coUnitIds?: string[]
  personId?: string | null
  basis: Basis
  evidence?: string
}

export interface ChecksDecision { verification?: CheckDecision, callback?: CheckDecision, reason: string }

export interface CallbackResult {
  orderId: string
  /** the round of the order it belongs to; an answer to an earlier round is refused (`guard-not-met`) */
  cycle: number
  /** where the whole order's callbacks stand now, co-complainants included; a final one may close the order */
  status: CallbackStatus
  /** null: the order's own complainant */
  coComplainantId?: string | null
  contacted?: boolean | null
  solved?: 'yes' | 'partly' | 'no' | null
  /** 5 best … 1 */
  grade?: number | null
  reason?: string | null
  callId?: string | null
  legId?: string | null
}

/** An order with what is asked about it, and how far the asking has come. */
export interface OrderForCallback extends AskedOrder {
  callbackStatus: CallbackStatus
}

/**
 * Commands on work orders. Each checks who asks, what state the order is in and, where one is given, the version.
 * @throws DomainError `not-found`, `version-conflict` (details.version), `transition-not-allowed`, `guard-not-met`, `not-allowed`,
 *   `other-units-order`, `own-units-verification`, `unknown-category`, `unknown-unit`, `unknown-town`, `unknown-person`,
 *   `not-a-phone-number`, `emergency-number-refused`, `control-character`, `invalid-input`
 */
export interface OrderCommands {
  /** The draft that opens with a call; whoever answers the call next gets the same one. Survives a hang-up. */
  draftForCall: (tx: Tx, actor: Actor, input: { callId: string, number: PhoneNumber | null, channel?: Channel }) => Promise<OrderRef>
  /** The call of a draft is over: the draft stays open for 30 more minutes. */
  draftCallEnded: (tx: Tx, callId: string, at: Date) => Promise<void>
  saveDraft: (tx: Tx, actor: Actor, input: Seen & Corrections) => Promise<OrderRef>
  receive: (tx: Tx, actor: Actor, input: NewOrder | (Seen & Corrections)) => Promise<OrderRef>
  file: (tx: Tx, actor: Actor, input: NewOrder | (Seen & Corrections)) => Promise<OrderRef>
  amend: (tx: Tx, actor: Actor, input: Seen & Corrections) => Promise<OrderRef>
  note: (tx: Tx, actor: Actor, input: Seen & { text: string }) => Promise<OrderRef>
  answer: (tx: Tx, actor: Actor, input: Seen & { reply: string, article?: string | null }) => Promise<OrderRef>
  reject: (tx: Tx, actor: Actor, input: Seen & { reason: RejectReason, reply: string }) => Promise<OrderRef>
  merge: (tx: Tx, actor: Actor, input: Seen & { targetId: string }) => Promise<OrderRef>
  /** A number that is among the order's complainants already changes nothing. */
  addComplainant: (tx: Tx, actor: Actor, input: Seen & NewComplainant) => Promise<OrderRef>
  forwardPraise: (tx: Tx, actor: Actor, input: Seen & { unitId: string, reply?: string }) => Promise<OrderRef>
  linkCall: (tx: Tx, actor: Actor, input: { callId: string, orderId: string, role: CallOrderRole }) => Promise<OrderRef>

  /** Somebody rang the complainant and did not reach him: what was tried stands on the timeline. */
  callTried: (tx: Tx, actor: Actor, input: { orderId: string, by: string, outcome: string }) => Promise<OrderRef>

  dispatch: (tx: Tx, actor: Actor, input: DispatchInput) => Promise<OrderRef>
  forward: (tx: Tx, actor: Actor, input: Seen & { unitId: string, personId?: string | null, remark?: string }) => Promise<OrderRef>
  sign: (tx: Tx, actor: Actor, input: Seen) => Promise<OrderRef>
  requestReturn: (tx: Tx, actor: Actor, input: Seen & { reason: string, evidence?: string }) => Promise<OrderRef>
  approveReturn: (
    tx: Tx, actor: Actor, input: Seen & { unitId: string, basis: Basis, evidence?: string, decision?: string }
  ) => Promise<OrderRef>
  refuseReturn: (tx: Tx, actor: Actor, input: Seen & { decision: string }) => Promise<OrderRef>

  arrive: (tx: Tx, actor: Actor, input: Seen & { longitude?: number | null, latitude?: number | null }) => Promise<OrderRef>
  start: (
    tx: Tx,
    actor: Actor,
    input: Seen & { stage?: 'service' | 'management' | 'enforcement', noVisitReason?: string }
  ) => Promise<OrderRef>
  requestHelp: (tx: Tx, actor: Actor, input: Seen & { reason: string, level: number }) => Promise<OrderRef>
  resolveHelp: (
    tx: Tx, actor: Actor, input: Seen & { unitId: string, coUnitIds?: string[], basis: Basis, evidence?: string, decision?: string }
  ) => Promise<OrderRef>
  /** `result` is the handler's own word for how it ended. In a sequence it hands over to the next unit. */
  report: (tx: Tx, actor: Actor, input: Seen & { text: string, result?: ClosingResult }) => Promise<OrderRef>
  acceptReport: (tx: Tx, actor: Actor, input: Seen & { remark?: string }) => Promise<OrderRef>
  sendBack: (tx: Tx, actor: Actor, input: Seen & { reason: string }) => Promise<OrderRef>
  coSign: (tx: Tx, actor: Actor, input: Seen) => Promise<OrderRef>
  coArrive: (tx: Tx, actor: Actor, input: Seen) => Promise<OrderRef>
  coReport: (tx: Tx, actor: Actor, input: Seen & { text: string }) => Promise<OrderRef>

  /** 催办: not twice in ten minutes by the same person, unless another call asks for it. @throws `urged-just-now` */
  urge: (
    tx: Tx, actor: Actor, input: { orderId: string, reason: string, callId?: string | null }
  ) => Promise<OrderRef & { urgeCount: number, told: boolean }>
  /** Each on its own: what is refused (closed, just urged) is named, the others are urged. `told`: text messages, one a contact. */
  urgeMany: (
    tx: Tx, actor: Actor, input: { orderIds: readonly string[], reason: string }
  ) => Promise<{ urged: number, told: number, refused: Array<{ id: string, code: ErrorCode }> }>
  /** 延期. @throws `extension-too-late`, `extension-too-long`, `extension-used-up` */
  requestExtension: (tx: Tx, actor: Actor, input: Seen & { reason: string, until: Date }) => Promise<OrderRef>
  /** `until`: as asked for unless told */
  grantExtension: (tx: Tx, actor: Actor, input: Seen & { until?: Date, decision?: string }) => Promise<OrderRef>
  refuseExtension: (tx: Tx, actor: Actor, input: Seen & { decision: string }) => Promise<OrderRef>
  /** Whether this person may put a photo to the order now; answers the round it belongs to. */
  photo: (
    tx: Tx,
    actor: Actor,
    input: { orderId: string, photoId: string, purpose: PhotoPurpose, verb: 'add' | 'remove' }
  ) => Promise<{ cycle: number }>

  verify: (tx: Tx, actor: Actor, input: Seen & { passed: boolean, remarks?: string, photo?: string | null }) => Promise<OrderRef>
  /** 结案条件: whether the spot is seen and the citizen asked before closing; the shift leader's decision, with its reason. */
  decideChecks: (tx: Tx, actor: Actor, input: Seen & ChecksDecision) => Promise<OrderRef>
  /** Where the asking stands; closes the order when the answer and the spot check are both there. */
  recordCallbackResult: (tx: Tx, actor: Actor, input: CallbackResult) => Promise<OrderRef>
  close: (tx: Tx, actor: Actor, input: Seen & { result?: ClosingResult, reply?: string }) => Promise<OrderRef>
  /** Back to the unit (72 h), at once unless `hold` or it has become a problem order: then a dispatcher decides. */
  rework: (tx: Tx, actor: Actor, input: Seen & { reason: string, hold?: boolean }) => Promise<OrderRef>
  reopen: (tx: Tx, actor: Actor, input: Seen & { reason: string, hold?: boolean }) => Promise<OrderRef>

  /** For the callbacks feature. @throws DomainError `not-found` */
  forCallback: (tx: Tx, orderId: string) => Promise<OrderForCallback>
}

/** The person an order's text message goes to. */
export interface Responsible { id: string, mobile: string | null }

/** What orders need of the directory; fits the directory feature. */
export interface OrderDirectory {
  tree: () => Promise<UnitTree>
  units: () => Promise<DirectoryUnit[]>
  /** @throws DomainError `unknown-unit` */
  unit: (id: string) => Promise<DirectoryUnit>
  /** @throws DomainError `unknown-category` */
  category: (code: string) => Promise<DirectoryCategory>
  categories: () => Promise<DirectoryCategory[]>
  /** @throws DomainError `unknown-person` */
  person: (id: string) => Promise<Responsible & { unitId: string | null, name: string }>
  responsibleOf: (unitId: string) => Promise<Responsible | null>
  guessTown: (place: string) => Promise<DirectoryUnit | null>
}

export interface DirectoryUnit {
  id: string
  kind: 'centre' | 'town' | 'department' | 'utility' | 'office' | 'station'
  parentId: string | null
  name: string
}

export interface DirectoryCategory {
  code: string
  /** first day on which it reads like this */
  validFrom: string
  className: string
  name: string
  kind: 'component' | 'event'
  leadUnitId: string | null
  urgency: Urgency
  onSiteMinutes: number | null
  handlingMinutes: number
  calendar: 'clock' | 'working'
  verification: 'on-site' | 'callback-only'
}

/** Who hears, in the order's own transaction, of its complainants: when they are to be asked (回访), and when no longer. */
export interface OrderListener {
  /** The report was accepted, or somebody joined after it: whoever is not asked yet is to be, from the day after `from` on. */
  askingBegins: (tx: Tx, order: OrderForCallback, from: Date) => Promise<void>
  /** The round ended otherwise (closed, reworked): nothing more is to be asked about it. */
  askingEnds: (tx: Tx, orderId: string, cycle: number, reason: string) => Promise<void>
}

export type { VerificationStatus }
