import type { Tx } from '../../../db/database.ts'
import { systemActor, type Actor } from '../../../domain/people/roles.ts'
import type { ClosingResult, PhotoPurpose } from '../../../domain/work-order.ts'
import type { OrderRef, VersionedRef } from '../order-types.ts'
import { DomainError } from '../../../domain/errors.ts'
import { says } from '../../../domain/text/words.ts'
import { bind } from '../../../domain/bind.ts'
import { endAssignments, updateAssignment, type AssignmentRow } from '../assignment/assignment-store.ts'
import { drafted, reviewIfMay } from '../closing/answering.ts'
import { withoutAnswer } from './step-under-way.ts'
import { loadOrder, factsOf, type OrderContext } from './order-context.ts'
import { allow, announce, carryOut, notifyAssigned, leadRow, noteStep } from './order-steps.ts'
import { coAssignmentOf, stepOfPhoto } from './rules/life-cycle.ts'
import { line, text } from '../intake/rules/order-fields.ts'
import type { OrderEventKind } from '../rules/order-events.ts'
import { nextInSequence } from '../rules/order-facts.ts'
import { addOrderEvent } from '../work-orders-store.ts'

/** A step of one of the co-handlers on its own assignment; the order's state is the lead's. */
async function co (
  context: OrderContext,
  tx: Tx,
  actor: Actor,
  seen: VersionedRef,
  type: 'co.sign' | 'co.arrive' | 'co.report',
  change: (row: AssignmentRow, now: Date) => Partial<AssignmentRow>,
  detail: Record<string, unknown> = {}
): Promise<OrderRef> {
  const now = context.clock.now()
  const loaded = await loadOrder(context, tx, seen, { actor, type })
  const step = allow(loaded, { type }, actor, now)
  const about = coAssignmentOf(factsOf(loaded), type, actor)
  const mine = loaded.assignments.find(a => a.id === about?.id)
  if (!mine) throw new DomainError('other-units-order', 'your unit has no part in this order')
  updateAssignment(tx, mine, change(mine, now))
  return await carryOut(context, tx, { loaded, step, actor, now, detail: { unit: mine.unitId, ...detail } })
}

async function arrive (
  context: OrderContext,
  tx: Tx,
  actor: Actor,
  { longitude = null, latitude = null, ...seen }: VersionedRef & { longitude?: number | null, latitude?: number | null }
): Promise<OrderRef> {
  const now = context.clock.now()
  const loaded = await loadOrder(context, tx, seen, { actor, type: 'handling.arrive' })
  const step = allow(loaded, { type: 'handling.arrive' }, actor, now)
  const lead = leadRow(loaded)
  updateAssignment(tx, lead, { state: 'on-site', arrivedAt: now, arrivedLongitude: longitude, arrivedLatitude: latitude })
  return await carryOut(
    context,
    tx,
    { loaded, step, actor, now, detail: { unit: lead.unitId, positioned: longitude !== null && latitude !== null } }
  )
}

async function start (
  context: OrderContext,
  tx: Tx,
  actor: Actor,
  { stage = 'service', noVisitReason = '', ...seen }:
  VersionedRef & { stage?: 'service' | 'management' | 'enforcement', noVisitReason?: string }
): Promise<OrderRef> {
  const now = context.clock.now()
  line('noVisitReason', noVisitReason)
  const loaded = await loadOrder(context, tx, seen, { actor, type: 'handling.start' })
  // Where the matter needs no visit there is nothing to explain.
  const visit = loaded.deadlines.some(d => d.kind === 'on-site' && d.stoppedAt === null)
  const step = allow(loaded, { type: 'handling.start', noVisitReason: visit ? noVisitReason : noVisitReason || 'no-visit-needed' },
    actor, now)
  const lead = leadRow(loaded)
  updateAssignment(tx, lead, { state: 'handling' })
  return await carryOut(context, tx, {
    loaded, step, actor, now, detail: { unit: lead.unitId, stage, ...(noVisitReason === '' ? {} : { noVisitReason }) }
  })
}

