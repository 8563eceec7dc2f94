import type { Tx } from '../../db/database.ts'
import type { AskedOrder, AskingStatus } from '../../domain/asked-order.ts'
import type { LegOutcome } from '../../domain/telephone/legs.ts'
import type { PhoneNumber } from '../../domain/telephone/phone-number.ts'
import type { Actor } from '../../domain/roles.ts'
import type { CallbackStatus } from '../../domain/work-order.ts'
import type { OfficerReckoning } from './rules/after-attempt.ts'
import type { Answers } from './rules/callback-answers.ts'
import type { ByPersonReason } from './rules/by-person-reason.ts'

/** Why a complainant is not content (回访不满意原因): 态度 速度 结果 反馈不实 超出政策. */
export const dissatisfactionReasons = ['attitude', 'speed', 'result', 'untrue-report', 'beyond-policy'] as const
export type DissatisfactionReason = typeof dissatisfactionReasons[number]

/** How a person was asked: by the machine, by an officer's call, by the person who took over after 0, ringing us back, by text. */
export const attemptWays = ['machine', 'officer', 'person', 'called-in', 'sms'] as const
export type AttemptWay = typeof attemptWays[number]

/** One complainant to be asked about one order in one cycle of it (回访). */
export interface Callback extends Answers {
  id: string
  orderId: string
  cycle: number
  /** null: the order's own complainant */
  coComplainantId: string | null
  status: AskingStatus
  byPerson: boolean
  byPersonReason: ByPersonReason | null
  numberSealed: Buffer
  freeWords: string | null
  /** how it was known, without a call, that the citizen wants another time */
  postponedHow: string | null
  reason: DissatisfactionReason | null
  explanation: string | null
  /** first day of the attempt policy by which it was last decided; null: none has decided yet */
  policySince: string | null
  attempts: number
  unanswered: number
  incomplete: number
  technical: number
  dueAt: Date
  nextAt: Date | null
  requestId: string | null
  officer: string | null
  officerDueAt: Date | null
  officerReckoning: OfficerReckoning | null
  smsSentAt: Date | null
  cancelReason: string | null
  revision: number
  createdAt: Date
  finishedAt: Date | null
}

export interface Attempt {
  id: string
  callbackId: string
  attempt: number
  way: AttemptWay
  actor: string
  requestId: string | null
  legId: string | null
  callId: string | null
  startedAt: Date
  /** first day of the attempt policy by which it was made; null: the citizen rang, wrote, or was talked to by hand */
  policySince: string | null
  answered: boolean
  person: boolean
  endedAt: Date | null
  outcome: LegOutcome | null
  answers: Partial<Answers>
}

/** The result of the whole order's asking, as the work orders want it. */
export interface AskingResult {
  orderId: string
  cycle: number
  status: CallbackStatus
  coComplainantId: string | null
  contacted: boolean | null
  solved: Answers['solved']
  grade: number | null
  reason: string | null
  callId: string | null
  legId: string | null
}

/** What callbacks need of the work orders. */
export interface CallbackOrders {
  /** @throws DomainError `not-found` */
  forCallback: (tx: Tx, orderId: string) => Promise<AskedOrder>
  /** Keeps where the asking stands; closes the order when everything is there. */
  recordCallbackResult: (tx: Tx, actor: Actor, result: AskingResult) => Promise<unknown>
  rework: (tx: Tx, actor: Actor, input: { orderId: string, reason: string }) => Promise<unknown>
  reopen: (tx: Tx, actor: Actor, input: { orderId: string, reason: string }) => Promise<unknown>
}

/**
 * Connects the officer's telephone with the citizen through the dialler, under purpose `callback`, so that the callback hears
 * how it went. @throws DomainError `agent-not-signed-in`, `agent-busy`, `pbx-unavailable`
 */
export type DialByHand = (
  tx: Tx, actor: Actor, call: { key: string, subject: string, number: PhoneNumber, recording: string }
) => Promise<{ requestId: string }>
