import type { Tx } from '../../../db/database.ts'
import { DomainError } from '../../../domain/errors.ts'
import { newId } from '../../../domain/ids.ts'
import type { Actor } from '../../../domain/people/roles.ts'
import type { Basis } from '../../../domain/work-order.ts'
import type { DispatchInput, OrderRef, VersionedRef } from '../order-types.ts'
import { addAssignment, endAssignments, updateAssignment } from './assignment-store.ts'
import { decideReturn, insertReturn } from './return-store.ts'
import { knownUnit, loadOrder, type LoadedOrder, type OrderContext } from '../life-cycle/order-context.ts'
import { allow, carryOut, notifyAssigned, leadRow } from '../life-cycle/order-steps.ts'
import { returnLatest } from '../clocks/rules/deadlines.ts'
import { text } from '../intake/rules/order-fields.ts'
import type { AssignmentRole } from '../rules/order-facts.ts'
import type { UnitFacts } from '../../../domain/people/unit-tree.ts'
import { bind } from '../../../domain/bind.ts'

interface Resolution extends VersionedRef { unitId: string, coUnitIds?: string[], basis: Basis, evidence?: string, decision?: string }

interface NewAssignment {
  role: AssignmentRole
  unitId: string
  personId?: string | null
  basis: Basis
  evidence: string
  /** the assignment it was forwarded from */
  from?: string | null
}

/** A new assignment, and its alarm; `now` null: it waits for its turn. */
async function assign (context: OrderContext, tx: Tx, loaded: LoadedOrder, to: NewAssignment, now: Date | null): Promise<string> {
  const assignment = addAssignment(tx, loaded.assignments, loaded.row.id, {
    role: to.role,
    unitId: to.unitId,
    personId: to.personId ?? null,
    basis: to.basis,
    basisEvidence: to.evidence,
    cycle: loaded.row.cycle,
    forwardedFrom: to.from ?? null
  }, now)
  if (now) await notifyAssigned(context, tx, assignment, now)
  return assignment.id
}

/** A person of that unit. @throws DomainError `unknown-person` */
async function personOf (context: OrderContext, personId: string | null | undefined, unitId: string): Promise<string | null> {
  if (!personId) return null
  const person = await context.directory.person(personId)
  if (person.unitId !== unitId) {
    throw new DomainError('unknown-person', 'this person does not work for that unit', { person: personId, unit: unitId })
  }
  return person.id
}

const named = (loaded: LoadedOrder, ids: readonly string[]): UnitFacts[] => ids.map(id => knownUnit(loaded.units, id))

async function dispatch (
  context: OrderContext, tx: Tx, actor: Actor, { mode, unitIds, coUnitIds = [], personId, basis, evidence = '', ...seen }: DispatchInput
): Promise<OrderRef> {
  const now = context.clock.now()
  text('evidence', evidence)
  const loaded = await loadOrder(context, tx, seen, { actor, type: 'case.dispatch' })
  const units = named(loaded, unitIds)
  const coUnits = named(loaded, coUnitIds)
  const step = allow(loaded, { type: 'case.dispatch', mode, units, coUnits, basis, evidence }, actor, now)
  const person = await personOf(context, personId, unitIds[0] ?? '')
  const assignments: string[] = []
  for (const [i, unit] of units.entries()) {
    const to: NewAssignment = { role: 'lead', unitId: unit.id, personId: i === 0 ? person : null, basis, evidence }
    assignments.push(await assign(context, tx, loaded, to, i === 0 ? now : null))
  }
  for (const unit of coUnits) assignments.push(await assign(context, tx, loaded, { role: 'co', unitId: unit.id, basis, evidence }, now))
  return await carryOut(context, tx, {
    loaded,
    step,
    actor,
    now,
    changes: {
      dispatchedAt: loaded.row.dispatchedAt ?? now
    },
    detail: { mode, units: unitIds, coUnits: coUnitIds, basis, evidence, assignments }
  })
}

async function forward (
  context: OrderContext,
  tx: Tx,
  actor: Actor,
  { unitId, personId, remark = '', ...seen }: VersionedRef & { unitId: string, personId?: string | null, remark?: string }
): Promise<OrderRef> {
  const now = context.clock.now()
  text('remark', remark)
  const loaded = await loadOrder(context, tx, seen, { actor, type: 'assignment.forward' })
  const step = allow(loaded, { type: 'assignment.forward', unit: knownUnit(loaded.units, unitId), personId: personId ?? null },
    actor, now)
  const person = await personOf(context, personId, unitId)
  const from = leadRow(loaded)
  updateAssignment(tx, from, { state: 'ended', endedAt: now, endReason: 'forwarded' })
  const assignment = await assign(context, tx, loaded,
    { role: 'lead', unitId, personId: person, basis: from.basis, evidence: from.basisEvidence, from: from.id }, now)
  return await carryOut(
    context,
    tx,
    { loaded, step, actor, now, detail: { from: from.unitId, unit: unitId, person, assignment, remark } }
  )
}

