import type { Tx } from '../../../db/database.ts'
import { bind } from '../../../domain/bind.ts'
import { DomainError } from '../../../domain/errors.ts'
import { readerUnit } from '../../../domain/people/reader-unit.ts'
import type { Actor } from '../../../domain/people/roles.ts'
import { says } from '../../../domain/text/words.ts'
import { text } from '../intake/rules/order-fields.ts'
import { factsOf, loadOrder, type LoadedOrder, type OrderContext } from '../life-cycle/order-context.ts'
import { allow, carryOut } from '../life-cycle/order-steps.ts'
import { possibleSteps } from '../life-cycle/rules/life-cycle.ts'
import type { OrderRef, VersionedRef } from '../order-types.ts'
import { requestsOf, type Answer } from '../requests/request-store.ts'
import type { Identifying } from '../rules/order-facts.ts'
import { identifies } from './rules/identifies.ts'

/** 答复内容 as somebody has written it; it waits for its review. @throws DomainError `invalid-input`, `guard-not-met` with `replied` */
export function drafted (actor: Actor, reply: string): Answer {
  if (!says(text('reply', reply))) throw new DomainError('guard-not-met', 'the answer to the citizen is required', { guard: 'replied' })
  return { reply, replyDraftedBy: actor.id, replyReviewedBy: null, replyReviewedAt: null }
}

/** By what the answer names somebody whose request belongs to the order. */
async function named ({ sealing }: OrderContext, tx: Tx, { row }: LoadedOrder): Promise<Identifying[]> {
  const { reply } = row
  if (reply === null) return []
  const people = (await requestsOf(tx, row.id)).map(({ nameSealed, numberSealed, creditCodeSealed }) => ({
    name: nameSealed && sealing.open(nameSealed),
    number: numberSealed && sealing.openNumber(numberSealed),
    creditCode: creditCodeSealed && sealing.open(creditCodeSealed)
  }))
  return identifies(reply, people)
}

async function review (context: OrderContext, tx: Tx, loaded: LoadedOrder, actor: Actor, now: Date): Promise<OrderRef> {
  const step = allow(loaded, { type: 'answer.review', identifies: await named(context, tx, loaded) }, actor, now)
  const { reply, replyDraftedBy } = loaded.row
  const changes: Answer = { reply, replyDraftedBy, replyReviewedBy: actor.id, replyReviewedAt: now }
  return await carryOut(context, tx, { loaded, step, actor, now, changes, detail: { draftedBy: replyDraftedBy } })
}

/**
 * With a report accepted its draft is reviewed; null: none waits, or another person is to review it.
 * @throws DomainError `guard-not-met` with `namesNobody`
 */
export async function reviewIfMay (
  context: OrderContext, tx: Tx, loaded: LoadedOrder, actor: Actor, now: Date
): Promise<OrderRef | null> {
  const may = possibleSteps(factsOf(loaded), actor, readerUnit(loaded.units, actor.unitId)).includes('answer.review')
  return may ? await review(context, tx, loaded, actor, now) : null
}

/** 拟答复: one answer for everybody whose request belongs to the order. It takes the place of the one before, reviewed or not. */
async function draftAnswer (
  context: OrderContext, tx: Tx, actor: Actor, { reply, ...seen }: VersionedRef & { reply: string }
): Promise<OrderRef> {
  const now = context.clock.now()
  const changes = drafted(actor, reply)
  const loaded = await loadOrder(context, tx, seen, { actor, type: 'answer.draft' })
  const step = allow(loaded, { type: 'answer.draft', reply }, actor, now)
  return await carryOut(context, tx, { loaded, step, actor, now, changes, detail: { reply } })
}

/** 审核答复. An order that waited for it alone is closed. @throws DomainError `own-answer`, `guard-not-met` with `namesNobody` */
async function reviewAnswer (context: OrderContext, tx: Tx, actor: Actor, seen: VersionedRef): Promise<OrderRef> {
  const loaded = await loadOrder(context, tx, seen, { actor, type: 'answer.review' })
  return await review(context, tx, loaded, actor, context.clock.now())
}

/** 答复内容: what the citizen is answered, written by one person and reviewed by another. */
export const createAnswering = (context: OrderContext) => bind(context, { draftAnswer, reviewAnswer })
