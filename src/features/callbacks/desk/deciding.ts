import type { Tx } from '../../../db/database.ts'
import type { AskedOrder } from '../../../domain/asked-order.ts'
import { DomainError } from '../../../domain/errors.ts'
import type { Actor } from '../../../domain/people/roles.ts'
import type { Callback, DissatisfactionReason } from '../callback-columns.ts'
import { bad, load, notAnothers, officersOnly, type DeskOptions } from './desk-guards.ts'

async function backToUnit (
  context: DeskOptions, tx: Tx, actor: Actor, callback: Callback, order: AskedOrder, reason: string
): Promise<void> {
  const { orders, steps } = context
  if (steps.awaited(order, callback)) {
    await steps.tellOrder(tx, actor, callback, order)
    await orders.rework(tx, actor, { orderId: order.id, reason })
  } else if (order.state === 'CLOSED' && order.cycle === callback.cycle) {
    await orders.reopen(tx, actor, { orderId: order.id, reason })
  } else {
    throw new DomainError('guard-not-met', 'the order has gone on since', { guard: 'awaited', state: order.state })
  }
}

/** Beyond law or policy, or already done: told so, and the order may close. */
export async function explain (
  context: DeskOptions,
  tx: Tx,
  actor: Actor,
  { callbackId, reason, explanation }: { callbackId: string, reason: DissatisfactionReason, explanation: string }
): Promise<Callback> {
  const { clock, steps } = context
  officersOnly(actor)
  const { callback, order } = await load(context, tx, actor, callbackId)
  notAnothers(callback, actor)
  bad(callback)
  const now = clock.now()
  const saved = await steps.save(
    tx,
    callback,
    { status: 'EXPLAINED', reason, explanation, officer: actor.id, nextAt: null, finishedAt: now },
    'callback.explained',
    now
  )
  await steps.tellOrder(tx, actor, saved, order)
  return saved
}

/** The unit's own fault: back to it. */
export async function rework (
  context: DeskOptions,
  tx: Tx,
  actor: Actor,
  { callbackId, reason, explanation }: { callbackId: string, reason: DissatisfactionReason, explanation: string }
): Promise<Callback> {
  officersOnly(actor)
  const { callback, order } = await load(context, tx, actor, callbackId)
  notAnothers(callback, actor)
  bad(callback)
  const now = context.clock.now()
  const saved = await context.steps.save(
    tx,
    callback,
    { status: 'REWORK', reason, explanation, officer: actor.id, nextAt: null, finishedAt: now },
    'callback.rework',
    now
  )
  await backToUnit(context, tx, actor, saved, order, explanation)
  return saved
}