async function sign (context: OrderContext, tx: Tx, actor: Actor, seen: VersionedRef): Promise<OrderRef> {
  const now = context.clock.now()
  const loaded = await loadOrder(context, tx, seen, { actor, type: 'assignment.sign' })
  const step = allow(loaded, { type: 'assignment.sign' }, actor, now)
  const lead = leadRow(loaded)
  updateAssignment(tx, lead, { state: 'signed', signedAt: now })
  return await carryOut(context, tx, { loaded, step, actor, now, detail: { unit: lead.unitId, assignment: lead.id } })
}

async function requestReturn (
  context: OrderContext, tx: Tx, actor: Actor, { reason, evidence = '', ...seen }: VersionedRef & { reason: string, evidence?: string }
): Promise<OrderRef> {
  const now = context.clock.now()
  text('reason', reason)
  text('evidence', evidence)
  const loaded = await loadOrder(context, tx, seen, { actor, type: 'assignment.return' })
  const started = loaded.assignments.find(a => a.role === 'lead' && a.endedAt === null && a.state !== 'waiting')?.dispatchedAt ?? null
  const step = allow(loaded, { type: 'assignment.return', reason, latest: started && returnLatest(started, loaded) },
    actor, now)
  const lead = leadRow(loaded)
  insertReturn(tx, {
    id: newId(),
    orderId: loaded.row.id,
    assignmentId: lead.id,
    reason,
    evidence,
    previousState: loaded.row.state,
    requestedBy: actor.id,
    requestedAt: now
  })
  return await carryOut(context, tx, { loaded, step, actor, now, detail: { unit: lead.unitId, reason, evidence } })
}

async function approveReturn (
  context: OrderContext,
  tx: Tx,
  actor: Actor,
  { unitId, basis, evidence = '', decision = '', ...seen }:
  VersionedRef & { unitId: string, basis: Basis, evidence?: string, decision?: string }
): Promise<OrderRef> {
  const now = context.clock.now()
  text('evidence', evidence)
  text('decision', decision)
  const loaded = await loadOrder(context, tx, seen, { actor, type: 'return.approve' })
  const step = allow(loaded, { type: 'return.approve', unit: knownUnit(loaded.units, unitId), basis, evidence }, actor, now)
  const from = leadRow(loaded)
  decideReturn(tx, loaded.row.id, { by: actor.id, at: now, approved: true, decision })
  updateAssignment(tx, from, { state: 'ended', endedAt: now, endReason: 'returned' })
  const assignment = await assign(context, tx, loaded, { role: 'lead', unitId, basis, evidence }, now)
  return await carryOut(
    context,
    tx,
    { loaded, step, actor, now, detail: { from: from.unitId, unit: unitId, basis, evidence, assignment, decision } }
  )
}

async function refuseReturn (
  context: OrderContext, tx: Tx, actor: Actor, { decision, ...seen }: VersionedRef & { decision: string }
): Promise<OrderRef> {
  const now = context.clock.now()
  text('decision', decision)
  const loaded = await loadOrder(context, tx, seen, { actor, type: 'return.refuse' })
  const step = allow(loaded, { type: 'return.refuse', decision }, actor, now)
  const lead = leadRow(loaded)
  decideReturn(tx, loaded.row.id, { by: actor.id, at: now, approved: false, decision })
  updateAssignment(tx, lead, { state: step.to === 'ON_SITE' ? 'on-site' : 'signed', signedAt: lead.signedAt ?? now })
  return await carryOut(context, tx, { loaded, step, actor, now, detail: { unit: lead.unitId, decision } })
}

async function resolveHelp (
  context: OrderContext, tx: Tx, actor: Actor, { unitId, coUnitIds = [], basis, evidence = '', decision = '', ...seen }: Resolution
): Promise<OrderRef> {
  const now = context.clock.now()
  text('evidence', evidence)
  text('decision', decision)
  const loaded = await loadOrder(context, tx, seen, { actor, type: 'help.resolve' })
  const step = allow(
    loaded,
    { type: 'help.resolve', units: named(loaded, [unitId]), coUnits: named(loaded, coUnitIds), basis, evidence },
    actor,
    now
  )
  const before = leadRow(loaded)
  updateAssignment(tx, before, { state: 'ended', endedAt: now, endReason: 'coordinated' })
  endAssignments(tx, loaded.assignments, a => a.role === 'co' && coUnitIds.includes(a.unitId), now, 'coordinated')
  const assignment = await assign(context, tx, loaded, { role: 'lead', unitId, basis, evidence, from: before.id }, now)
  for (const co of coUnitIds) await assign(context, tx, loaded, { role: 'co', unitId: co, basis, evidence }, now)
  return await carryOut(context, tx, {
    loaded,
    step,
    actor,
    now,
    detail: { from: before.unitId, unit: unitId, coUnits: coUnitIds, basis, evidence, assignment, decision }
  })
}

/** 派遣: the unit that gets the order, level by level, and what happens when it is not theirs. */
export const createDispatching = (context: OrderContext) => bind(context, {
  dispatch, forward, sign, requestReturn, approveReturn, refuseReturn, resolveHelp
})
