import type { Tx } from '../../../db/database.ts'
import { DomainError } from '../../../domain/errors.ts'
import { systemActor, type Actor } from '../../../domain/people/roles.ts'
import type { CallOrderRole } from '../../../domain/work-order.ts'
import { loadOrder, namedCall, type OrderContext } from '../life-cycle/order-context.ts'
import { allow, carryOut } from '../life-cycle/order-steps.ts'
import { spokeWithCitizen } from '../work-orders-store.ts'
import type { OrderRef } from '../order-types.ts'

export async function linkCall (
  context: OrderContext, tx: Tx, actor: Actor, { callId: call, orderId, role }: { callId: string, orderId: string, role: CallOrderRole }
): Promise<OrderRef> {
  const now = context.clock.now()
  const loaded = await loadOrder(context, tx, { orderId }, { actor, type: 'call.link' })
  const id = await namedCall(context, tx, actor, call)
  const step = allow(loaded, { type: 'call.link' }, actor, now)
  if (role === 'first_contact' && actor.id !== systemActor.id && !await spokeWithCitizen(tx, id, loaded.row)) {
    throw new DomainError('guard-not-met', 'first contact is an answered call with the order\'s own number',
      { guard: 'their-own-call', state: loaded.row.state, event: step.event.type })
  }
  context.linkCall(tx, { callId: id, orderId, role, by: actor.id, at: now })
  const first = role === 'first_contact' && loaded.row.firstContactAt === null
  return await carryOut(context, tx, {
    loaded,
    step: first ? { ...step, effects: ['stop-first-contact-clock'] } : step,
    actor,
    now,
    changes: first ? { firstContactAt: now } : {},
    detail: { call: id, role }
  })
}
