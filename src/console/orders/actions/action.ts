import { api, onceKey } from '../../api/client.ts'
import { wordOf } from '../../api/closed-lists.ts'
import type { WhoAmI } from '../../api/session.tsx'
import { bases, type OrderEventKind, type OrderStep } from '../order-lists.ts'
import type { Order } from '../order-types.ts'
import { needed, text, texts, type Answers } from './answers.ts'
import type { Ask } from './asks.ts'

/** A step of an order's life as a button: what is asked before it, and the request it sends. */
export interface Action {
  /** as the service names it in `steps` */
  step: OrderStep
  /** the step's key, the same whatever other steps are possible. Alt with a figure belongs to the telephone */
  keys: string
  asks: readonly Ask[]
  begin?: (order: Order, who: WhoAmI) => Answers
  /** @throws ApiError */
  send: (order: Order, answers: Answers) => Promise<unknown>
  /** of a decision: when what it decides was asked or reported */
  about?: (order: Order) => string
}

/** The request's order, and a key of its own. */
export const of = ({ id }: Order) => ({ path: { id }, header: onceKey() })
export const basisOf = (answers: Answers) => ({ basis: needed(wordOf(bases, answers.basis)), ...texts(answers, 'evidence') })

export const sendNothing = (path: 'sign' | 'co-sign' | 'co-arrive' | 'review-answer'): Action['send'] => async order =>
  await api.POST(`/api/work-orders/{id}/${path}`, { params: of(order), body: { version: order.version } })
/** Takes the place of the answer that stands. */
export const sendAnswer: Action['send'] = async (order, a) =>
  await api.POST('/api/work-orders/{id}/draft-answer', { params: of(order), body: { version: order.version, reply: text(a.reply) } })
type Reasoned = 'send-back' | 'rework' | 'reopen' | 'unmerge' | 'end-parking' | 'object-to-parking'
export const sendReason = (path: Reasoned): Action['send'] => async (order, a) =>
  await api.POST(`/api/work-orders/{id}/${path}`, { params: of(order), body: { version: order.version, reason: text(a.reason) } })
type Refusal = 'refuse-return' | 'refuse-extension' | 'refuse-objection' | 'refuse-parking'
export const sendDecision = (path: Refusal): Action['send'] => async (order, a) =>
  await api.POST(`/api/work-orders/{id}/${path}`, { params: of(order), body: { version: order.version, decision: text(a.decision) } })
export const sendText = (path: 'report' | 'co-report'): Action['send'] => async (order, a) =>
  await api.POST(`/api/work-orders/{id}/${path}`, { params: of(order), body: { version: order.version, text: text(a.text) } })

/** When the last step of this kind was taken. */
export const lastOf = (kind: OrderEventKind) => (order: Order): string => order.timeline.findLast(e => e.kind === kind)?.at ?? ''
export const askedAt = (order: Order): string => order.extension.asked?.requestedAt ?? ''
/** What a form starts with. */
export const statutory = (): Answers => ({ basis: 'statutory' })
