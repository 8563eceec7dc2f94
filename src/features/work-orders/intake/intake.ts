import type { Tx } from '../../../db/database.ts'
import { DomainError } from '../../../domain/errors.ts'
import type { Actor } from '../../../domain/people/roles.ts'
import type { Channel } from '../../../domain/work-order.ts'
import type { Corrections, NewOrder, OrderRef, VersionedRef } from '../order-types.ts'
import { receiptClocks, runReceiptClocks, startTimers } from '../clocks/order-clocks.ts'
import { loadOrder, namedCall, type LoadedOrder, type OrderContext } from '../life-cycle/order-context.ts'
import { requestsOf } from '../requests/request-store.ts'
import { addOrderEvent, findBySource, findDraft, insertOrder, lockSource, nextSerial, type OrderRow } from '../work-orders-store.ts'
import { emptyRow, ofChannel, orderNumber } from './empty-row.ts'
import { allow, announce, carryOut, refOf } from '../life-cycle/order-steps.ts'
import { bind } from '../../../domain/bind.ts'
import { channelOfOrder } from '../../../policy/rules/channel-policy.ts'
import type { OrderEvent } from '../rules/order-facts.ts'
import { line, text } from './rules/order-fields.ts'
import { corrected, amend, note } from './amending.ts'
import { linkCall } from './call-link.ts'
import { columnsOf, nobodyYet, withCallback } from './columns-of-fields.ts'
import { draftCallEnded, draftForCall, saveDraft } from './drafts.ts'
import { answer, reject, forwardPraise } from './settling.ts'

/** Longest time since a source received what it passes on, ms: a year. */
const oldestReceipt = 366 * 86_400_000

const isNew = (input: NewOrder | VersionedRef): input is NewOrder => !('orderId' in input)

/** `matter`: as it will be once the step is taken. */
const intakeEvent = (
  type: 'intake.receive' | 'case.file',
  { requestType, categoryCode, title }: OrderRow,
  said: { lifts: boolean, praises: boolean, reason: string }
): OrderEvent =>
  type === 'case.file' ? { type, matter: { requestType, categoryCode, title }, ...said } : { type, ...said }

/** The order an outside system sent before under this number, if any: its resend is not a second order. */
async function known (context: OrderContext, tx: Tx, input: NewOrder): Promise<LoadedOrder | null> {
  const found = input.sourceNumber ? await findBySource(tx, input.channel, input.sourceNumber) : null
  return found && await loadOrder(context, tx, { orderId: found.id }, 'service')
}

/** Whether this sender has sent the order before: a resend gets its order, whatever today's row of the channel says. */
async function hasSent (_context: OrderContext, tx: Tx, actor: Actor, { channel, sourceNumber }: NewOrder): Promise<boolean> {
  return Boolean(sourceNumber) && (await findBySource(tx, channel, sourceNumber ?? ''))?.createdBy === actor.id
}

/**
 * What goes on as the draft of its call: that has a channel and a time of its own, and no source.
 * @throws DomainError `invalid-input` with what would be lost: a matter told on a restricted channel would be open to all
 */
function ofDraft (draft: { id: string, channel: Channel }, input: NewOrder): VersionedRef & Corrections {
  const { channel, sourceNumber, callId: _call, receivedAt, ...rest } = input
  const lost = channel !== draft.channel ? 'channel' : sourceNumber ? 'sourceNumber' : receivedAt ? 'receivedAt' : null
  if (lost !== null) {
    throw new DomainError('invalid-input', 'the draft of this call has a channel and a time of its own, and no source', { field: lost })
  }
  return { ...rest, orderId: draft.id }
}

