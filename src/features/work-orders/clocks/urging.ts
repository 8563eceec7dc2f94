import type { Tx } from '../../../db/database.ts'
import { DomainError, type ErrorCode } from '../../../domain/errors.ts'
import { newId } from '../../../domain/ids.ts'
import type { PhoneNumber } from '../../../domain/telephone/phone-number.ts'
import type { Actor } from '../../../domain/people/roles.ts'
import { ruleAt } from '../../../policy/rules/rule-policy.ts'
import { bind } from '../../../domain/bind.ts'
import type { OrderRef, Responsible } from '../order-types.ts'
import { factsOf, loadOrder, namedCall, type LoadedOrder, type OrderContext } from '../life-cycle/order-context.ts'
import { allow, noteStep } from '../life-cycle/order-steps.ts'
import { text } from '../intake/rules/order-fields.ts'
import { openLead } from '../rules/order-facts.ts'
import { urgeMessage, urgesMessage } from '../rules/order-messages.ts'
import { toldOfUrge } from './rules/urging.ts'
import { messageFacts } from './message-facts.ts'
import { insertUrge, lastUrge, wasTold } from './urge-store.ts'

interface Urge { loaded: LoadedOrder, ref: OrderRef, told: (Responsible & { mobile: PhoneNumber, unitId: string }) | null }

/** The contact to be told; none when a text about this order has just gone out to that person. */
async function contactOf (
  context: OrderContext, tx: Tx, { row, units, assignments }: LoadedOrder, { now, minutes }: { now: Date, minutes: number }
): Promise<Urge['told']> {
  const lead = openLead(factsOf({ row, units, assignments }))
  const unitId = toldOfUrge(row.state, lead?.unit.path ?? null)
  if (unitId === null) return null
  const own = unitId === lead?.unit.id ? assignments.find(a => a.id === lead.id)?.personId ?? null : null
  const person = own === null ? await context.directory.responsibleOf(unitId) : await context.directory.person(own).catch(() => null)
  if (!person?.mobile) return null
  const since = new Date(now.getTime() - minutes * 60_000)
  return await wasTold(tx, { orderId: row.id, personId: person.id, since }) ? null : { id: person.id, mobile: person.mobile, unitId }
}

async function one (
  context: OrderContext,
  tx: Tx,
  actor: Actor,
  { orderId, reason, call, bulk }: { orderId: string, reason: string, call: string | null, bulk: boolean }
): Promise<Urge> {
  const now = context.clock.now()
  const loaded = await loadOrder(context, tx, { orderId }, { actor, type: 'case.urge' })
  const lastByThisPerson = await lastUrge(tx, { orderId, by: actor.id, callId: call })
  const step = allow(loaded, { type: 'case.urge', lastByThisPerson }, actor, now)
  const rule = ruleAt(loaded.rules, 'URGE_MINUTES', now)
  const told = await contactOf(context, tx, loaded, { now, minutes: rule.value })
  insertUrge(tx, {
    id: newId(),
    orderId,
    by: actor.id,
    byUnit: actor.unitId,
    reason,
    callId: call,
    bulk,
    toldPerson: told?.id ?? null,
    at: now
  })
  if (call !== null) context.linkCall(tx, { callId: call, orderId, role: 'reminder', by: actor.id, at: now })
  const times = loaded.row.urgeCount + 1
  const ref = await noteStep(context, tx, {
    loaded,
    step,
    actor,
    now,
    changes: {
      urgeCount: times,
      urgedAt: now
    },
    detail: { reason, times, call, person: told?.id ?? null, unit: openLead(factsOf(loaded))?.unit.id ?? null, rule }
  })
  return { loaded, ref, told }
}

/** 催办: not twice in `URGE_MINUTES` by the same person, unless another call asks for it. @throws `urged-just-now` */
async function urge (
  context: OrderContext,
  tx: Tx,
  actor: Actor,
  { orderId, reason, callId: from }: { orderId: string, reason: string, callId?: string | null }
): Promise<OrderRef & { urgeCount: number, told: boolean }> {
  text('reason', reason)
  const call = from ? await namedCall(context, tx, actor, from) : null
  const { loaded, ref, told } = await one(context, tx, actor, { orderId, reason, call, bulk: false })
  if (told) {
    await context.sms.send(tx, {
      key: `urge-${orderId}-${loaded.row.urgeCount}`,
      to: told.mobile,
      body: urgeMessage(await messageFacts(context, loaded, told.unitId), loaded.row.urgeCount),
      subject: `order:${orderId}`
    })
  }
  return { ...ref, urgeCount: loaded.row.urgeCount, told: told !== null }
}

/** Each order on its own: one that is refused (closed, just urged) is named, the others are urged. `told`: text messages, one a contact. */
async function urgeMany (
  context: OrderContext, tx: Tx, actor: Actor, { orderIds, reason }: { orderIds: readonly string[], reason: string }
): Promise<{ urged: number, told: number, refused: Array<{ id: string, code: ErrorCode }> }> {
  text('reason', reason)
  const done: Urge[] = []
  const refused: Array<{ id: string, code: ErrorCode }> = []
  // Locked in one order everywhere, so that two bulk urges never wait for each other.
  for (const orderId of [...new Set(orderIds)].sort()) {
    try {
      done.push(await one(context, tx, actor, { orderId, reason, call: null, bulk: true }))
    } catch (error) {
      if (!(error instanceof DomainError)) throw error
      refused.push({ id: orderId, code: error.code })
    }
  }
  // One text message a contact, however many orders are meant.
  const now = context.clock.now()
  const told = done.flatMap(({ told, loaded: { row } }) => told === null ? [] : [{ ...told, row }])
  const contacts = new Map(told.map(({ id, mobile }) => [id, mobile]))
  for (const [person, mobile] of contacts) {
    const rows = told.flatMap(({ id, row }) => id === person ? [row] : [])
    await context.sms.send(tx, {
      key: `urges-${person}-${now.getTime()}`,
      to: mobile,
      body: urgesMessage(rows.map(({ number, handlingOvertimeAt, onSiteOvertimeAt }) =>
        ({ number, overtime: handlingOvertimeAt !== null || onSiteOvertimeAt !== null }))),
      subject: rows.length === 1 ? `order:${rows[0]?.id ?? ''}` : `urges:${person}`
    })
  }
  return { urged: done.length, told: contacts.size, refused }
}

/** 催办: a person asks that an order go on. It is counted, shown, and told to the unit that has it; it moves nothing. */
export const createUrging = (context: OrderContext) => bind(context, { urge, urgeMany })
