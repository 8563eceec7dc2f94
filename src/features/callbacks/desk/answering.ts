import type { Tx } from '../../../db/database.ts'
import { DomainError } from '../../../domain/errors.ts'
import { withoutExtension } from '../../../domain/telephone/phone-number.ts'
import { holds, type Actor } from '../../../domain/people/roles.ts'
import { says } from '../../../domain/text/words.ts'
import { declineNumber } from '../../../dialler/permission/declined-store.ts'
import type { Callback, DissatisfactionReason } from '../callback-columns.ts'
import { addAttempt, saveAttempt } from '../callbacks-store.ts'
import { afterAnswers } from '../rules/after-attempt.ts'
import { somethingAnswered, type Answers } from '../rules/callback-answers.ts'
import { askedForAt } from '../rules/callback-hours.ts'
import { load, maySpeakFor, notAnothers, notBeingDialled, officersOnly, someoneSpoke, stillOpen, type DeskOptions } from './desk-guards.ts'

export interface RecordedAnswers extends Answers {
  callbackId: string
  freeWords?: string | null
  reason?: DissatisfactionReason | null
  /** the citizen rang us back; otherwise the officer rang the citizen or took over after 0 */
  calledIn?: boolean
  callId?: string | null
}

interface GivenUp { callbackId: string, why: 'declined' | 'wrong-number', freeWords?: string | null, callId?: string | null }

/**
 * What the citizen said to a person. An agent has had the citizen on the line: rung back with `callId`, or connected after 0.
 * An officer without a call writes in `freeWords` how the answer is known.
 * @throws DomainError `invalid-input` when it is not said whether it is solved, `not-allowed`, `not-found` for the call
 */
export async function recordAnswers (
  context: DeskOptions,
  tx: Tx,
  actor: Actor,
  { callbackId, contacted, solved, grade, freeWords = null, reason = null, calledIn = false, callId: told = null }: RecordedAnswers
): Promise<Callback> {
  const { clock, dialler, steps } = context
  if (!holds(actor, 'CALLBACK_OFFICER', 'SHIFT_LEADER', 'AGENT')) {
    throw new DomainError('not-allowed', 'only the person who spoke with the citizen records the answers')
  }
  if (solved === null) throw new DomainError('invalid-input', 'solved is required')
  const { callback, order, talk } = await load(context, tx, actor, callbackId, told)
  maySpeakFor(callback, actor, talk)
  const { open, callId } = talk
  const awaited = steps.awaited(order, callback)
  // A citizen we could not reach may ring back as long as the order waits.
  if (!(callback.status === 'UNREACHABLE' && awaited)) stillOpen(callback)
  const now = clock.now()
  const answers: Answers = { contacted, solved, grade }
  someoneSpoke(talk, callback, freeWords)
  // The machine may be ringing the citizen during the citizen's own call to us.
  const superseded = open !== null && open.method === 'machine' && !open.person
  if (open !== null && !superseded) {
    saveAttempt(tx, { ...open, answers, callId: callId ?? open.callId, endedAt: now, outcome: open.outcome ?? 'confirmed' })
  } else {
    const method = calledIn ? 'called-in' : 'person'
    addAttempt(tx, {
      callbackId,
      attempt: callback.attempts + 1,
      method,
      actor: actor.id,
      startedAt: now,
      endedAt: now,
      outcome: 'confirmed',
      answers,
      callId,
      answered: true
    })
  }
  const decided = afterAnswers(answers, now, await steps.policy(now)) ?? { status: 'CONFIRMED' as const }
  const { unanswered, incomplete, technical } = callback
  const saved = await steps.follow(tx, actor, {
    callback,
    order,
    answers,
    followup: { ...decided, counts: { unanswered, incomplete, technical } },
    at: now,
    callId: callId ?? open?.callId ?? null,
    legId: open?.legId ?? null,
    change: {
      freeWords,
      reason,
      attempts: callback.attempts + (open !== null && !superseded ? 0 : 1),
      ...(holds(actor, 'CALLBACK_OFFICER') && callback.officer === null ? { officer: actor.id } : {})
    }
  })
  if (superseded && open.dialRequestId !== null) await dialler.cancel(tx, [open.dialRequestId], 'the citizen rang back')
  return saved
}

