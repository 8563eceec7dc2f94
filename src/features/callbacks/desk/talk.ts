import type { Tx } from '../../../db/database.ts'
import { DomainError } from '../../../domain/errors.ts'
import type { Actor } from '../../../domain/people/roles.ts'
import { callWithCitizen, openAttempt, whoWasOnLeg } from '../callbacks-store.ts'
import type { Attempt, Callback } from '../callback-columns.ts'

/** What is known of a talk with the citizen that a person reports. */
export interface Talk {
  /** the attempt that waits for its answers */
  open: Attempt | null
  /** the call the person named, or what it was merged into */
  callId: string | null
  /** one of ours spoke with the citizen */
  spoke: boolean
  /** the person did: the own telephone was answered in that call */
  own: boolean
}
export const noSuchCall = (): DomainError => new DomainError('not-found', 'there is no such call')

export const noTalk: Talk = { open: null, callId: null, spoke: false, own: false }

/** @param told the call the person names; null: none. @throws DomainError `not-found` for the call */
export async function talkOf (tx: Tx, actor: Actor, callback: Callback, told: string | null): Promise<Talk> {
  const open = await openAttempt(tx, callback.id)
  const call = told === null ? null : await callWithCitizen(tx, { callId: told, callbackId: callback.id, extension: actor.extension })
  if (told !== null && call === null) throw noSuchCall()
  // After 0 one of ours answered, or nobody did.
  const nobody = { answered: false, own: false }
  const after0 = open?.person === true && open.legId !== null ? await whoWasOnLeg(tx, open.legId, actor.extension) : nobody
  const named = call?.withCitizen === true ? call : nobody
  return {
    open,
    callId: call?.callId ?? null,
    spoke: named.answered || after0.answered || (open?.method === 'officer' && open.answered),
    own: named.own || after0.own
  }
}
