import type { Tx } from '../../../db/database.ts'
import { bind } from '../../../domain/bind.ts'
import { newId } from '../../../domain/ids.ts'
import type { Actor } from '../../../domain/people/roles.ts'
import { text } from '../intake/rules/order-fields.ts'
import { loadOrder, type OrderContext } from '../life-cycle/order-context.ts'
import { allow, carryOut, leadRow } from '../life-cycle/order-steps.ts'
import type { OrderRef, VersionedRef } from '../order-types.ts'
import {
  approveParking, askedParking, endParking, insertParking, objectToParking, parkingsOf, refuseParking, standingParking
} from './parking-store.ts'
import { latestParking, levelObjected, nextReview, type ParkingReason } from './rules/parking.ts'
import { tellParked } from './telling.ts'

/**
 * 挂账, or more time for it: what cannot be done now, with plan, leader and day.
 * @throws `park-too-long`, `parks-used-up`, `unknown-person`
 */
async function park (
  context: OrderContext,
  tx: Tx,
  actor: Actor,
  { reason, plan, leaderId, until, ...seen }: VersionedRef & { reason: ParkingReason, plan: string, leaderId: string, until: Date }
): Promise<OrderRef> {
  const now = context.clock.now()
  text('plan', plan)
  const loaded = await loadOrder(context, tx, seen, { actor, type: 'park.ask' })
  const leader = await context.directory.person(leaderId)
  const earlier = await parkingsOf(tx, loaded.row.id)
  const step = allow(loaded, { type: 'park.ask', plan, until, leaderUnit: leader.unitId, earlier: earlier.approved }, actor, now)
  const lead = leadRow(loaded)
  const no = earlier.asked + 1
  insertParking(tx, {
    id: newId(), orderId: loaded.row.id, assignmentId: lead.id, no, reason, plan, leader: leader.id, until, askedBy: actor.id, askedAt: now
  })
  return await carryOut(context, tx, {
    loaded,
    step,
    actor,
    now,
    changes: { parkingAskedAt: now },
    detail: {
      unit: lead.unitId,
      no,
      why: reason,
      plan,
      leader: leader.id,
      until: until.toISOString(),
      rule: latestParking(loaded.rules, now).rule
    }
  })
}

/** The clock of handling waits from now on, and the complainants are told. @throws `park-too-long`, `own-parking` */
async function approve (
  context: OrderContext, tx: Tx, actor: Actor, { decision = '', ...seen }: VersionedRef & { decision?: string }
): Promise<OrderRef> {
  const now = context.clock.now()
  text('decision', decision)
  const loaded = await loadOrder(context, tx, seen, { actor, type: 'park.approve' })
  const asked = await askedParking(tx, loaded.row.id)
  const step = allow(loaded, { type: 'park.approve', until: asked?.until ?? now, askedBy: asked?.askedBy ?? '' }, actor, now)
  // Without one the rules have refused the step.
  if (asked === null) throw new Error('no parking waits for a decision')
  const { no, until, leader } = asked
  const told = await tellParked(context, tx, loaded, { no, until })
  // More time goes on from the parking that stands.
  const before = await standingParking(tx, loaded.row.id)
  endParking(tx, loaded.row.id, now, 'prolonged')
  approveParking(tx, loaded.row.id, {
    by: actor.id,
    at: now,
    decision,
    beganAt: before?.beganAt ?? now,
    toldAt: told > 0 ? now : null,
    reviewAt: nextReview(loaded.rules, now, until)
  })
  return await carryOut(context, tx, {
    loaded,
    step,
    actor,
    now,
    changes: { parkingAskedAt: null, parkedUntil: until },
    detail: { unit: leadRow(loaded).unitId, no, leader, until: until.toISOString(), told, decision }
  })
}

/** The unit goes on as before. @throws `own-parking` */
async function refuse (
  context: OrderContext, tx: Tx, actor: Actor, { decision, ...seen }: VersionedRef & { decision: string }
): Promise<OrderRef> {
  const now = context.clock.now()
  text('decision', decision)
  const loaded = await loadOrder(context, tx, seen, { actor, type: 'park.refuse' })
  const asked = await askedParking(tx, loaded.row.id)
  const step = allow(loaded, { type: 'park.refuse', decision, askedBy: asked?.askedBy ?? '' }, actor, now)
  refuseParking(tx, loaded.row.id, { by: actor.id, at: now, decision })
  return await carryOut(context, tx, {
    loaded, step, actor, now, changes: { parkingAskedAt: null }, detail: { unit: leadRow(loaded).unitId, no: asked?.no ?? null, decision }
  })
}

/** A complainant objects: the district centre has it from now on, and may end the parking. */
async function object (
  context: OrderContext, tx: Tx, actor: Actor, { reason, ...seen }: VersionedRef & { reason: string }
): Promise<OrderRef> {
  const now = context.clock.now()
  text('reason', reason)
  const loaded = await loadOrder(context, tx, seen, { actor, type: 'park.object' })
  const step = allow(loaded, { type: 'park.object', reason }, actor, now)
  objectToParking(tx, loaded.row.id, now)
  const level = levelObjected(loaded.row.level)
  return await carryOut(context, tx, { loaded, step, actor, now, changes: { level }, detail: { reason, level } })
}

/** It can be done now: the clock of handling goes on with what was left. */
async function end (
  context: OrderContext, tx: Tx, actor: Actor, { reason, ...seen }: VersionedRef & { reason: string }
): Promise<OrderRef> {
  const now = context.clock.now()
  text('reason', reason)
  const loaded = await loadOrder(context, tx, seen, { actor, type: 'park.end' })
  const step = allow(loaded, { type: 'park.end', reason }, actor, now)
  endParking(tx, loaded.row.id, now, 'decided')
  return await carryOut(context, tx, { loaded, step, actor, now, detail: { unit: leadRow(loaded).unitId, end: 'decided', reason } })
}

export const createParking = (context: OrderContext) => bind(context, {
  park, approveParking: approve, refuseParking: refuse, objectToParking: object, endParking: end
})
