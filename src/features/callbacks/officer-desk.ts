import type { Tx } from '../../db/database.ts'
import type { Sealing } from '../../db/sealing.ts'
import { declineNumber } from '../../dialler/declined-numbers.ts'
import type { Dialler } from '../../dialler/dialler.ts'
import type { AskedOrder } from '../../domain/asked-order.ts'
import type { Clock } from '../../domain/clock.ts'
import { DomainError } from '../../domain/errors.ts'
import { withoutExtension, type PhoneNumber } from '../../domain/phone-number.ts'
import { holds, type Actor } from '../../domain/roles.ts'
import { says } from '../../domain/words.ts'
import { recordingOf } from './callback-dialling.ts'
import type { Renew } from './callback-renewal.ts'
import type { Steps } from './callback-steps.ts'
import { addAttempt, lockCallback, orderOfCallback, saveAttempt } from './callback-store.ts'
import type { Callback, CallbackOrders, DialByHand, DissatisfactionReason } from './callback-types.ts'
import { afterAnswers } from './rules/after-attempt.ts'
import { somethingAnswered, type Answers } from './rules/callback-answers.ts'
import { askedForAt, mayCallAt, type CallingHours } from './rules/callback-hours.ts'
import { callbackSight } from './rules/callback-sight.ts'
import { noSuchCall, noTalk, talkOf, type Talk } from './talk.ts'

export interface DeskOptions {
  clock: Clock
  sealing: Sealing
  dialler: Pick<Dialler, 'cancel'>
  dialByHand: DialByHand
  orders: CallbackOrders
  steps: Steps
  renew: Renew
  hours: CallingHours
  /** a unit and everybody above it, without the Centre */
  ancestors: (unitId: string | null) => Promise<readonly string[]>
  /** whether a person may know of the orders a call belongs to */
  seesCall: (tx: Tx, actor: Actor, callId: string) => Promise<boolean>
}

export interface RecordedAnswers extends Answers {
  callbackId: string
  freeWords?: string | null
  reason?: DissatisfactionReason | null
  /** the citizen rang us back; unless told, the officer rang him or took over after 0 */
  calledIn?: boolean
  callId?: string | null
}

/**
 * What callback officers, and agents whom a citizen rings back, do by hand. Whom the order is not shown to, and who has not its citizen on
 * his line, gets `not-found`; what one officer has is not decided by another (`already-done`), but by the shift leader.
 */
export interface OfficerDesk {
  /** @throws DomainError `already-done` when another officer has it or it is over, `guard-not-met` while the machine is dialling */
  takeOver: (tx: Tx, actor: Actor, input: { callbackId: string }) => Promise<Callback>
  /**
   * Rings the citizen, by the number the order holds now, and connects the officer;
   * answers `CANCELLED` when nobody is to be asked any more.
   * @throws DomainError `already-done` when another officer has it, `outside-allowed-hours`, `guard-not-met`, `agent-not-signed-in`
   */
  dial: (tx: Tx, actor: Actor, input: { callbackId: string }) => Promise<Callback>
  /**
   * What the citizen said to a person. An agent has had him on the line: rung back with `callId`, or connected after 0.
   * An officer without a call writes in `freeWords` how the answer is known.
   * @throws DomainError `invalid-input` when it is not said whether it is solved, `not-allowed`, `not-found` for the call
   */
  recordAnswers: (tx: Tx, actor: Actor, input: RecordedAnswers) => Promise<Callback>
  /**
   * The citizen asked for another time; it is moved into the allowed hours, at most two
   * weeks after the report was accepted in all. An agent has
   * had him on the line, as for answers; an officer without a call writes in `how` from where he knows.
   * @throws DomainError `not-allowed`, `invalid-input`, `guard-not-met`
   */
  postpone: (
    tx: Tx,
    actor: Actor,
    input: { callbackId: string, until: Date, callId?: string | null, how?: string | null }
  ) => Promise<Callback>
  /** Beyond law or policy, or already done: told so, and the order may close. */
  explain: (tx: Tx, actor: Actor, input: { callbackId: string, reason: DissatisfactionReason, explanation: string }) => Promise<Callback>
  /** The unit's own fault: back to it. */
  rework: (tx: Tx, actor: Actor, input: { callbackId: string, reason: DissatisfactionReason, explanation: string }) => Promise<Callback>
  /**
   * Wants no more calls, or it is somebody else's number: not asked again; a bad answer
   * already given stays with the officers. It rests on a
   * call, as answers do, or on words how it is known. @throws DomainError `guard-not-met`, `already-done`, `not-found`
   */
  giveUp: (
    tx: Tx,
    actor: Actor,
    input: { callbackId: string, why: 'declined' | 'wrong-number', freeWords?: string | null, callId?: string | null }
  ) => Promise<Callback>
}