async function requestHelp (
  context: OrderContext, tx: Tx, actor: Actor, { reason, level, ...seen }: VersionedRef & { reason: string, level: number }
): Promise<OrderRef> {
  const now = context.clock.now()
  text('reason', reason)
  if (!Number.isInteger(level) || level < 1 || level > 3) {
    throw new DomainError('invalid-input', 'level is 1 (sub-centre), 2 (district centre) or 3 (a leader)', { field: 'level' })
  }
  const loaded = await loadOrder(context, tx, seen, { actor, type: 'help.request' })
  const step = allow(loaded, { type: 'help.request', reason, level }, actor, now)
  return await carryOut(
    context,
    tx,
    { loaded, step, actor, now, changes: { level: Math.max(level, loaded.row.level) }, detail: { reason, level } }
  )
}

/** A call to the complainant reached nobody: the attempt stands on the timeline. */
async function callTried (
  context: OrderContext, tx: Tx, actor: Actor, { orderId, by, outcome }: { orderId: string, by: string, outcome: string }
): Promise<OrderRef> {
  const now = context.clock.now()
  const loaded = await loadOrder(context, tx, { orderId }, { actor, type: 'call.link' })
  const step = allow(loaded, { type: 'call.link' }, actor, now)
  return await noteStep(context, tx, { loaded, step, actor: { ...actor, id: by }, now, detail: { outcome } }, 'call.tried')
}

interface Shown { orderId: string, purpose: PhotoPurpose, verb: 'add' | 'remove' }

/** Whether this person may put a photo to the order now; returns the round it belongs to. */
async function photo (
  context: OrderContext, tx: Tx, actor: Actor, { photoId, ...shown }: Shown & { photoId: string }
): Promise<{ cycle: number }> {
  return await put(context, tx, actor, shown, `photo.${shown.verb}`, { photo: photoId })
}

/** The same of a file: who adds photos adds files. */
async function attachment (
  context: OrderContext, tx: Tx, actor: Actor, { attachmentId, ...shown }: Shown & { attachmentId: string }
): Promise<{ cycle: number }> {
  return await put(context, tx, actor, shown, `attachment.${shown.verb}`, { attachment: attachmentId })
}

async function put (
  context: OrderContext, tx: Tx, actor: Actor, { orderId, purpose }: Shown, kind: OrderEventKind, detail: Record<string, unknown>
): Promise<{ cycle: number }> {
  const now = context.clock.now()
  const loaded = await loadOrder(context, tx, { orderId }, { actor, type: stepOfPhoto(purpose) })
  const step = allow(loaded, { type: stepOfPhoto(purpose) }, actor, now)
  await noteStep(context, tx, { loaded, step, actor, now, detail: { ...detail, purpose } }, kind)
  return { cycle: loaded.row.cycle }
}

/**
 * A file of the order was looked through: its readers' pages hear of it, and what was found stands on the timeline, in any state.
 * @param save writes the verdict, with the order locked as by each step; false when it is no news
 */
async function attachmentScanned (
  context: OrderContext,
  tx: Tx,
  { orderId, attachmentId, verdict, save }:
  { orderId: string, attachmentId: string, verdict: 'clean' | 'found', save: () => Promise<boolean> }
): Promise<void> {
  const at = context.clock.now()
  const loaded = await loadOrder(context, tx, { orderId }, 'service')
  if (!await save()) return
  const { state } = loaded.row
  if (verdict === 'found') {
    const detail = { attachment: attachmentId }
    addOrderEvent(tx, { orderId, at, kind: 'attachment.infected', actor: systemActor.id, actorUnit: null, from: state, to: state, detail })
  }
  await announce(context, tx, loaded, 'attachment.scanned', at)
}

const said = (reply: string | undefined): { reply?: string } => reply === undefined ? {} : { reply }

/**
 * `result` is the handler's own word for how it ended, `reply` a draft of the answer to the citizen. In a sequence it hands over to the
 * next unit.
 */
