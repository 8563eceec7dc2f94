import type { Tx } from '../../../db/database.ts'
import { DomainError } from '../../../domain/errors.ts'
import { bind } from '../../../domain/bind.ts'
import type { Actor } from '../../../domain/people/roles.ts'
import type { ClosingResult } from '../../../domain/work-order.ts'
import type { VersionedRef, OrderRef, ChecksDecision, CallbackResult, OrderForCallback } from '../order-types.ts'
import { loadOrder, type OrderContext } from '../life-cycle/order-context.ts'
import { lockOrder, readAgain, type OrderChanges, type OrderRow } from '../work-orders-store.ts'
import { allow, carryOut, closeOrder, refOf, sendToRework } from '../life-cycle/order-steps.ts'
import { line, text } from '../intake/rules/order-fields.ts'
import { orderForCallback } from './asked-order.ts'
import { decideVerification, dropVerification, openVerification } from './verification-store.ts'

/** The citizen is to be asked after all. @throws DomainError `guard-not-met` when it was waived in this round, or there is nobody to ask */
async function askedAgain (context: OrderContext, tx: Tx, row: OrderRow): Promise<OrderChanges> {
  const refused = (why: string): DomainError =>
    new DomainError('guard-not-met', why, { guard: 'checkCanChange', state: row.state, event: 'checks.decide' })
  if (row.callbackReason === 'waived') throw refused('what was waived in a round is asked in the next')
  row.wantsCallback = true
  if ((await orderForCallback(context, tx, { row })).complainants.length === 0) throw refused('there is nobody who could be asked')
  return { wantsCallback: true, callbackStatus: 'PENDING', callbackReason: null }
}

async function verify (
  context: OrderContext,
  tx: Tx,
  actor: Actor,
  { passed, remarks = '', photo = null, ...seen }: VersionedRef & { passed: boolean, remarks?: string, photo?: string | null }
): Promise<OrderRef> {
  const now = context.clock.now()
  text('remarks', remarks)
  if (photo) line('photo', photo)
  const loaded = await loadOrder(context, tx, seen, { actor, type: 'verification.pass' })
  const step = allow(loaded, passed ? { type: 'verification.pass' } : { type: 'verification.fail', remarks }, actor, now)
  const status = passed ? 'PASSED' : 'FAILED'
  decideVerification(tx, loaded.row, { status, verifier: actor.id, remarks, photo, at: now })
  return await carryOut(context, tx, { loaded, step, actor, now, changes: { verificationStatus: status }, detail: { remarks, photo } })
}

/** 结案条件: whether the spot is seen and the citizen asked before closing; the shift leader's decision, with its reason. */
async function decideChecks (context: OrderContext, tx: Tx, actor: Actor, input: VersionedRef & ChecksDecision): Promise<OrderRef> {
  const { verification = null, callback = null, reason, ...seen } = input
  const now = context.clock.now()
  text('reason', reason)
  const loaded = await loadOrder(context, tx, seen, { actor, type: 'checks.decide' })
  const { row } = loaded
  const step = allow(loaded, { type: 'checks.decide', verification, callback, reason }, actor, now)
  const changes: OrderChanges = {}
  if (verification !== null) changes.verificationStatus = verification === 'waived' ? 'NOT_REQUIRED' : 'PENDING'
  if (callback === 'waived') Object.assign(changes, { callbackStatus: 'NOT_REQUIRED', callbackReason: 'waived' } satisfies OrderChanges)
  if (callback === 'required') Object.assign(changes, await askedAgain(context, tx, row))
  if (row.state === 'VERIFYING') {
    if (verification === 'required') openVerification(tx, row, now)
    if (verification === 'waived') dropVerification(tx, row)
    if (callback === 'waived') await context.announce.askingEnds(tx, row.id, row.cycle, 'waived')
  }
  const ref = await carryOut(context, tx, { loaded, step, actor, now, changes, detail: { verification, callback, reason } })
  if (callback !== 'required' || row.state !== 'VERIFYING') return ref
  await context.announce.askingBegins(tx, await orderForCallback(context, tx, loaded), now)
  await readAgain(tx, row)
  return refOf(row)
}

/** Where the asking stands; closes the order when the answer and the spot check are both there. */
async function recordCallbackResult (
  context: OrderContext, tx: Tx, actor: Actor, { orderId, cycle, status, ...said }: CallbackResult
): Promise<OrderRef> {
  const now = context.clock.now()
  if (said.reason) text('reason', said.reason)
  const loaded = await loadOrder(context, tx, { orderId }, { actor, type: 'callback.result' })
  const step = allow(loaded, { type: 'callback.result', cycle, status }, actor, now)
  const callbackReason = status === 'NOT_REQUIRED' ? said.reason ?? null : null
  const changes = { callbackStatus: status, callbackReason }
  return await carryOut(context, tx, { loaded, step, actor, now, changes, detail: { cycle, status, ...said } })
}

async function close (
  context: OrderContext, tx: Tx, actor: Actor, { result, ...seen }: VersionedRef & { result?: ClosingResult }
): Promise<OrderRef> {
  const loaded = await loadOrder(context, tx, seen, { actor, type: 'case.close' })
  return await closeOrder(context, tx, loaded, actor, context.clock.now(), result === undefined ? {} : { result })
}

interface Rework extends VersionedRef { reason: string, hold?: boolean }

/** Back to the unit (72 h), at once unless `hold` or it has become a problem order: then a dispatcher decides. */
async function backToUnit (
  context: OrderContext, tx: Tx, actor: Actor, type: 'case.rework' | 'case.reopen', { reason, hold = false, ...seen }: Rework
): Promise<OrderRef> {
  text('reason', reason)
  const loaded = await loadOrder(context, tx, seen, { actor, type })
  const { state } = loaded.row
  if (state !== (type === 'case.rework' ? 'VERIFYING' : 'CLOSED')) {
    throw new DomainError('transition-not-allowed', `${type} is not possible in state ${state}`, { state, event: type })
  }
  return await sendToRework(context, tx, loaded, actor, context.clock.now(), reason, hold)
}

async function rework (context: OrderContext, tx: Tx, actor: Actor, input: Rework): Promise<OrderRef> {
  return await backToUnit(context, tx, actor, 'case.rework', input)
}

async function reopen (context: OrderContext, tx: Tx, actor: Actor, input: Rework): Promise<OrderRef> {
  return await backToUnit(context, tx, actor, 'case.reopen', input)
}

/** For the callbacks feature. @throws DomainError `not-found` */
async function forCallback (context: OrderContext, tx: Tx, orderId: string): Promise<OrderForCallback> {
  return await orderForCallback(context, tx, { row: await lockOrder(tx, orderId) })
}

/** 核查, 回访 and 结案: what happens between the report and the end. */
export const createClosing = (context: OrderContext) => bind(context, {
  verify, decideChecks, recordCallbackResult, close, rework, reopen, forCallback
})