/** A callback is put off by so many days in all. */
const mostDays = 14

export function createOfficerDesk ({
  clock, sealing, dialler, dialByHand, orders, steps, renew, hours, ancestors, seesCall
}: DeskOptions): OfficerDesk {
  /** @throws DomainError `not-found` when there is no such callback, or it is not shown to this person */
  async function load (
    tx: Tx,
    actor: Actor,
    callbackId: string,
    told?: string | null
  ): Promise<{ callback: Callback, order: AskedOrder, talk: Talk }> {
    const callback = await lockCallback(tx, callbackId)
    const found = callback && await orderOfCallback(tx, callbackId)
    const talk = callback && told !== undefined ? await talkOf(tx, actor, callback, told) : noTalk
    // Naming a call hidden from him would tell whether it was this citizen's.
    const hidesCall = talk.callId !== null && !await seesCall(tx, actor, talk.callId)
    if (!callback || !found || callbackSight(actor, found, await ancestors(actor.unitId), talk.own) === null) {
      throw new DomainError('not-found', 'there is no such callback')
    }
    if (hidesCall) throw noSuchCall()
    return { callback, order: await orders.forCallback(tx, callback.orderId), talk }
  }

  function someoneSpoke ({ spoke }: Talk, callback: Callback, freeWords: string | null): void {
    if (!spoke && !says(freeWords)) {
      throw new DomainError('guard-not-met', 'without a call it is written down how it is known',
        { guard: 'how-known', status: callback.status })
    }
  }

  /** An agent speaks for the citizen on his own line only; an officer without one keeps off what another officer has. */
  function maySpeakFor (callback: Callback, actor: Actor, { own }: Talk): void {
    if (own) return
    if (!holds(actor, 'CALLBACK_OFFICER', 'SHIFT_LEADER')) {
      throw new DomainError('not-allowed', 'an agent speaks for the citizen on his own line only')
    }
    notAnothers(callback, actor)
  }

  function officersOnly (actor: Actor): void {
    if (!holds(actor, 'CALLBACK_OFFICER', 'SHIFT_LEADER')) throw new DomainError('not-allowed', 'this is a callback officer\'s')
  }

  function stillOpen (callback: Callback): void {
    if (callback.finishedAt !== null) {
      throw new DomainError('already-done', 'this callback is over', { guard: 'callback-over', status: callback.status })
    }
  }

  function notBeingDialled (callback: Callback): void {
    stillOpen(callback)
    if (callback.status === 'DIALLING') {
      throw new DomainError('guard-not-met', 'the citizen is being rung just now', { guard: 'not-rung-now' })
    }
  }

  /** @throws DomainError `already-done`; the shift leader may take it from him */
  function notAnothers (callback: Callback, actor: Actor): void {
    if (callback.officer !== null && callback.officer !== actor.id && !holds(actor, 'SHIFT_LEADER')) {
      throw new DomainError('already-done', 'another officer has this callback', { guard: 'others-callback', officer: callback.officer })
    }
  }

  function bad (callback: Callback): void {
    stillOpen(callback)
    if (callback.status !== 'OFFICER') {
      throw new DomainError('guard-not-met', 'only bad answers are explained or re-done', { guard: 'bad-answer', status: callback.status })
    }
  }

  return {
    async takeOver (tx, actor, { callbackId }) {
      officersOnly(actor)
      const { callback: found, order } = await load(tx, actor, callbackId)
      notBeingDialled(found)
      if (found.officer === actor.id) return found
      notAnothers(found, actor)
      const callback = steps.awaited(order, found) ? await renew(tx, found, order, clock.now()) : found
      if (callback.finishedAt !== null) return callback
      // The machine no longer rings; the officer's day still runs out.
      const nextAt = callback.status === 'OFFICER' ? callback.nextAt : null
      return await steps.save(tx, callback, { officer: actor.id, byPerson: true, byPersonReason: callback.byPersonReason, nextAt },
        'callback.taken', clock.now())
    },

    async dial (tx, actor, { callbackId }) {
      officersOnly(actor)
      const { callback: found, order } = await load(tx, actor, callbackId)
      notBeingDialled(found)
      notAnothers(found, actor)
      if (!steps.awaited(order, found) && found.status !== 'OFFICER') {
        throw new DomainError('guard-not-met', 'the order no longer waits for an answer', { guard: 'awaited', state: order.state })
      }
      const now = clock.now()
      if (!mayCallAt(hours, now)) {
        throw new DomainError('outside-allowed-hours', 'complainants are called at the allowed hours only', { windows: hours.windows })
      }
      const callback = await renew(tx, found, order, now)
      if (callback.finishedAt !== null) return callback
      const attempt = callback.attempts + 1
      const { requestId } = await dialByHand(tx, actor, {
        key: `callback-${callback.id}-${attempt}`,
        subject: `callback:${callback.id}`,
        number: sealing.open(callback.numberSealed) as PhoneNumber,
        recording: recordingOf(callback.id, attempt)
      })
      addAttempt(tx, { callbackId, attempt, way: 'officer', actor: actor.id, startedAt: now, requestId })
      // A bad answer stays with its officer, and its day goes on, while he talks.
      const change = callback.status === 'OFFICER' ? {} : { status: 'DIALLING' as const, nextAt: null, byPerson: true }
      return await steps.save(tx, callback, { ...change, attempts: attempt, requestId, officer: actor.id }, 'callback.dialling', now)
    },

    async recordAnswers (
      tx,
      actor,
      { callbackId, contacted, solved, grade, freeWords = null, reason = null, calledIn = false, callId: told = null }
    ) {
      if (!holds(actor, 'CALLBACK_OFFICER', 'SHIFT_LEADER', 'AGENT')) {
        throw new DomainError('not-allowed', 'answers are recorded by who spoke with the citizen')
      }
      if (solved === null) throw new DomainError('invalid-input', 'say whether it is solved')
      const { callback, order, talk } = await load(tx, actor, callbackId, told)
      maySpeakFor(callback, actor, talk)
      const { open, callId } = talk
      const awaited = steps.awaited(order, callback)
      // Who could not be reached may ring back as long as the order waits.
      if (!(callback.status === 'UNREACHABLE' && awaited)) stillOpen(callback)
      const now = clock.now()
      const answers: Answers = { contacted, solved, grade }
      someoneSpoke(talk, callback, freeWords)
      // The machine may be ringing him while he rings us.
      const superseded = open !== null && open.way === 'machine' && !open.person
      if (open !== null && !superseded) {
        saveAttempt(tx, { ...open, answers, callId: callId ?? open.callId, endedAt: now, outcome: open.outcome ?? 'confirmed' })
      } else {
        const way = calledIn ? 'called-in' : 'person'
        addAttempt(tx, {
          callbackId,
          attempt: callback.attempts + 1,
          way,
          actor: actor.id,
          startedAt: now,
          endedAt: now,
          outcome: 'confirmed',
          answers,
          callId,
          answered: true
        })
      }
      const decided = afterAnswers(answers, now, await steps.policy()) ?? { status: 'CONFIRMED' as const }
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
      if (superseded && open.requestId !== null) await dialler.cancel(tx, [open.requestId], 'the citizen rang back')
      return saved
    },

    async postpone (tx, actor, { callbackId, until, callId: told = null, how = null }) {
      if (!holds(actor, 'CALLBACK_OFFICER', 'SHIFT_LEADER', 'AGENT')) {
        throw new DomainError('not-allowed', 'a callback is put off by who spoke with the citizen')
      }
      const { callback, talk } = await load(tx, actor, callbackId, told)
      const { open } = talk
      maySpeakFor(callback, actor, talk)
      notBeingDialled(callback)
      someoneSpoke(talk, callback, how)
      if (callback.status !== 'SCHEDULED') {
        throw new DomainError('guard-not-met', 'only a callback still to be made is put off',
          { guard: 'still-to-be-made', status: callback.status })
      }
      const now = clock.now()
      // Counted from when he was first to be asked: put off again and again, an order would never close.
      if (until.getTime() > callback.createdAt.getTime() + mostDays * 86_400_000) {
        throw new DomainError('invalid-input', 'at most two weeks after the report was accepted')
      }
      const at = askedForAt(hours, until, now)
      if (open !== null) saveAttempt(tx, { ...open, endedAt: now, outcome: open.outcome ?? 'declined' })
      return await steps.save(tx, callback, { dueAt: at, nextAt: at, postponedHow: talk.spoke ? null : how?.trim() ?? null },
        'callback.postponed', now)
    },

    async explain (tx, actor, { callbackId, reason, explanation }) {
      officersOnly(actor)
      const { callback, order } = await load(tx, actor, callbackId)
      notAnothers(callback, actor)
      bad(callback)
      const now = clock.now()
      const saved = await steps.save(
        tx,
        callback,
        { status: 'EXPLAINED', reason, explanation, officer: actor.id, nextAt: null, finishedAt: now },
        'callback.explained',
        now
      )
      await steps.tellOrder(tx, actor, saved, order)
      return saved
    },

    async rework (tx, actor, { callbackId, reason, explanation }) {
      officersOnly(actor)
      const { callback, order } = await load(tx, actor, callbackId)
      notAnothers(callback, actor)
      bad(callback)
      const now = clock.now()
      const saved = await steps.save(
        tx,
        callback,
        { status: 'REWORK', reason, explanation, officer: actor.id, nextAt: null, finishedAt: now },
        'callback.rework',
        now
      )
      await backToUnit(tx, actor, saved, order, explanation)
      return saved
    },

    async giveUp (tx, actor, { callbackId, why, freeWords = null, callId: told = null }) {
      officersOnly(actor)
      const { callback, order, talk } = await load(tx, actor, callbackId, told)
      notBeingDialled(callback)
      if (!talk.own) notAnothers(callback, actor)
      const declined = why === 'declined'
      // What he has said stands, whatever number it was: it is explained or re-done, never dropped.
      if (callback.status === 'OFFICER' && !declined) {
        throw new DomainError('guard-not-met', 'bad answers are explained or re-done',
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
  }

  async function backToUnit (tx: Tx, actor: Actor, callback: Callback, order: AskedOrder, reason: string): Promise<void> {
    if (steps.awaited(order, callback)) {
      await steps.tellOrder(tx, actor, callback, order)
      await orders.rework(tx, actor, { orderId: order.id, reason })
    } else if (order.state === 'CLOSED' && order.cycle === callback.cycle) {
      await orders.reopen(tx, actor, { orderId: order.id, reason })
    } else {
      throw new DomainError('guard-not-met', 'the order has gone on since', { guard: 'awaited', state: order.state })
    }
  }
}
