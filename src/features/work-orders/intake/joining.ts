import type { Tx } from '../../../db/database.ts'
import { DomainError } from '../../../domain/errors.ts'
import { newId } from '../../../domain/ids.ts'
import { withExtension } from '../../../domain/telephone/phone-number.ts'
import { readerUnit } from '../../../domain/people/reader-unit.ts'
import type { Actor } from '../../../domain/people/roles.ts'
import { bind } from '../../../domain/bind.ts'
import type { OrderRef, VersionedRef, NewComplainant } from '../order-types.ts'
import { loadOrder, namedCall, type LoadedOrder, type OrderContext } from '../life-cycle/order-context.ts'
import { insertJoined, moveRequests, requestsOf, type RequestRow } from '../requests/request-store.ts'
import { isConfidential, nextSerial, readAgain, type OrderChanges, type OrderRow } from '../work-orders-store.ts'
import { allow, carryOut, refOf } from '../life-cycle/order-steps.ts'
import { isOpen } from '../life-cycle/rules/steps/states-and-roles.ts'
import { orderForCallback } from '../closing/asked-order.ts'
import { tellJoined } from '../parking/telling.ts'
import { complainant, complains, isAsked, type ComplainantFacts } from './rules/complainants.ts'
import { orderNumber } from './empty-row.ts'
import { checkedCreditCode, checkFields } from './rules/order-fields.ts'
import { sealed } from './columns-of-fields.ts'

/** A complaint about a unit never stays with it: it would have an order it may not see. @throws DomainError `guard-not-met` */
export function refuseHolder (loaded: LoadedOrder, about: string | null | undefined, event: 'case.amend' | 'case.merge'): void {
  const open = loaded.assignments.filter(a => a.endedAt === null)
  const line = about ? readerUnit(loaded.units, about).line : []
  if (open.some(a => line.includes(a.unitId))) {
    const why = 'the order is in the line of the unit complained about; it is to be given to another one first'
    throw new DomainError('guard-not-met', why, { guard: 'not-with-them', state: loaded.row.state, event })
  }
}

/** What the order that stays is about when a complaint about a unit joins it. Two units complained about stay two orders. */
function aboutAfterMerge (into: LoadedOrder, { aboutUnitId }: OrderRow): OrderChanges {
  if (aboutUnitId === null || aboutUnitId === into.row.aboutUnitId) return {}
  if (into.row.aboutUnitId !== null) {
    const why = 'the two complain about different units; they stay two orders'
    throw new DomainError('guard-not-met', why, { guard: 'about-one-unit', state: into.row.state, event: 'case.merge' })
  }
  refuseHolder(into, aboutUnitId, 'case.merge')
  return { aboutUnitId }
}

/** An order of a restricted channel keeps its readers: it is one case with its like alone. */
function refuseOtherReaders (into: OrderRow, row: OrderRow): void {
  if (into.restricted === row.restricted) return
  const why = 'an order of a restricted channel, as the Party mailbox, has readers of its own; it is merged with another such order only'
  throw new DomainError('guard-not-met', why, { guard: 'same-readers', state: into.state, event: 'case.merge' })
}

async function everybody (tx: Tx, row: OrderRow): Promise<ComplainantFacts[]> {
  return (await requestsOf(tx, row.id)).map(complainant)
}

/** A person joined an order's complainants. Where the asking has begun this person is asked too, and the order waits for the answer. */
async function joined (
  context: OrderContext,
  tx: Tx,
  loaded: LoadedOrder,
  actor: Actor,
  now: Date,
  { asked, changes, detail }: {
    asked: boolean, changes: OrderChanges, detail: Record<string, unknown>
  }
): Promise<OrderRef> {
  const { row } = loaded
  if (!isOpen(row.state)) throw new DomainError('guard-not-met', 'the order is not open', { guard: 'open', state: row.state })
  const waits = row.callbackStatus === 'OFFICER' || row.callbackStatus === 'REWORK'
  const settled = row.state === 'VERIFYING' ? !waits : row.callbackStatus === 'NOT_REQUIRED'
  const all: OrderChanges = asked && settled ? { ...changes, callbackStatus: 'PENDING', callbackReason: null } : changes
  const step = allow(loaded, { type: 'complainant.add' }, actor, now)
  const ref = await carryOut(context, tx, { loaded, step, actor, now, changes: all, detail })
  await tellJoined(context, tx, loaded)
  if (!asked || row.state !== 'VERIFYING') return ref
  await context.announce.askingBegins(tx, await orderForCallback(context, tx, loaded), now)
  await readAgain(tx, row)
  return refOf(row)
}

