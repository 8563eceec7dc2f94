import type { Tx } from '../../../db/database.ts'
import type { Sealing } from '../../../db/sealing.ts'
import type { Dialler } from '../../../dialler/dialler-types.ts'
import type { AskedOrder } from '../../../domain/asked-order.ts'
import type { Clock } from '../../../domain/time/clock.ts'
import { DomainError } from '../../../domain/errors.ts'
import type { ReaderUnit } from '../../../domain/people/reader-unit.ts'
import { holds, type Actor } from '../../../domain/people/roles.ts'
import { says } from '../../../domain/text/words.ts'
import type { Renew } from '../asking/callback-renewal.ts'
import type { Steps } from '../callback-steps.ts'
import type { Callback } from '../callback-columns.ts'
import type { CallbackOrders, DialByHand } from '../callback-types.ts'
import { lockCallback, orderOfCallback } from '../callbacks-store.ts'
import { callbackSight } from '../rules/callback-sight.ts'
import { noSuchCall, noTalk, talkOf, type Talk } from './talk.ts'

export interface DeskOptions {
  clock: Clock
  sealing: Sealing
  dialler: Pick<Dialler, 'cancel'>
  dialByHand: DialByHand
  orders: CallbackOrders
  steps: Steps
  renew: Renew
  /** a unit and everybody above it, without the Centre */
  readerUnit: (unitId: string | null) => Promise<ReaderUnit>
  /** whether a person may know of the orders a call belongs to */
  seesCall: (tx: Tx, actor: Actor, callId: string) => Promise<boolean>
}

/** @throws DomainError `not-found` when there is no such callback, or it is not shown to this person */
export async function load (
  context: DeskOptions, tx: Tx, actor: Actor, callbackId: string, told?: string | null
): Promise<{ callback: Callback, order: AskedOrder, talk: Talk }> {
  const { orders, readerUnit, seesCall } = context
  const callback = await lockCallback(tx, callbackId)
  const found = callback && await orderOfCallback(tx, callbackId)
  const talk = callback && told !== undefined ? await talkOf(tx, actor, callback, told) : noTalk
  // Naming a call hidden from the actor would tell whether it was this citizen's.
  const hidesCall = talk.callId !== null && !await seesCall(tx, actor, talk.callId)
  if (!callback || !found || callbackSight(actor, found, await readerUnit(actor.unitId), talk.own) === null) {
    throw new DomainError('not-found', 'there is no such callback')
  }
  if (hidesCall) throw noSuchCall()
  return { callback, order: await orders.forCallback(tx, callback.orderId), talk }
}

export function someoneSpoke ({ spoke }: Talk, callback: Callback, freeWords: string | null): void {
  if (!spoke && !says(freeWords)) {
    throw new DomainError('guard-not-met', 'without a call, the source of the answers is required',
      { guard: 'how-known', status: callback.status })
  }
}

/** An agent speaks only for the citizen on the own line; an officer without the line keeps off another officer's callbacks. */
export function maySpeakFor (callback: Callback, actor: Actor, { own }: Talk): void {
  if (own) return
  if (!holds(actor, 'CALLBACK_OFFICER', 'SHIFT_LEADER')) {
    throw new DomainError('not-allowed', 'an agent records answers only of the citizen on the own line')
  }
  notAnothers(callback, actor)
}

export function officersOnly (actor: Actor): void {
  if (!holds(actor, 'CALLBACK_OFFICER', 'SHIFT_LEADER')) throw new DomainError('not-allowed', 'only a callback officer may do this')
}

export function stillOpen (callback: Callback): void {
  if (callback.finishedAt !== null) {
    throw new DomainError('already-done', 'this callback is over', { guard: 'callback-over', status: callback.status })
  }
}

export function notBeingDialled (callback: Callback): void {
  stillOpen(callback)
  if (callback.status === 'DIALLING') {
    throw new DomainError('guard-not-met', 'the citizen is being rung just now', { guard: 'not-rung-now' })
  }
}

/** @throws DomainError `already-done`; the shift leader may take it over */
export function notAnothers (callback: Callback, actor: Actor): void {
  if (callback.officer !== null && callback.officer !== actor.id && !holds(actor, 'SHIFT_LEADER')) {
    throw new DomainError('already-done', 'another officer has this callback', { guard: 'others-callback', officer: callback.officer })
  }
}

export function bad (callback: Callback): void {
  stillOpen(callback)
  if (callback.status !== 'OFFICER') {
    throw new DomainError('guard-not-met', 'only bad answers are explained or re-done', { guard: 'bad-answer', status: callback.status })
  }
}
