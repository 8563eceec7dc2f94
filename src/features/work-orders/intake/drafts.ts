import type { Tx } from '../../../db/database.ts'
import type { PhoneNumber } from '../../../domain/telephone/phone-number.ts'
import type { Actor } from '../../../domain/people/roles.ts'
import { hotlineChannel } from '../../../domain/work-order.ts'
import { channelOfOrder } from '../../../policy/rules/channel-policy.ts'
import { loadOrder, type OrderContext } from '../life-cycle/order-context.ts'
import { refOf, announce, allow, carryOut } from '../life-cycle/order-steps.ts'
import { addOrderEvent, findDraft, insertOrder, nextSerial, prolongDrafts, type OrderRow } from '../work-orders-store.ts'
import type { OrderRef, VersionedRef, Corrections } from '../order-types.ts'
import { corrected } from './amending.ts'
import { sealed, columnsOf } from './columns-of-fields.ts'
import { emptyRow, ofChannel, orderNumber } from './empty-row.ts'
import { text } from './rules/order-fields.ts'

/** Minutes a draft outlives its call, or the last word typed; then it is kept as abandoned. */
const draftMinutes = 30

/** When a draft that nobody goes on with is kept as abandoned. */
export const draftEnd = (at: Date): Date => new Date(at.getTime() + draftMinutes * 60_000)

/** The draft is looked at when its time is up. */
export async function watchDraft (context: OrderContext, tx: Tx, row: OrderRow): Promise<void> {
  if (row.draftUntil) {
    await context.alarms.set(tx, {
      family: 'draft',
      id: `draft-${row.id}-${row.version}`,
      at: row.draftUntil,
      payload: { orderId: row.id }
    })
  }
}

/** The draft that opens with a call; the next agent to answer the call gets the same one. Survives a hang-up. */
export async function draftForCall (
  context: OrderContext,
  tx: Tx,
  actor: Actor,
  { callId: call, number }: { callId: string, number: PhoneNumber | null }
): Promise<OrderRef> {
  const now = context.clock.now()
  const existing = await findDraft(tx, call, actor.id)
  if (existing !== null) return refOf((await loadOrder(context, tx, { orderId: existing.id }, 'service')).row)
  const [serial, calendar, channels, units] = await Promise.all([
    nextSerial(tx), context.calendar(), context.channels(), context.directory.tree()
  ])
  const channel = channelOfOrder(channels, hotlineChannel, { receivedAt: now, now })
  const row: OrderRow = {
    ...emptyRow({ ...ofChannel(channel), createdBy: actor.id, receivedAt: now, number: orderNumber(serial, now, calendar.timeZone) }, now),
    originCallId: call,
    numberSealed: sealed(context, number),
    numberHash: number === null ? null : context.sealing.fingerprint(number),
    draftUntil: draftEnd(now)
  }
  insertOrder(tx, row)
  context.linkCall(tx, { callId: call, orderId: row.id, role: 'origin', by: actor.id, at: now })
  addOrderEvent(tx, {
    orderId: row.id,
    at: now,
    kind: 'draft.open',
    actor: actor.id,
    actorUnit: actor.unitId,
    from: null,
    to: 'DRAFT',
    detail: { call, channel: row.channel, channelSince: row.channelSince }
  })
  await watchDraft(context, tx, row)
  await announce(context, tx, { row, assignments: [], units }, 'draft.open', now, { call })
  return refOf(row)
}

/** The call of a draft is over: the draft stays open for 30 more minutes. */
export async function draftCallEnded (context: OrderContext, tx: Tx, call: string, at: Date): Promise<void> {
  // No new version: nothing the agent typed or sees has changed meanwhile.
  for (const id of await prolongDrafts(tx, call, draftEnd(at))) {
    await context.alarms.set(tx, {
      family: 'draft',
      id: `draft-${id}-ended-${at.getTime()}`,
      at: draftEnd(at),
      payload: { orderId: id }
    })
  }
}

export async function saveDraft (context: OrderContext, tx: Tx, actor: Actor, input: VersionedRef & Corrections): Promise<OrderRef> {
  const now = context.clock.now()
  const { reason = '', ...fields } = input
  text('reason', reason)
  const loaded = await loadOrder(context, tx, input, { actor, type: 'draft.save' })
  const step = allow(loaded, { type: 'draft.save', ...corrected(loaded.row, fields, actor), reason }, actor, now)
  const changes = await columnsOf(context, fields, loaded.row.categoryCode === null ? null : loaded.row, loaded.row)
  const ref = await carryOut(context, tx, {
    loaded,
    step,
    actor,
    now,
    changes: { ...changes, draftUntil: draftEnd(now), abandonedAt: null },
    detail: { fields: Object.keys(changes), ...(reason === '' ? {} : { reason }) }
  })
  await watchDraft(context, tx, loaded.row)
  return ref
}