async function merge (
  context: OrderContext, tx: Tx, actor: Actor, { targetId, ...seen }: VersionedRef & { targetId: string }
): Promise<OrderRef> {
  const now = context.clock.now()
  // Locked in one order everywhere, so that two merges never wait for each other.
  const target = targetId < seen.orderId
    ? await loadOrder(context, tx, { orderId: targetId }, { actor, type: 'complainant.add' })
    : null
  const loaded = await loadOrder(context, tx, seen, { actor, type: 'case.merge' })
  const into = target ??
    (targetId === seen.orderId ? loaded : await loadOrder(context, tx, { orderId: targetId }, { actor, type: 'complainant.add' }))
  const step = allow(loaded, { type: 'case.merge', target: { id: into.row.id, state: into.row.state } }, actor, now)
  const { row } = loaded
  refuseOtherReaders(into.row, row)
  const changes = aboutAfterMerge(into, row)
  const known = await everybody(tx, into.row)
  // A person asked already under the same number is asked once.
  const anybody = (await everybody(tx, row)).some(c => c.asked && !isAsked(known, c.number))
  moveRequests(tx, row.id, into.row.id)
  into.row.othersConfidential ||= isConfidential(row)
  await joined(context, tx, into, actor, now, { asked: anybody, changes, detail: { from: row.number, order: row.id } })
  return await carryOut(context, tx, {
    loaded,
    step,
    actor,
    now,
    changes: { draftUntil: null, mergedInto: into.row.id, closedAt: now, callbackStatus: 'NOT_REQUIRED', callbackReason: 'merged' },
    detail: { into: into.row.id, number: into.row.number, ...(changes.aboutUnitId ? { about: changes.aboutUnitId } : {}) }
  })
}

/** A number that is among the order's complainants already changes nothing. */
async function addComplainant (
  context: OrderContext, tx: Tx, actor: Actor,
  { name, number, callId: call, wantsCallback = true, words = '', ...input }: VersionedRef & NewComplainant
): Promise<OrderRef> {
  const now = context.clock.now()
  const { requestType = null, marks = [], confidential, complainantKind = 'PERSON', creditCode = null, ...seen } = input
  const { number: parsed } = checkFields({
    complainantName: name ?? null, complainantNumber: number ?? null, description: words, requestType, marks, creditCode
  })
  const loaded = await loadOrder(context, tx, seen, { actor, type: 'complainant.add' })
  const origin = call ? await namedCall(context, tx, actor, call) : null
  const known = await requestsOf(tx, loaded.row.id)
  const request: RequestRow = {
    id: newId(),
    filedWith: loaded.row.id,
    joinedAt: now,
    receiptNumber: null,
    words,
    callId: origin,
    nameSealed: sealed(context, name),
    complainantKind,
    creditCodeSealed: sealed(context, checkedCreditCode(creditCode, complainantKind)),
    numberSealed: sealed(context, parsed && withExtension(parsed.number, parsed.extension)),
    numberHash: parsed ? context.sealing.fingerprint(parsed.number, known.map(r => r.numberHash)) : null,
    anonymous: false,
    wantsCallback,
    requestType,
    marks,
    // 举报 is confidential by default, as on an order of its own.
    confidential: confidential ?? requestType === 'REPORT_OF_WRONG',
    reply: null,
    replyDraftedBy: null,
    replyReviewedBy: null,
    replyReviewedAt: null
  }
  const facts = complainant({ ...request, askedBack: true })
  if (isOpen(loaded.row.state) && complains(known.map(complainant), facts.number)) {
    // A refusal would reveal the number's owner, and leave no trace of the question.
    return refOf(loaded.row)
  }
  insertJoined(tx, { ...request, receiptNumber: orderNumber(await nextSerial(tx), now, loaded.calendar.timeZone) })
  loaded.row.othersConfidential ||= request.confidential
  if (origin !== null) context.linkCall(tx, { callId: origin, orderId: loaded.row.id, role: 'origin', by: actor.id, at: now })
  return await joined(context, tx, loaded, actor, now, { asked: facts.asked, changes: {}, detail: { call: origin } })
}

/** 并单 and 附上来电人: another person complains about the same, and keeps the own protection. */
export const createJoining = (context: OrderContext) => bind(context, { merge, addComplainant })