/**
 * The citizen asked for another time; it is moved into the allowed hours, at most so many days after the report was accepted in all as
 * the attempt policy says. An agent has had the citizen on the line, as for answers; an officer without a call writes in `how` how it is
 * known.
 * @throws DomainError `not-allowed`, `invalid-input`, `guard-not-met`
 */
export async function postpone (
  context: DeskOptions,
  tx: Tx,
  actor: Actor,
  { callbackId, until, callId: told = null, how = null }: { callbackId: string, until: Date, callId?: string | null, how?: string | null }
): Promise<Callback> {
  const { clock, steps } = context
  if (!holds(actor, 'CALLBACK_OFFICER', 'SHIFT_LEADER', 'AGENT')) {
    throw new DomainError('not-allowed', 'only the person who spoke with the citizen postpones a callback')
  }
  const { callback, talk } = await load(context, tx, actor, callbackId, told)
  const { open } = talk
  maySpeakFor(callback, actor, talk)
  notBeingDialled(callback)
  someoneSpoke(talk, callback, how)
  if (callback.status !== 'SCHEDULED') {
    throw new DomainError('guard-not-met', 'only a scheduled callback can be postponed',
      { guard: 'still-to-be-made', status: callback.status })
  }
  const now = clock.now()
  // Counted from the first time to be asked: put off again and again, an order would never close.
  const policy = await steps.policy(now)
  if (until.getTime() > callback.createdAt.getTime() + policy.maxPostponedDays * 86_400_000) {
    throw new DomainError('invalid-input', `at most ${policy.maxPostponedDays} days after the report was accepted`)
  }
  const at = askedForAt(policy, until, now)
  if (open !== null) saveAttempt(tx, { ...open, endedAt: now, outcome: open.outcome ?? 'declined' })
  const postponedHow = talk.spoke ? null : how?.trim() ?? null
  return await steps.save(tx, callback, { dueAt: at, nextAt: at, policySince: policy.validFrom, postponedHow }, 'callback.postponed', now)
}

/**
 * The citizen wants no more calls, or the number is another person's: not asked again. A bad answer
 * already given stays with the officers. The basis is a
 * call, as for answers, or words on how it is known. @throws DomainError `guard-not-met`, `already-done`, `not-found`
 */
export async function giveUp (
  context: DeskOptions, tx: Tx, actor: Actor, { callbackId, why, freeWords = null, callId: told = null }: GivenUp
): Promise<Callback> {
  const { clock, sealing, steps } = context
  officersOnly(actor)
  const { callback, order, talk } = await load(context, tx, actor, callbackId, told)
  notBeingDialled(callback)
  if (!talk.own) notAnothers(callback, actor)
  const declined = why === 'declined'
  // Answers given stand, whichever number it was: they are explained or re-done, never dropped.
  if (callback.status === 'OFFICER' && !declined) {
    throw new DomainError('guard-not-met', 'bad answers need an explanation or rework',
      { guard: 'decided-by-officer', status: callback.status })
  }
  someoneSpoke(talk, callback, freeWords)
  const now = clock.now()
  if (declined) {
    declineNumber(tx, sealing.fingerprint(withoutExtension(sealing.open(callback.numberSealed))), 'asked for it in a callback',
      now, actor.id)
  }
  const words = says(freeWords) ? { freeWords: [callback.freeWords, freeWords].filter(w => w !== null).join('\n') } : {}
  if (callback.status === 'OFFICER') return says(freeWords) ? await steps.save(tx, callback, words, 'callback.officer', now) : callback
  const { open } = talk
  if (open !== null) saveAttempt(tx, { ...open, endedAt: now, outcome: open.outcome ?? 'declined' })
  const status = declined && !somethingAnswered(callback) ? 'CANCELLED' as const : 'UNREACHABLE' as const
  const saved = await steps.save(tx, callback, { status, cancelReason: why, nextAt: null, finishedAt: now, ...words },
    `callback.${status.toLowerCase()}`, now)
  await steps.tellOrder(tx, actor, saved, order)
  return saved
}
