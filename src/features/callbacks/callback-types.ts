import type { Tx } from '../../db/database.ts'
import type { AskedOrder } from '../../domain/asked-order.ts'
import type { PhoneNumber } from '../../domain/telephone/phone-number.ts'
import type { Actor } from '../../domain/people/roles.ts'
import type { CallbackStatus } from '../../domain/work-order.ts'
import type { Rule } from '../../policy/rules/rule-policy.ts'
import type { Answers } from './rules/callback-answers.ts'

/** The result of the whole order's asking, as the work orders want it. */
export interface AskingResult {
  orderId: string
  cycle: number
  status: CallbackStatus
  requestId: string | null
  contacted: boolean | null
  solved: Answers['solved']
  grade: number | null
  reason: string | null
  callId: string | null
  legId: string | null
  /** the city's rule by which a grade was judged */
  rule?: Rule
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
