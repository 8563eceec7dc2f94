import type { Tx } from '../../../db/database.ts'
import { DomainError } from '../../../domain/errors.ts'
import { pick } from '../../../domain/properties.ts'
import { systemActor, type Actor } from '../../../domain/people/roles.ts'
import type { ClosingResult } from '../../../domain/work-order.ts'
import { orderKind } from '../../../access/rules/visibility.ts'
import type { OrderRef, OrderStep } from '../order-types.ts'
import { addAssignment, endAssignments, type AssignmentRow } from '../assignment/assignment-store.ts'
import { extendHandling, resumeHandling, signingClock, startTimers } from '../clocks/order-clocks.ts'
import { readerUnit } from '../../../domain/people/reader-unit.ts'
import { standingUnit } from '../../../domain/people/unit-tree.ts'
import { factsOf, orderAudience, type LoadedOrder, type OrderContext } from './order-context.ts'
import { addOrderEvent, newestLine, noteOnOrder, updateOrder, type OrderRow } from '../work-orders-store.ts'
import type { OrderEventKind } from '../rules/order-events.ts'
import { signTimer } from '../clocks/rules/deadlines.ts'
import { decide, notPermitted } from './rules/life-cycle.ts'
import { answeredAndVerified, answerReviewed } from './rules/life-cycle-guards.ts'
import { openLead, unitsTried, type OrderEvent } from '../rules/order-facts.ts'
import { answer } from '../requests/request-columns.ts'
import { openVerification } from '../closing/verification-store.ts'
import type { Effect } from './rules/step.ts'
import {
  askCitizen, lapse, nextCycle, pause, problemFrom, startClocks, stop, unpark, type AllowedStep, type CarryOut, type UnderWay
} from './step-under-way.ts'

export const refOf = ({ id, number, version, state }: OrderRow): OrderRef => ({ id, number, version, state })

/**
 * Asks the rules; whether the order is this person's to know of was asked when it was loaded. @throws DomainError with the refusal's code;
 * `version-conflict` with what stands, to people with a say in the order
 */
export function allow (loaded: LoadedOrder, event: OrderEvent, actor: Actor, now: Date): AllowedStep {
  const { row, seenVersion } = loaded
  const facts = factsOf(loaded)
  const ownUnit = readerUnit(loaded.units, actor.unitId)
  if (seenVersion !== undefined && seenVersion !== row.version && notPermitted(facts, event.type, actor, ownUnit) === null) {
    throw new DomainError('version-conflict', 'somebody else has changed this order since', { version: row.version, state: row.state })
  }
  // Automatic follow-up steps in the same transaction continue from here.
  loaded.seenVersion = undefined
  const decision = decide(facts, event, actor, now, { ownUnit, rules: loaded.rules })
  if ('refused' in decision) {
    throw new DomainError(decision.refused, decision.why, {
      state: loaded.row.state,
      event: event.type,
      ...(decision.guard === undefined ? {} : { guard: decision.guard }),
      ...(decision.rule === undefined ? {} : { rule: decision.rule })
    })
  }
  return { event, ...decision }
}

const unitClocks = ['on-site', 'handling', 'sign'] as const
const allClocks = [...unitClocks, 'citizen', 'dispatch', 'first-contact'] as const

/** How a closed order ended, where no result was given: the citizen's answer first, then the unit's own word. */
function closingResult (row: OrderRow): ClosingResult {
  if (row.callbackStatus === 'UNREACHABLE') return 'UNREACHABLE'
  if (row.callbackStatus === 'DISSATISFIED_EXPLAINED') return row.result === 'NOT_SOLVABLE_NOW' ? row.result : 'EXPLAINED'
  return row.result ?? 'SOLVED'
}

/** The hand-over alarm of an assignment: text message to the person responsible. */
export async function notifyAssigned (context: OrderContext, tx: Tx, assignment: AssignmentRow, at: Date): Promise<void> {
  await context.alarms.set(tx, {
    family: 'dispatch',
    id: `assignment-${assignment.id}`,
    at,
    payload: { orderId: assignment.orderId, assignmentId: assignment.id }
  })
}

