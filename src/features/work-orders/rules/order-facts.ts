import type { UnitFacts } from '../../../domain/people/unit-tree.ts'
import type {
  AnswerOutcome, Basis, CallbackStatus, OrderState, RejectOutcome, RequestType, Urgency, VerificationStatus
} from '../../../domain/work-order.ts'

/** 任务: where a unit's own part in an order stands, whatever the order's state. */
export const tasks = ['sign', 'work', 'reported', 'done'] as const
export type Task = typeof tasks[number]

/** 主办 协办: who leads, and who helps. */
export const assignmentRoles = ['lead', 'co'] as const
export type AssignmentRole = typeof assignmentRoles[number]

/** How far a unit is with its part. `waiting`: in a sequence, until the one before has handed over. */
export const assignmentStates = ['waiting', 'dispatched', 'signed', 'on-site', 'handling', 'reported', 'ended'] as const
export type AssignmentState = typeof assignmentStates[number]

/** Why a unit's part ended. */
export const assignmentEnds = [
  'forwarded', 'returned', 'coordinated', 'handed-over', 'report-accepted', 'rework', 'closed', 'praise'
] as const
export type AssignmentEnd = typeof assignmentEnds[number]

/** One hop of responsibility (任务). */
export interface AssignmentFacts {
  id: string
  no: number
  role: AssignmentRole
  unit: UnitFacts
  cycle: number
  state: AssignmentState
  dispatchedAt: Date | null
  signedAt: Date | null
  open: boolean
}

/** A work order as the rules see it. */
export interface OrderFacts {
  id: string
  state: OrderState
  /** of a channel with named readers */
  restricted: boolean
  /** 保密 */
  confidential: boolean
  requestType: RequestType | null
  categoryCode: string | null
  urgency: Urgency
  title: string
  /** 派单内容 */
  unitText: string
  townId: string | null
  aboutUnit: UnitFacts | null
  cycle: number
  returnCount: number
  reworkCount: number
  problem: boolean
  /** level that coordinates: 0 none, 1 the sub-centre, 2 the district centre, 3 a leader */
  level: number
  callbackStatus: CallbackStatus
  verificationStatus: VerificationStatus
  /** an extension was asked for and is not decided yet */
  extensionAsked: boolean
  /** who wrote the answer that waits for its review; null: none waits */
  answerDraftedBy: string | null
  /** an objection to the dispatch was asked for and is not decided yet */
  objectionAsked: boolean
  /** a parking was asked for and is not decided yet */
  parkingAsked: boolean
  /** 挂账: it waits for a day, and the clock of handling with it */
  parked: boolean
  createdBy: string
  assignments: readonly AssignmentFacts[]
}

/** The one open assignment that leads, if there is one. */
export const openLead = (order: OrderFacts): AssignmentFacts | null =>
  order.assignments.find(a => a.role === 'lead' && a.open && a.state !== 'waiting') ?? null

/** The next in a sequence (前后手), not yet begun. */
export const nextInSequence = (order: OrderFacts): AssignmentFacts | null =>
  order.assignments.filter(a => a.role === 'lead' && a.open && a.state === 'waiting').sort((a, b) => a.no - b.no)[0] ?? null

/**
 * 首接负责: the unit that received the order first answers for it until another has signed. The latest lead that signed,
 * else the first that was ever sent it.
 */
export function answerable (order: OrderFacts): AssignmentFacts | null {
  const leads = order.assignments.filter(a => a.role === 'lead' && a.state !== 'waiting').sort((a, b) => b.no - a.no)
  return leads.find(a => a.signedAt !== null) ?? leads.at(-1) ?? null
}

/** How many different bodies have led it: a town with all below it is one, and so is a department. */
export const unitsTried = (order: OrderFacts): number =>
  new Set(order.assignments.filter(a => a.role === 'lead' && a.state !== 'waiting').map(a => a.unit.path.at(-1) ?? a.unit.id)).size

/** 不予受理: why a matter is not accepted; out of area is transferred, not refused. */
export const rejectReasons = [
  'litigation', 'arbitration', 'discipline-inspection', 'administrative-reconsideration', 'information-disclosure',
  'petition-under-way', 'state-secret', 'commercial-secret', 'privacy', 'against-public-order'
] as const
export type RejectReason = typeof rejectReasons[number]

/** By what a text names the person who spoke to us. */
export type Identifying = 'name' | 'number' | 'credit code'

/** How a dispatch is meant: one unit, several at once under one lead, or one after the other (前后手). */
export const dispatchModes = ['single', 'comprehensive', 'sequence'] as const
export type DispatchMode = typeof dispatchModes[number]

