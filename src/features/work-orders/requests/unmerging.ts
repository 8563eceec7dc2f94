import type { Tx } from '../../../db/database.ts'
import { bind } from '../../../domain/bind.ts'
import { DomainError } from '../../../domain/errors.ts'
import { systemActor, type Actor } from '../../../domain/people/roles.ts'
import { resumeStopped } from '../clocks/order-clocks.ts'
import { orderForCallback } from '../closing/asked-order.ts'
import { withCallback } from '../intake/columns-of-fields.ts'
import { draftEnd, watchDraft } from '../intake/drafts.ts'
import { checksSettled } from '../intake/rules/amendment.ts'
import { text } from '../intake/rules/order-fields.ts'
import { loadOrder, type LoadedOrder, type OrderContext } from '../life-cycle/order-context.ts'
import { allow, carryOut, refOf } from '../life-cycle/order-steps.ts'
import { isOpen } from '../life-cycle/rules/steps/states-and-roles.ts'
import type { OrderRef, VersionedRef } from '../order-types.ts'
import { readAgain, type OrderChanges } from '../work-orders-store.ts'
import { broughtAlone, lastMerge, mergedInto, requestsOf, takeBackRequests } from './request-store.ts'

/** Both orders, locked in one order everywhere; `into` is null where the order is not merged. */
async function both (
  context: OrderContext, tx: Tx, actor: Actor, seen: VersionedRef
): Promise<{ loaded: LoadedOrder, into: LoadedOrder | null }> {
  const id = await mergedInto(tx, seen.orderId)
  const other = async (): Promise<LoadedOrder | null> =>
    id === null ? null : await loadOrder(context, tx, { orderId: id }, { actor, type: 'complainant.leave' })
  const before = id !== null && id < seen.orderId ? await other() : null
  const loaded = await loadOrder(context, tx, seen, { actor, type: 'case.unmerge' })
  const into = before ?? await other()
  const { version, state } = loaded.row
  if (loaded.row.mergedInto !== id) {
    throw new DomainError('version-conflict', 'somebody else has changed this order since', { version, state })
  }
  return { loaded, into }
}

/** The order that loses these requests: whom it is about and whom it asks follow from those that stay. */
async function leave (
  context: OrderContext, tx: Tx, actor: Actor, now: Date,
  { into, loaded, requestIds }: { into: LoadedOrder, loaded: LoadedOrder, requestIds: readonly string[] }
): Promise<void> {
  const { row } = into
  await readAgain(tx, row)
  const about = loaded.row.aboutUnitId
  const alone = about !== null && row.aboutUnitId === about && await broughtAlone(tx, row.id, loaded.row.id, about)
  const changes: OrderChanges = alone ? { aboutUnitId: null } : {}
  const undecided = row.callbackStatus === 'PENDING' || row.callbackStatus === 'NOT_REQUIRED'
  if (row.closedAt === null && !checksSettled(row.state) && undecided) {
    Object.assign(changes, withCallback(row, await requestsOf(tx, row.id)))
  }
  const step = allow(into, { type: 'complainant.leave' }, systemActor, now)
  await carryOut(context, tx, { loaded: into, step, actor, now, changes, detail: { from: loaded.row.number, order: loaded.row.id } })
  if (row.state === 'VERIFYING') await context.announce.askingLeaves(tx, await orderForCallback(context, tx, into), requestIds)
}

/**
 * 撤销并单: the order is what it was, with its requests, its state and its clocks. The other one keeps what was asked and answered in it.
 * @throws DomainError `guard-not-met` with `mergedLast`: the other one was merged itself since
 */
async function unmerge (
  context: OrderContext, tx: Tx, actor: Actor, { reason, ...seen }: VersionedRef & { reason: string }
): Promise<OrderRef> {
  text('reason', reason)
  const now = context.clock.now()
  const { loaded, into } = await both(context, tx, actor, seen)
  const { row } = loaded
  const before = await lastMerge(tx, row.id)
  const step = allow(loaded, { type: 'case.unmerge', reason, before, intoState: into?.row.state ?? null }, actor, now)
  if (into === null || row.closedAt === null) throw new Error(`order ${row.id} is merged into none`)
  const requestIds = await takeBackRequests(tx, row.id, { otherOpen: isOpen(into.row.state) })
  await leave(context, tx, actor, now, { into, loaded, requestIds })
  await resumeStopped(context, tx, loaded, row.closedAt)
  const draft = before === 'DRAFT'
  const asking = draft ? { callbackStatus: 'PENDING', callbackReason: null } as const : withCallback(row, await requestsOf(tx, row.id))
  await carryOut(context, tx, {
    loaded,
    step,
    actor,
    now,
    changes: { ...asking, mergedInto: null, closedAt: null, draftUntil: draft ? draftEnd(now) : null },
    detail: { into: into.row.id, number: into.row.number, reason }
  })
  if (draft) await watchDraft(context, tx, row)
  return refOf(row)
}

/** 撤销并单: a merge that was a mistake is taken back. */
export const createUnmerging = (context: OrderContext) => bind(context, { unmerge })
