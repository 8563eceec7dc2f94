import type { Database, Tx } from '../../../db/database.ts'
import { bind } from '../../../domain/bind.ts'
import { newId } from '../../../domain/ids.ts'
import { systemActor, type Actor } from '../../../domain/people/roles.ts'
import type { Basis } from '../../../domain/work-order.ts'
import type { Sweep } from '../../../queue/alarms.ts'
import { addAssignment, updateAssignment } from '../assignment/assignment-store.ts'
import { text } from '../intake/rules/order-fields.ts'
import { knownUnit, loadOrder, type OrderContext } from '../life-cycle/order-context.ts'
import { allow, announce, carryOut, leadRow, notifyAssigned } from '../life-cycle/order-steps.ts'
import type { OrderRef, VersionedRef } from '../order-types.ts'
import { addOrderEvent, noteOnOrder } from '../work-orders-store.ts'
import {
  concernedIn, decideObjection, insertObjection, lateObjections, objectionsOfHop, sayLate
} from './objection-store.ts'
import { objectionDue, type ObjectionCode } from './rules/objection.ts'
import { rowOfOrder } from './row-of-order.ts'

/** 派单异议, the second time 职责界定. The unit goes on with the order meanwhile. @throws `objection-used-up` */
async function object (
  context: OrderContext, tx: Tx, actor: Actor,
  { code, reason, evidence, ...seen }: VersionedRef & { code: ObjectionCode, reason: string, evidence: string }
): Promise<OrderRef> {
  const now = context.clock.now()
  text('reason', reason)
  text('evidence', evidence)
  const loaded = await loadOrder(context, tx, seen, { actor, type: 'objection.ask' })
  const open = loaded.assignments.find(a => a.role === 'lead' && a.endedAt === null && a.state !== 'waiting')
  const earlier = open ? await objectionsOfHop(tx, open.id) : 0
  const step = allow(loaded, { type: 'objection.ask', reason, evidence, earlier }, actor, now)
  const lead = leadRow(loaded)
  const instance = earlier + 1
  const { dueAt, rule } = objectionDue(loaded.rules, instance, now)
  const row = await rowOfOrder(context, loaded, lead.unitId)
  insertObjection(tx, {
    id: newId(),
    orderId: loaded.row.id,
    assignmentId: lead.id,
    ruleId: row?.id ?? null,
    code,
    reason,
    evidence,
    instance,
    askedBy: actor.id,
    askedAt: now,
    dueAt
  })
  return await carryOut(context, tx, {
    loaded,
    step,
    actor,
    now,
    changes: { objectionAskedAt: now },
    detail: { unit: lead.unitId, code, reason, evidence, instance, due: dueAt.toISOString(), row: row?.id ?? null, rule }
  })
}

/** The unit was right: another leads from now on. @throws `own-decision` */
async function upholdObjection (
  context: OrderContext, tx: Tx, actor: Actor,
  { unitId, basis, evidence = '', decision, ...seen }: VersionedRef & { unitId: string, basis: Basis, evidence?: string, decision: string }
): Promise<OrderRef> {
  const now = context.clock.now()
  text('evidence', evidence)
  text('decision', decision)
  const loaded = await loadOrder(context, tx, seen, { actor, type: 'objection.uphold' })
  const concerned = await concernedIn(tx, loaded.row.id)
  const unit = knownUnit(loaded.units, unitId)
  const step = allow(loaded, { type: 'objection.uphold', unit, basis, evidence, concerned }, actor, now)
  const from = leadRow(loaded)
  decideObjection(tx, loaded.row.id, { by: actor.id, at: now, upheld: true, decision, leadUnit: unitId })
  updateAssignment(tx, from, { state: 'ended', endedAt: now, endReason: 'returned' })
  const hop = addAssignment(tx, loaded.assignments, loaded.row.id, {
    role: 'lead', unitId, personId: null, basis, basisEvidence: evidence, cycle: loaded.row.cycle, forwardedFrom: null
  }, now)
  await notifyAssigned(context, tx, hop, now)
  return await carryOut(context, tx, {
    loaded,
    step,
    actor,
    now,
    changes: { objectionAskedAt: null },
    detail: { from: from.unitId, unit: unitId, basis, evidence, assignment: hop.id, decision }
  })
}

/** The unit keeps the order. @throws `own-decision` */
async function refuseObjection (
  context: OrderContext, tx: Tx, actor: Actor, { decision, ...seen }: VersionedRef & { decision: string }
): Promise<OrderRef> {
  const now = context.clock.now()
  text('decision', decision)
  const loaded = await loadOrder(context, tx, seen, { actor, type: 'objection.refuse' })
  const concerned = await concernedIn(tx, loaded.row.id)
  const step = allow(loaded, { type: 'objection.refuse', decision, concerned }, actor, now)
  decideObjection(tx, loaded.row.id, { by: actor.id, at: now, upheld: false, decision, leadUnit: null })
  return await carryOut(context, tx, {
    loaded, step, actor, now, changes: { objectionAskedAt: null }, detail: { unit: leadRow(loaded).unitId, decision }
  })
}

export const createObjecting = (context: OrderContext) => bind(context, { object, upholdObjection, refuseObjection })

/** How many orders one run takes; the next run takes the rest. */
const batch = 200

/** Nobody has decided in time: it is said once, on the order and to its desks. */
async function passObjection (context: OrderContext, tx: Tx, orderId: string): Promise<void> {
  const now = context.clock.now()
  const loaded = await loadOrder(context, tx, { orderId }, 'service')
  if (!await sayLate(tx, orderId, now)) return
  const { state } = loaded.row
  noteOnOrder(tx, loaded.row, { updatedAt: now })
  addOrderEvent(tx, {
    orderId, at: now, kind: 'objection.late', actor: systemActor.id, actorUnit: null, from: state, to: state, detail: {}
  })
  await announce(context, tx, loaded, 'objection.late', now)
}

/** Objections that are due, by their rows alone. */
export const lateObjectionsSweep = (context: OrderContext, db: Database): Sweep => ({
  name: 'order-objections',
  pace: 'ordinary',
  async run (now) {
    const failures: unknown[] = []
    for (const orderId of await lateObjections(db, now, batch)) {
      await db.tx(async tx => { await passObjection(context, tx, orderId) }).catch((error: unknown) => { failures.push(error) })
    }
    if (failures.length > 0) throw new AggregateError(failures, `${failures.length} objections could not be said to be late`)
  }
})
