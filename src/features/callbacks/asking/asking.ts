import type { Tx } from '../../../db/database.ts'
import type { Sealing } from '../../../db/sealing.ts'
import type { Dialler } from '../../../dialler/dialler-types.ts'
import type { AskedOrder } from '../../../domain/asked-order.ts'
import type { Clock } from '../../../domain/time/clock.ts'
import { withoutExtension } from '../../../domain/telephone/phone-number.ts'
import { systemActor } from '../../../domain/people/roles.ts'
import type { Feed } from '../../../feed/feed.ts'
import type { Alarms } from '../../../queue/alarms.ts'
import { bind } from '../../../domain/bind.ts'
import { declinedHashes } from '../../../dialler/permission/declined-store.ts'
import { callbackAudience, type Steps } from '../callback-steps.ts'
import { addCallbacks, lockOpenCallbacks, saveCallback, statusesOf } from '../callbacks-store.ts'
import type { Callback } from '../callback-columns.ts'
import type { CallbackOrders } from '../callback-types.ts'
import { firstAttemptAt } from '../rules/callback-hours.ts'
import { orderCallbackStatus } from '../rules/order-status.ts'
import { byPersonReasonOf } from '../rules/by-person-reason.ts'

export interface AskingOptions {
  clock: Clock
  feed: Feed
  alarms: Alarms
  sealing: Sealing
  dialler: Pick<Dialler, 'cancel'>
  orders: Pick<CallbackOrders, 'recordCallbackResult'>
  policy: Steps['policy']
}

/** Where the asking stands, by the callbacks of this round. `reason`: why nobody is asked, if it is so. */
async function tellOrder ({ orders }: AskingOptions, tx: Tx, { id, cycle }: AskedOrder, reason: string): Promise<void> {
  const status = orderCallbackStatus(await statusesOf(tx, id, cycle))
  await orders.recordCallbackResult(tx, systemActor, {
    orderId: id,
    cycle,
    status,
    requestId: null,
    contacted: null,
    solved: null,
    grade: null,
    reason: status === 'NOT_REQUIRED' ? reason : null,
    callId: null,
    legId: null
  })
}

/** Everybody who complained is asked, from the day after `from` on; a person already asked in this cycle is not asked again. */
async function askingBegins (context: AskingOptions, tx: Tx, order: AskedOrder, from: Date): Promise<void> {
  const { clock, feed, alarms, sealing } = context
  const asked = order.complainants.map(c => {
    const number = withoutExtension(c.number)
    return { ...c, hash: sealing.fingerprint(number), hashes: sealing.fingerprints(number) }
  })
  const declined = await declinedHashes(tx, asked.flatMap(c => c.hashes))
  // One person who called twice is asked once.
  const seen = new Set<string>()
  const willing = asked.filter(c => {
    const hash = c.hash.toString('hex')
    if (seen.has(hash) || c.hashes.some(one => declined.has(one.toString('hex')))) return false
    seen.add(hash)
    return true
  })
  const policy = await context.policy(clock.now())
  const dueAt = firstAttemptAt(policy, from)
  const ids = await addCallbacks(tx, willing.map(c => ({
    orderId: order.id,
    cycle: order.cycle,
    requestId: c.requestId,
    byPerson: byPersonReasonOf({ ...c, reworkCount: order.reworkCount, cycle: order.cycle }),
    sealed: sealing.seal(c.number),
    hash: c.hash,
    dueAt,
    policySince: policy.validFrom,
    createdAt: clock.now()
  })))
  if (ids.length === 0) {
    // Nobody new wants to be asked, or can be: the order must not stay open for ever for that, and its timeline says why.
    await tellOrder(context, tx, order, asked.length === 0 ? 'no-longer-asked' : 'declined-calls')
    return
  }
  await alarms.set(
    tx,
    ...ids.map(id => ({ family: 'callback' as const, id: `callback-${id}-1`, at: dueAt, payload: { callbackId: id } }))
  )
  const audience = await callbackAudience(tx, order.id)
  await feed.publish(
    tx,
    ...ids.map(id => ({
      topic: 'callback.scheduled',
      subject: id,
      at: clock.now(),
      data: { orderId: order.id, cycle: order.cycle, dueAt },
      audience
    }))
  )
}

async function cancel (
  { clock, feed, dialler }: AskingOptions, tx: Tx, open: readonly Callback[],
  { orderId, cycle, reason }: { orderId: string, cycle: number, reason: string }
): Promise<void> {
  if (open.length === 0) return
  const now = clock.now()
  const audience = await callbackAudience(tx, orderId)
  for (const callback of open) {
    saveCallback(tx, callback, { status: 'CANCELLED', cancelReason: reason, nextAt: null, dialRequestId: null, finishedAt: now })
    await feed.publish(tx, { topic: 'callback.cancelled', subject: callback.id, at: now, data: { orderId, cycle, reason }, audience })
  }
  // After the rows are settled: the dialler reports its cancellations at once, and that report must find nothing to do.
  await dialler.cancel(tx, open.flatMap(c => c.dialRequestId ?? []), reason)
}

/** The order went on otherwise: its complainants are no longer asked about this cycle. */
async function askingEnds (context: AskingOptions, tx: Tx, orderId: string, cycle: number, reason: string): Promise<void> {
  await cancel(context, tx, await lockOpenCallbacks(tx, orderId, cycle), { orderId, cycle, reason })
}

/** These requests belong to the order no more: it waits for their people no longer, and goes on by what the others say. */
async function askingLeaves (context: AskingOptions, tx: Tx, order: AskedOrder, requestIds: readonly string[]): Promise<void> {
  const { id: orderId, cycle } = order
  const open = await lockOpenCallbacks(tx, orderId, cycle, requestIds)
  await cancel(context, tx, open, { orderId, cycle, reason: 'no-longer-asked' })
  if (open.length > 0 && order.state === 'VERIFYING') await tellOrder(context, tx, order, 'no-longer-asked')
}

/** The asking of an order's complainants, begun and ended in the order's own transaction. */
export const createAsking = (context: AskingOptions) => bind(context, { askingBegins, askingLeaves, askingEnds })

export type Asking = ReturnType<typeof createAsking>