async function report (
  context: OrderContext, tx: Tx, actor: Actor,
  { text: words, result, reply, ...seen }: VersionedRef & { text: string, result?: ClosingResult, reply?: string }
): Promise<OrderRef> {
  const now = context.clock.now()
  text('text', words, 10_000)
  const draft = reply === undefined ? {} : drafted(actor, reply)
  const loaded = await loadOrder(context, tx, seen, { actor, type: 'handling.report' })
  const next = nextInSequence(factsOf(loaded))
  const follower = loaded.assignments.find(a => a.id === next?.id)
  const step = allow(loaded, { type: follower ? 'assignment.hand-over' : 'handling.report', report: words }, actor, now)
  const lead = leadRow(loaded)
  if (follower) {
    updateAssignment(tx, lead, { state: 'ended', report: words, reportedAt: now, endedAt: now, endReason: 'handed-over' })
    updateAssignment(tx, follower, { state: 'dispatched', dispatchedAt: now, forwardedFrom: lead.id })
    await notifyAssigned(context, tx, follower, now)
    return await carryOut(context, tx, {
      loaded,
      step,
      actor,
      now,
      changes: draft,
      detail: { from: lead.unitId, unit: follower.unitId, report: words, assignment: follower.id, ...said(reply) }
    })
  }
  updateAssignment(tx, lead, { state: 'reported', report: words, reportedAt: now })
  const ended: { result?: ClosingResult } = result === undefined ? {} : { result }
  return await carryOut(context, tx, {
    loaded,
    step,
    actor,
    now,
    changes: { reportedAt: now, ...ended, ...draft },
    detail: { unit: lead.unitId, report: words, ...ended, ...said(reply) }
  })
}

/**
 * Who accepts a report reviews the draft it brought, if they may. Their own, or one they may not read, waits for somebody else.
 * @throws DomainError `guard-not-met` with `namesNobody`
 */
async function acceptReport (
  context: OrderContext, tx: Tx, actor: Actor, { remark = '', ...seen }: VersionedRef & { remark?: string }
): Promise<OrderRef> {
  const now = context.clock.now()
  text('remark', remark)
  const loaded = await loadOrder(context, tx, seen, { actor, type: 'report.accept' })
  const step = allow(loaded, { type: 'report.accept' }, actor, now)
  endAssignments(tx, loaded.assignments, a => a.role === 'co', now, 'report-accepted')
  const ref = await carryOut(context, tx, { loaded, step, actor, now, detail: { remark } })
  return await reviewIfMay(context, tx, loaded, actor, now) ?? ref
}

async function sendBack (
  context: OrderContext, tx: Tx, actor: Actor, { reason, ...seen }: VersionedRef & { reason: string }
): Promise<OrderRef> {
  const now = context.clock.now()
  text('reason', reason)
  const loaded = await loadOrder(context, tx, seen, { actor, type: 'report.send-back' })
  const step = allow(loaded, { type: 'report.send-back', reason }, actor, now)
  updateAssignment(tx, leadRow(loaded), { state: 'handling' })
  const changes = { reportedAt: null, result: null, ...withoutAnswer(loaded.row) }
  return await carryOut(context, tx, { loaded, step, actor, now, changes, detail: { reason } })
}

async function coSign (context: OrderContext, tx: Tx, actor: Actor, seen: VersionedRef): Promise<OrderRef> {
  return await co(context, tx, actor, seen, 'co.sign', (_, now) => ({ state: 'signed', signedAt: now }))
}

async function coArrive (context: OrderContext, tx: Tx, actor: Actor, seen: VersionedRef): Promise<OrderRef> {
  return await co(context, tx, actor, seen, 'co.arrive',
    (row, now) => ({ state: 'on-site', arrivedAt: now, signedAt: row.signedAt ?? now }))
}

async function coReport (
  context: OrderContext, tx: Tx, actor: Actor, { text: words, ...seen }: VersionedRef & { text: string }
): Promise<OrderRef> {
  if (!says(text('text', words, 10_000))) throw new DomainError('guard-not-met', 'a report is required', { guard: 'reported' })
  return await co(context, tx, actor, seen, 'co.report',
    (row, now) => ({ state: 'reported', reportedAt: now, report: words, signedAt: row.signedAt ?? now }), { report: words })
}

/** 处置: the unit's own work, from the spot to the report, and the sub-centre's decision on it. */
export const createHandling = (context: OrderContext) => bind(context, {
  arrive, start, requestHelp, callTried, photo, attachment, attachmentScanned, report, acceptReport, sendBack, coSign, coArrive, coReport
})