/** Carries out what the rules allowed: clocks, counters, the row, its timeline and the feed, then what follows of itself. */
export async function carryOut (
  context: OrderContext, tx: Tx, { loaded, step, actor, now, changes = {}, detail = {}, hold = false }: CarryOut
): Promise<OrderRef> {
  const { row } = loaded
  const from = row.state
  const under: UnderWay = {
    loaded,
    from,
    step,
    now,
    hold,
    changes: { ...changes, state: step.to, updatedAt: now },
    after: [],
    lead: openLead(factsOf(loaded)),
    rule: null
  }
  for (const effect of step.effects) await apply(context, tx, under, effect)
  updateOrder(tx, row, under.changes)
  addOrderEvent(
    tx,
    {
      orderId: row.id,
      at: now,
      kind: step.event.type,
      actor: actor.id,
      actorUnit: actor.unitId,
      from,
      to: step.to,
      detail: under.rule === null ? detail : { ...detail, rule: under.rule }
    }
  )
  await announce(context, tx, loaded, step.event.type, now)
  for (const follow of under.after) await follow()
  // What followed may have carried the order further: the answer is the order as it stands then.
  return refOf(row)
}

async function apply (context: OrderContext, tx: Tx, under: UnderWay, effect: Effect): Promise<void> {
  const { loaded, loaded: { row }, step, now, hold, changes, after, lead } = under
  switch (effect) {
    case 'stop-dispatch-clock': stop(tx, under, 'dispatch'); break
    case 'stop-first-contact-clock': stop(tx, under, 'first-contact'); break
    case 'start-unit-clocks': await startClocks(context, tx, under, 'dispatch'); break
    case 'restart-unit-clocks':
      stop(tx, under, ...unitClocks)
      await startClocks(context, tx, under, step.event.type === 'assignment.hand-over' ? 'hand-over' : 'return')
      break
    case 'start-rework-clock':
      stop(tx, under, ...unitClocks)
      await startClocks(context, tx, under, 'rework')
      break
    case 'start-sign-clock':
      stop(tx, under, 'sign')
      await startTimers(context, tx, loaded, [
        step.event.type === 'assignment.forward'
          ? signingClock(loaded, lead?.unit.id ?? null, now)
          : signTimer(row.urgency, now, loaded)
      ], lead?.id ?? null)
      break
    case 'lapse-objection': lapse(tx, under); break
    case 'pause-handling-clock': pause(tx, under); break
    case 'end-parking': await unpark(context, tx, under); break
    case 'stop-sign-clock': stop(tx, under, 'sign'); break
    case 'stop-on-site-clock': stop(tx, under, 'on-site'); break
    case 'stop-handling-clock': stop(tx, under, 'handling'); break
    case 'stop-unit-clocks': stop(tx, under, ...unitClocks); break
    case 'stop-all-clocks': stop(tx, under, ...allClocks); break
    case 'extend-handling-clock':
      if (step.event.type === 'extension.grant') Object.assign(changes, await extendHandling(context, tx, loaded, step.event.until, now))
      break
    case 'resume-handling-clock': await resumeHandling(context, tx, loaded, now); break
    case 'count-return':
      changes.returnCount = row.returnCount + 1
      problemFrom(under, 'UNITS_UNTIL_DESIGNATED', unitsTried(factsOf(loaded)))
      break
    case 'next-cycle': await nextCycle(context, tx, under); break
    case 'open-verification':
      if (row.verificationStatus === 'PENDING') openVerification(tx, row, now)
      break
    case 'schedule-callback': after.push(async () => await askCitizen(context, tx, loaded, now)); break
    case 'close-if-complete': after.push(async () => await closeIfComplete(context, tx, loaded, now)); break
    case 'rework': after.push(async () => await sendToRework(context, tx, loaded, systemActor, now, 'verification-failed', false)); break
    case 'redispatch': after.push(async () => await redispatch(context, tx, loaded, now, hold)); break
    default: effect satisfies never
  }
}

/**
 * A step that changes nothing of what others decide on (an urge, a photo): on the timeline and the feed, but the version
 * stays the same.
 */
export async function noteStep (
  context: OrderContext,
  tx: Tx,
  { loaded, step, actor, now, changes = {}, detail = {} }: Omit<CarryOut, 'hold'> & { step: Pick<AllowedStep, 'event'> },
  kind: OrderEventKind = step.event.type
): Promise<OrderRef> {
  const { row } = loaded
  noteOnOrder(tx, row, { ...changes, updatedAt: now })
  addOrderEvent(tx, { orderId: row.id, at: now, kind, actor: actor.id, actorUnit: actor.unitId, from: row.state, to: row.state, detail })
  await announce(context, tx, loaded, kind, now)
  return refOf(row)
}

