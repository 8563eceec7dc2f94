import type { Database, Tx } from '../../../db/database.ts'
import { orderKind } from '../../../access/rules/visibility.ts'
import { DomainError } from '../../../domain/errors.ts'
import { isMobile, maskNumber, parsePhoneNumber, type PhoneNumber } from '../../../domain/telephone/phone-number.ts'
import type { Actor } from '../../../domain/people/roles.ts'
import { textParts } from '../../../domain/telephone/text-message.ts'
import { smsSignature } from '../../../sms/sms-types.ts'
import { bind } from '../../../domain/bind.ts'
import { factsOf, loadOrder, type OrderContext } from '../life-cycle/order-context.ts'
import type { OrderQueries } from '../reading/order-queries.ts'
import { sealedNumberOf } from '../requests/request-store.ts'
import { addOrderEvent } from '../work-orders-store.ts'
import { announce } from '../life-cycle/order-steps.ts'
import { answerTextKind, sentAnswers } from './answer-text-store.ts'
import { checkAnswerText, maxAnswerLength, maxAnswers } from './rules/answer-text.ts'

/** How a text with the answer would look, and what was sent before. */
export interface AnswerTextView {
  /** the caller's mobile, masked; null: there is none, give another one */
  to: string | null
  /** why nothing may be sent about this order at all */
  refused: 'confidential' | 'too-many' | null
  /** put before every text */
  signature: string
  /** characters after the signature */
  maxLength: number
  sent: Array<{ at: Date, by: string, to: string, text: string, article: string | null }>
}

export interface AnswerTextInput {
  orderId: string
  /** after the signature */
  text: string
  /** the article it comes from */
  article: string | null
  /** another mobile than the caller's, in any spelling */
  to: string | null
  /** unique to this sending */
  key: string
}

interface AnswerTextContext extends OrderContext { db: Database, queries: Pick<OrderQueries, 'one'> }

const refusal = (confidential: boolean, sent: number): AnswerTextView['refused'] =>
  confidential ? 'confidential' : sent >= maxAnswers ? 'too-many' : null

const mobileOf = (context: AnswerTextContext, sealed: Buffer | null): PhoneNumber | null => {
  const number = sealed === null ? null : context.sealing.openNumber(sealed)
  return number !== null && isMobile(number) ? number : null
}

/** The order of somebody who reads its words: nobody else writes to its citizen. @throws DomainError `not-found`, `not-allowed` */
async function readOrder ({ queries }: AnswerTextContext, actor: Actor, orderId: string): ReturnType<OrderQueries['one']> {
  const order = await queries.one(actor, orderId)
  if (order.wordsWithheld) throw new DomainError('not-allowed', 'you may not read the words of this order')
  return order
}

/** @throws DomainError `not-found`, `not-allowed` */
async function view (context: AnswerTextContext, actor: Actor, orderId: string): Promise<AnswerTextView> {
  const order = await readOrder(context, actor, orderId)
  const [sealed, sent] = await Promise.all([
    sealedNumberOf(context.db, orderId),
    sentAnswers(context.db, orderId)
  ])
  const mobile = mobileOf(context, sealed)
  return {
    to: mobile && maskNumber(mobile),
    refused: refusal(orderKind(order) !== 'ordinary', sent.length),
    signature: smsSignature,
    maxLength: maxAnswerLength(smsSignature),
    sent: sent.map(({ at, by, detail: { to, text, article } }) => ({ at, by, to, text, article }))
  }
}

/**
 * The caller has agreed to it. @throws DomainError `not-found`, `not-allowed`, `not-a-mobile`, `link-in-text`, `control-character`,
 * `invalid-input`, `guard-not-met`, `not-a-phone-number`
 */
async function send (
  context: AnswerTextContext, tx: Tx, actor: Actor, { orderId, text, article, to, key }: AnswerTextInput
): Promise<{ to: string, text: string, parts: number }> {
  await readOrder(context, actor, orderId)
  checkAnswerText(text, maxAnswerLength(smsSignature))
  const now = context.clock.now()
  const loaded = await loadOrder(context, tx, { orderId }, { actor, type: 'case.note' })
  const sent = await sentAnswers(tx, orderId)
  const refused = refusal(orderKind(factsOf(loaded)) !== 'ordinary', sent.length)
  if (refused !== null) {
    throw new DomainError(
      'guard-not-met',
      refused === 'confidential'
        ? 'nothing about a confidential order goes by text message'
        : 'enough texts were sent about this order',
      { guard: refused === 'confidential' ? 'text-not-confidential' : 'texts-left', reason: refused }
    )
  }
  const number = to === null ? mobileOf(context, loaded.row.numberSealed) : parsePhoneNumber(to)
  if (number === null || !isMobile(number)) throw new DomainError('not-a-mobile', 'text messages go to mobile numbers')
  await context.sms.send(tx, { key: `answer:${key}`, to: number, body: text, subject: `order:${orderId}` })
  const masked = maskNumber(number)
  const parts = textParts(smsSignature + text)
  addOrderEvent(tx, {
    orderId,
    at: now,
    kind: answerTextKind,
    actor: actor.id,
    actorUnit: actor.unitId,
    from: null,
    to: null,
    detail: { to: masked, text, article, parts, agreed: true }
  })
  await announce(context, tx, loaded, answerTextKind, now)
  return { to: masked, text: smsSignature + text, parts }
}

/** 短信答复: the answer the caller was given, sent as a text message and kept on the order's timeline. */
export const createAnswerTexts = (context: AnswerTextContext) => bind(context, { view, send })

export type AnswerTexts = ReturnType<typeof createAnswerTexts>
