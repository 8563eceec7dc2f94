import type { Tx } from '../../../db/database.ts'
import { DomainError } from '../../../domain/errors.ts'
import type { Actor } from '../../../domain/people/roles.ts'
import type { AnswerOutcome, RejectOutcome } from '../../../domain/work-order.ts'
import { addAssignment, endAssignments } from '../assignment/assignment-store.ts'
import { messageFacts } from '../clocks/message-facts.ts'
import { knownUnit, loadOrder, orderAudience, type OrderContext } from '../life-cycle/order-context.ts'
import { allow, carryOut } from '../life-cycle/order-steps.ts'
import type { OrderChanges } from '../work-orders-store.ts'
import type { VersionedRef, OrderRef } from '../order-types.ts'
import type { RejectReason } from '../rules/order-facts.ts'
import { praiseMessage } from '../rules/order-messages.ts'
import { line, text } from './rules/order-fields.ts'
import { outcomeOf } from './rules/outcome.ts'

/** One step that ends it before it is a case. */
async function settle (
  context: OrderContext,
  tx: Tx,
  actor: Actor,
  seen: VersionedRef,
  event: Parameters<typeof allow>[1],
  changes: OrderChanges,
  detail: Record<string, unknown>
): Promise<OrderRef> {
  const now = context.clock.now()
  const loaded = await loadOrder(context, tx, seen, { actor, type: event.type })
  const step = allow(loaded, event, actor, now)
  return await carryOut(context, tx, { loaded, step, actor, now, changes: { draftUntil: null, ...changes }, detail })
}

export async function answer (
  context: OrderContext,
  tx: Tx,
  actor: Actor,
  { reply, article, outcome = 'direct-answer', outcomeBody: body = '', ...seen }:
  VersionedRef & { reply: string, article?: string | null, outcome?: AnswerOutcome, outcomeBody?: string }
): Promise<OrderRef> {
  text('reply', reply)
  line('outcomeBody', body)
  return await settle(context, tx, actor, seen, { type: 'intake.answer', outcome, reason: null, body, evidence: '', reply }, {
    reply,
    outcome,
    outcomeBody: body || null,
    callbackStatus: 'NOT_REQUIRED',
    callbackReason: 'answered-at-once',
    closedAt: context.clock.now()
  }, { article: article ?? null, outcome, body })
}

interface Rejection extends VersionedRef {
  reply: string
  outcome?: RejectOutcome
  reason?: RejectReason | null
  outcomeBody?: string
  evidence?: string
}

/** Without an outcome, the one its reason belongs to. @throws DomainError `outcome-incomplete`, `outcome-needs-leader` */
export async function reject (
  context: OrderContext, tx: Tx, actor: Actor, { reply, reason = null, outcomeBody: body = '', evidence = '', ...given }: Rejection
): Promise<OrderRef> {
  const { outcome = reason === null ? null : outcomeOf(reason), ...seen } = given
  text('reply', reply)
  line('outcomeBody', body)
  text('evidence', evidence)
  if (outcome === null) throw new DomainError('outcome-incomplete', 'an outcome or a reason is required')
  return await settle(context, tx, actor, seen, { type: 'intake.reject', outcome, reason, body, evidence, reply }, {
    reply,
    outcome,
    outcomeBody: body || null,
    callbackStatus: 'NOT_REQUIRED',
    callbackReason: 'rejected',
    closedAt: context.clock.now()
  }, { reason, outcome, body, ...(evidence === '' ? {} : { evidence }) })
}

export async function forwardPraise (
  context: OrderContext, tx: Tx, actor: Actor, { unitId, reply = '', ...seen }: VersionedRef & { unitId: string, reply?: string }
): Promise<OrderRef> {
  text('reply', reply)
  const now = context.clock.now()
  const loaded = await loadOrder(context, tx, seen, { actor, type: 'praise.forward' })
  const unit = knownUnit(loaded.units, unitId)
  const step = allow(loaded, { type: 'praise.forward', unit }, actor, now)
  const { never } = orderAudience(loaded)
  // Its part is over as it begins; by it the unit sees the order from then on. It leads nothing and is not dispatched.
  const person = await context.directory.responsibleOf(unitId)
  const given = { unitId, personId: person?.id ?? null, basis: 'designated', basisEvidence: '', cycle: loaded.row.cycle } as const
  const part = addAssignment(tx, loaded.assignments, loaded.row.id, { ...given, role: 'co', forwardedFrom: null }, now)
  endAssignments(tx, [part], () => true, now, 'praise')
  if (person?.mobile) {
    const body = praiseMessage(await messageFacts(context, loaded, unitId))
    const { id } = loaded.row
    await context.sms.send(tx, { key: `praise-${id}`, to: person.mobile, body, subject: `order:${id}` })
  }
  const ref = await carryOut(context, tx, {
    loaded,
    step,
    actor,
    now,
    changes: {
      draftUntil: null,
      filedAt: loaded.row.filedAt ?? now,
      closedAt: now,
      result: 'SOLVED',
      reply,
      callbackStatus: 'NOT_REQUIRED',
      callbackReason: 'praise',
      verificationStatus: 'NOT_REQUIRED'
    },
    detail: { unit: unitId }
  })
  await context.feed.publish(tx, {
    topic: 'order.praise',
    subject: ref.id,
    at: now,
    data: { number: ref.number, unitId },
    audience: { ...(never && { never }), operators: unit.path, handlers: [unitId] }
  })
  return ref
}