/** Says what happened to the order: on the feed, and to the listeners. */
export async function announce (
  context: OrderContext, tx: Tx, loaded: Parameters<typeof orderAudience>[0], what: string, now: Date, more: Record<string, unknown> = {}
): Promise<void> {
  const { row } = loaded
  await context.feed.publish(tx, {
    topic: `order.${what}`,
    subject: row.id,
    at: now,
    data: {
      number: row.number,
      state: row.state,
      version: row.version,
      urgency: row.urgency,
      townId: row.townId,
      unitId: openLead(factsOf(loaded))?.unit.id ?? null,
      ...more
    },
    audience: orderAudience(loaded)
  })
  await context.announce.stepped(tx, stepOf(tx, loaded, what, now))
}

function stepOf (tx: Tx, loaded: Pick<LoadedOrder, 'row' | 'assignments' | 'units'>, what: string, at: Date): OrderStep {
  const { id, state, categoryCode, townId, urgency, aboutUnit, ...kind } = factsOf(loaded)
  const { number, version } = loaded.row
  return {
    what,
    at,
    order: { id, number, state, version, categoryCode, townId, urgency, aboutUnit, kind: orderKind(kind) },
    line: async () => await newestLine(tx, id)
  }
}

async function closeIfComplete (context: OrderContext, tx: Tx, loaded: LoadedOrder, now: Date): Promise<void> {
  // The asking may have closed it already.
  if (loaded.row.state !== 'VERIFYING') return
  const question = {
    order: factsOf(loaded), event: { type: 'case.close' }, actor: systemActor, now, service: true, rules: loaded.rules
  } as const
  if (answeredAndVerified(question) || answerReviewed(question)) return
  await closeOrder(context, tx, loaded, systemActor, now, {})
}

/** 结案. */
export async function closeOrder (
  context: OrderContext, tx: Tx, loaded: LoadedOrder, actor: Actor, now: Date, said: { result?: ClosingResult }
): Promise<OrderRef> {
  const step = allow(loaded, { type: 'case.close' }, actor, now)
  const { row } = loaded
  const result = said.result ?? closingResult(row)
  endAssignments(tx, loaded.assignments, () => true, now, 'closed')
  const ref = await carryOut(context, tx, {
    loaded,
    step,
    actor,
    now,
    // Who joined since the review is given the same answer.
    changes: { result, closedAt: now, ...(row.replyReviewedAt === null ? {} : pick(row, answer)) },
    detail: {
      result,
      callback: row.callbackStatus,
      callbackReason: row.callbackReason,
      verification: row.verificationStatus
    }
  })
  await context.announce.askingEnds(tx, row.id, row.cycle, 'closed')
  return ref
}

/** 返工重办, or 复核重启 of a closed order. */
export async function sendToRework (
  context: OrderContext, tx: Tx, loaded: LoadedOrder, actor: Actor, now: Date, reason: string, hold: boolean
): Promise<OrderRef> {
  const type = loaded.row.state === 'CLOSED' ? 'case.reopen' : 'case.rework'
  const step = allow(loaded, { type, reason }, actor, now)
  endAssignments(tx, loaded.assignments, () => true, now, 'rework')
  return await carryOut(context, tx, { loaded, step, actor, now, detail: { reason }, hold })
}

/** A rework goes straight back to the unit that led it last, if it may; a problem order waits for a decision. */
async function redispatch (context: OrderContext, tx: Tx, loaded: LoadedOrder, now: Date, hold: boolean): Promise<void> {
  const last = loaded.assignments.filter(a => a.role === 'lead' && a.dispatchedAt).at(-1)
  const unit = last && standingUnit(loaded.units, last.unitId)
  if (!last || !unit || hold || loaded.row.problem) return
  const { basis, basisEvidence: evidence, unitId, personId } = last
  const event = { type: 'case.dispatch', mode: 'single', units: [unit], coUnits: [], basis, evidence } as const
  // A unit that may not have it any more: a dispatcher decides.
  if ('refused' in decide(factsOf(loaded), event, systemActor, now, { rules: loaded.rules })) return
  const step = allow(loaded, event, systemActor, now)
  const hop = addAssignment(tx, loaded.assignments, loaded.row.id,
    { role: 'lead', unitId, personId, basis, basisEvidence: evidence, cycle: loaded.row.cycle, forwardedFrom: last.id }, now)
  await notifyAssigned(context, tx, hop, now)
  await carryOut(
    context,
    tx,
    { loaded, step, actor: systemActor, now, changes: { dispatchedAt: now }, detail: { unit: unitId, assignment: hop.id, basis } }
  )
}

/** The open lead's row. */
export function leadRow (loaded: LoadedOrder): AssignmentRow {
  const lead = openLead(factsOf(loaded))
  const row = loaded.assignments.find(a => a.id === lead?.id)
  if (!row) throw new DomainError('guard-not-met', 'no unit leads this order', { guard: 'led' })
  return row
}
