import type { Tx } from '../../../db/database.ts'
import { DomainError } from '../../../domain/errors.ts'
import type { Actor } from '../../../domain/people/roles.ts'
import { bind } from '../../../domain/bind.ts'
import { recordingOf } from '../dialling/callback-dialling.ts'
import { addAttempt } from '../callbacks-store.ts'
import type { Callback } from '../callback-columns.ts'
import { mayCallAt } from '../rules/callback-hours.ts'
import { giveUp, postpone, recordAnswers } from './answering.ts'
import { explain, rework } from './deciding.ts'
import { load, notAnothers, notBeingDialled, officersOnly, type DeskOptions } from './desk-guards.ts'

/** @throws DomainError `already-done` when another officer has it or it is over, `guard-not-met` while the machine is dialling */
async function takeOver (context: DeskOptions, tx: Tx, actor: Actor, { callbackId }: { callbackId: string }): Promise<Callback> {
  const { clock, steps, renew } = context
  officersOnly(actor)
  const { callback: found, order } = await load(context, tx, actor, callbackId)
  notBeingDialled(found)
  if (found.officer === actor.id) return found
  notAnothers(found, actor)
  const callback = steps.awaited(order, found) ? await renew(tx, found, order, clock.now()) : found
  if (callback.finishedAt !== null) return callback
  // The machine no longer rings; the officer's day still runs out.
  const nextAt = callback.status === 'OFFICER' ? callback.nextAt : null
  return await steps.save(tx, callback, { officer: actor.id, byPerson: true, byPersonReason: callback.byPersonReason, nextAt },
    'callback.taken', clock.now())
}

/**
 * Rings the citizen, by the number the order holds now, and connects the officer;
 * returns `CANCELLED` when nobody is to be asked any more.
 * @throws DomainError `already-done` when another officer has it, `outside-allowed-hours`, `guard-not-met`, `agent-not-signed-in`
 */
async function dial (context: DeskOptions, tx: Tx, actor: Actor, { callbackId }: { callbackId: string }): Promise<Callback> {
  const { clock, sealing, dialByHand, steps, renew } = context
  officersOnly(actor)
  const { callback: found, order } = await load(context, tx, actor, callbackId)
  notBeingDialled(found)
  notAnothers(found, actor)
  if (!steps.awaited(order, found) && found.status !== 'OFFICER') {
    throw new DomainError('guard-not-met', 'the order no longer waits for an answer', { guard: 'awaited', state: order.state })
  }
  const now = clock.now()
  const policy = await steps.policy(now)
  if (!mayCallAt(policy, now)) {
    throw new DomainError('outside-allowed-hours', 'complainants are called at the allowed hours only', { windows: policy.windows })
  }
  const callback = await renew(tx, found, order, now)
  if (callback.finishedAt !== null) return callback
  const attempt = callback.attempts + 1
  const { requestId: dialRequestId } = await dialByHand(tx, actor, {
    key: `callback-${callback.id}-${attempt}`,
    subject: `callback:${callback.id}`,
    number: sealing.openNumber(callback.numberSealed),
    recording: recordingOf(callback.id, attempt)
  })
  addAttempt(tx, { callbackId, attempt, method: 'officer', actor: actor.id, startedAt: now, policySince: policy.validFrom, dialRequestId })
  // A bad answer stays with its officer, and its day goes on, during the talk.
  const change = callback.status === 'OFFICER' ? {} : { status: 'DIALLING' as const, nextAt: null, byPerson: true }
  return await steps.save(tx, callback, { ...change, attempts: attempt, dialRequestId, officer: actor.id }, 'callback.dialling', now)
}

/**
 * Manual work of callback officers, and of agents whom a citizen rings back. A person who neither sees the order nor has its citizen on
 * the line gets `not-found`. One officer's callback is not decided by another (`already-done`), only by the shift leader.
 */
export const createOfficerDesk = (context: DeskOptions) => bind(context, {
  takeOver, dial, recordAnswers, postpone, explain, rework, giveUp
})

export type OfficerDesk = ReturnType<typeof createOfficerDesk>