/** What the shift leader decides about a check before closing (结案条件). */
export const checkDecisions = ['required', 'waived'] as const
export type CheckDecision = typeof checkDecisions[number]

/** The clock an extension would move; nulls: none runs. */
export interface ExtensionClock {
  due: Date | null
  /** the furthest an extension may go */
  latest: Date | null
  /** extensions granted in this round */
  granted: number
}

/** A step a person wants to take with an order, with the facts the guards ask for. */
export type OrderEvent =
  | { type: 'draft.abandon' | 'case.note' | 'complainant.add' | 'complainant.leave' | 'call.link' }
  /** `lifts`: takes away what protects the citizen; `praises`: an order of another type becomes praise */
  | { type: 'draft.save' | 'intake.receive', lifts: boolean, praises: boolean, reason: string }
  /** `matter`: as it will be filed, or will stand then */
  | {
    type: 'case.file' | 'case.amend',
    lifts: boolean,
    praises: boolean,
    reason: string,
    matter: Pick<OrderFacts, 'requestType' | 'categoryCode' | 'title'>
  }
  /** `body`: to whom it went; `evidence`: what the police were given */
  | { type: 'intake.answer', outcome: AnswerOutcome, reason: null, body: string, evidence: string, reply: string }
  | { type: 'intake.reject', outcome: RejectOutcome, reason: RejectReason | null, body: string, evidence: string, reply: string }
  | { type: 'checks.decide', verification: CheckDecision | null, callback: CheckDecision | null, reason: string }
  | { type: 'case.merge', target: { id: string, state: OrderState } }
  /** `before`: the state it had; `intoState`: of the order it is merged into */
  | { type: 'case.unmerge', reason: string, before: OrderState, intoState: OrderState | null }
  | { type: 'praise.forward', unit: UnitFacts }
  | {
    type: 'case.dispatch',
    mode: DispatchMode,
    units: readonly UnitFacts[],
    coUnits: readonly UnitFacts[],
    basis: Basis,
    evidence: string
  }
  | { type: 'assignment.forward', unit: UnitFacts, personId: string | null }
  | { type: 'assignment.sign' }
  | { type: 'assignment.return', reason: string, latest: Date | null }
  | { type: 'return.approve', unit: UnitFacts, basis: Basis, evidence: string }
  | { type: 'return.refuse', decision: string }
  | { type: 'handling.arrive' }
  | { type: 'handling.start', noVisitReason: string }
  | { type: 'help.request', reason: string, level: number }
  | { type: 'help.resolve', units: readonly UnitFacts[], coUnits: readonly UnitFacts[], basis: Basis, evidence: string }
  | { type: 'handling.report' | 'assignment.hand-over', report: string }
  | { type: 'report.accept' }
  | { type: 'report.send-back', reason: string }
  | { type: 'answer.draft', reply: string }
  /** `identifies`: by what the answer names a complainant */
  | { type: 'answer.review', identifies: readonly Identifying[] }
  | { type: 'verification.pass' }
  | { type: 'verification.fail', remarks: string }
  | { type: 'callback.result', cycle: number, status: CallbackStatus }
  | { type: 'case.close' }
  | { type: 'case.rework', reason: string }
  | { type: 'case.reopen', reason: string }
  | { type: 'co.sign' | 'co.arrive' | 'co.report' }
  | { type: 'photo.add' | 'photo.verify' }
  | { type: 'case.urge', lastByThisPerson: Date | null }
  | { type: 'extension.request', reason: string, wanted: Date, clock: ExtensionClock }
  | { type: 'extension.grant', until: Date, clock: ExtensionClock }
  | { type: 'extension.refuse', decision: string }
  /** `earlier`: how many objections of this hop were decided */
  | { type: 'objection.ask', reason: string, evidence: string, earlier: number }
  /** `concerned`: logins that had a part in what is objected to, and do not decide on it */
  | { type: 'objection.uphold', unit: UnitFacts, basis: Basis, evidence: string, concerned: readonly string[] }
  | { type: 'objection.refuse', decision: string, concerned: readonly string[] }
  /** `leaderUnit`: of the person who answers for it; `earlier`: how many of the order were approved before */
  | { type: 'park.ask', plan: string, until: Date, leaderUnit: string | null, earlier: number }
  | { type: 'park.approve', until: Date, askedBy: string }
  | { type: 'park.refuse', decision: string, askedBy: string }
  | { type: 'park.object' | 'park.end', reason: string }

export type OrderEventType = OrderEvent['type']