/** A new order straight to `RECEIVED` or `FILED`: one statement each for row, timeline, clocks and feed. */
async function create (
  context: OrderContext, tx: Tx, actor: Actor, input: NewOrder, type: 'intake.receive' | 'case.file'
): Promise<OrderRef> {
  if (input.sourceNumber) line('sourceNumber', input.sourceNumber, 64)
  const now = context.clock.now()
  if (input.receivedAt && input.receivedAt.getTime() < now.getTime() - oldestReceipt) {
    throw new DomainError('invalid-input', 'received more than a year ago', { field: 'receivedAt' })
  }
  const receivedAt = input.receivedAt && input.receivedAt < now ? input.receivedAt : now
  const channel = channelOfOrder(await context.channels(), input.channel, { receivedAt, now })
  // Sent twice at once: the second waits, and finds the first.
  if (input.sourceNumber) await lockSource(tx, input.channel, input.sourceNumber)
  const [serial, fields, calendar, policies, rules, units, there, origin] = await Promise.all([
    nextSerial(tx), columnsOf(context, input, null, nobodyYet), context.calendar(), context.policies(), context.rules(),
    context.directory.tree(), known(context, tx, input),
    input.callId ? namedCall(context, tx, actor, input.callId) : null
  ])
  // Its resend is not a second order; another sender's number of the same name is another order.
  if (there && there.row.createdBy === actor.id) return refOf(there.row)
  if (origin !== null) {
    const draft = await findDraft(tx, origin, actor.id)
    if (draft !== null) {
      return await advance(context, tx, actor, ofDraft(draft, input), type)
    }
  }
  const row = {
    ...emptyRow({ ...ofChannel(channel), createdBy: actor.id, receivedAt, number: orderNumber(serial, now, calendar.timeZone) }, now),
    ...fields,
    sourceNumber: input.sourceNumber ?? null,
    originCallId: origin
  }
  Object.assign(row, withCallback(row))
  const loaded: LoadedOrder = { row, assignments: [], deadlines: [], units, calendar, policies, rules }
  const step = allow(loaded, intakeEvent(type, row, { lifts: false, praises: false, reason: '' }), actor, now)
  // Said last: a trial that could not be filed tells nobody which numbers there are.
  if (there) throw new DomainError('source-number-taken', 'another system has sent an order of this number', { field: 'sourceNumber' })
  // The row is written once, as it is after its first step.
  row.state = step.to
  row.filedAt = type === 'case.file' ? now : null
  const { timers, changes } = await receiptClocks(context, loaded)
  Object.assign(row, changes)
  insertOrder(tx, row)
  await startTimers(context, tx, loaded, timers, null)
  if (origin !== null) context.linkCall(tx, { callId: origin, orderId: row.id, role: 'origin', by: actor.id, at: now })
  addOrderEvent(tx, {
    orderId: row.id,
    at: now,
    kind: step.event.type,
    actor: actor.id,
    actorUnit: actor.unitId,
    from: null,
    to: row.state,
    detail: {
      channel: row.channel,
      channelSince: row.channelSince,
      requestType: row.requestType,
      category: row.categoryCode,
      urgency: row.urgency,
      callback: row.callbackReason ?? row.callbackStatus
    }
  })
  await announce(context, tx, loaded, step.event.type, now)
  return refOf(row)
}

/** A draft or a received order goes on to `RECEIVED` or `FILED`. */
async function advance (
  context: OrderContext, tx: Tx, actor: Actor, { reason = '', ...input }: VersionedRef & Corrections, type: 'intake.receive' | 'case.file'
): Promise<OrderRef> {
  const now = context.clock.now()
  text('reason', reason)
  const loaded = await loadOrder(context, tx, input, { actor, type })
  const changes = await columnsOf(context, input, loaded.row.categoryCode === null ? null : loaded.row, loaded.row)
  // Permission is checked on the order as it stands, completeness on what was typed.
  const said = { ...corrected(loaded.row, input, actor), reason }
  const step = allow(loaded, intakeEvent(type, { ...loaded.row, ...changes }, said), actor, now)
  Object.assign(loaded.row, changes)
  Object.assign(changes, withCallback(loaded.row, await requestsOf(tx, loaded.row.id)))
  Object.assign(changes, await runReceiptClocks(context, tx, loaded, now))
  return await carryOut(context, tx, {
    loaded,
    step,
    actor,
    now,
    changes: { ...changes, draftUntil: null, abandonedAt: null, ...(type === 'case.file' ? { filedAt: now } : {}) },
    detail: {
      channel: loaded.row.channel,
      channelSince: loaded.row.channelSince,
      requestType: loaded.row.requestType,
      category: loaded.row.categoryCode,
      urgency: loaded.row.urgency,
      callback: changes.callbackReason ?? changes.callbackStatus,
      ...(reason === '' ? {} : { reason })
    }
  })
}

async function receive (context: OrderContext, tx: Tx, actor: Actor, input: NewOrder | (VersionedRef & Corrections)): Promise<OrderRef> {
  return isNew(input)
    ? await create(context, tx, actor, input, 'intake.receive')
    : await advance(context, tx, actor, input, 'intake.receive')
}

async function file (context: OrderContext, tx: Tx, actor: Actor, input: NewOrder | (VersionedRef & Corrections)): Promise<OrderRef> {
  return isNew(input)
    ? await create(context, tx, actor, input, 'case.file')
    : await advance(context, tx, actor, input, 'case.file')
}

/** 受理 and 立案: everything until an order is a case. */
export const createIntake = (context: OrderContext) => bind(context, {
  draftForCall, draftCallEnded, saveDraft, hasSent, receive, file, amend, note, answer, reject, forwardPraise, linkCall
})
