import type { Tx } from '../../db/database.ts'
import type { Sealing } from '../../db/sealing.ts'
import type { Dialler } from '../../dialler/dialler.ts'
import type { AskedOrder } from '../../domain/asked-order.ts'
import type { Clock } from '../../domain/clock.ts'
import { DomainError } from '../../domain/errors.ts'
import { withoutExtension, type PhoneNumber } from '../../domain/phone-number.ts'
import { holds, type Actor } from '../../domain/roles.ts'
import { recordingOf } from './callback-dialling.ts'
import type { Steps } from './callback-steps.ts'
import { addAttempt, callWithCitizen, declineNumber, lockCallback, openAttempt, saveAttempt } from './callback-store.ts'
import type { Attempt, Callback, CallbackOrders, DialByHand, DissatisfactionReason } from './callback-types.ts'
import { afterAnswers } from './rules/after-attempt.ts'
import { somethingAnswered, type Answers } from './rules/callback-answers.ts'
import { askedForAt, mayCallAt, type CallingHours } from './rules/callback-hours.ts'

export interface DeskOptions {
  clock: Clock
  sealing: Sealing
  dialler: Pick<Dialler, 'cancel'>
  dialByHand: DialByHand
  orders: CallbackOrders
  steps: Steps
  hours: CallingHours
}

export interface RecordedAnswers extends Answers {
  callbackId: string
  freeWords?: string | null
  reason?: DissatisfactionReason | null
  /** the citizen rang us back; unless told, the officer rang him or took over after 0 */
  calledIn?: boolean
  callId?: string | null
}

/** What callback officers, and agents whom a citizen rings back, do by hand. */
export interface OfficerDesk {
  /** @throws DomainError `already-done` when another officer has it or it is over, `guard-not-met` while the machine is dialling */
  takeOver: (tx: Tx, actor: Actor, input: { callbackId: string }) => Promise<Callback>
  /** Rings the citizen and connects the officer. @throws DomainError `already-done` when another officer has it, `outside-allowed-hours`, `guard-not-met`, `agent-not-signed-in` */
  dial: (tx: Tx, actor: Actor, input: { callbackId: string }) => Promise<Callback>
  /**
   * What the citizen said to a person. An agent has had him on the line: rung back with `callId`, or connected after 0.
   * An officer without a call writes in `freeWords` how the answer is known.
   * @throws DomainError `invalid-input` when it is not said whether it is solved, `not-allowed`, `not-found` for the call
   */
  recordAnswers: (tx: Tx, actor: Actor, input: RecordedAnswers) => Promise<Callback>
  /**
   * The citizen asked for another time; it is moved into the allowed hours, at most two weeks after the report was accepted in all. An agent has
   * had him on the line, as for answers; an officer without a call writes in `how` from where he knows.
   * @throws DomainError `not-allowed`, `invalid-input`, `guard-not-met`
   */
  postpone: (tx: Tx, actor: Actor, input: { callbackId: string, until: Date, callId?: string | null, how?: string | null }) => Promise<Callback>
  /** Beyond law or policy, or already done: told so, and the order may close. */
  explain: (tx: Tx, actor: Actor, input: { callbackId: string, reason: DissatisfactionReason, explanation: string }) => Promise<Callback>
  /** The unit's own fault: back to it. */
  rework: (tx: Tx, actor: Actor, input: { callbackId: string, reason: DissatisfactionReason, explanation: string }) => Promise<Callback>
  /** Wants no more calls, or it is somebody else's number: not asked again; a bad answer already given stays with the officers. @throws DomainError `guard-not-met` */
  giveUp: (tx: Tx, actor: Actor, input: { callbackId: string, why: 'declined' | 'wrong-number' }) => Promise<Callback>
}

/** A callback is put off by so many days in all. */
const mostDays = 14

/** Whether somebody spoke with the citizen in this attempt: after 0, or an officer's own call that was answered. */
const spokeIn = (attempt: Attempt | null): boolean => attempt !== null && (attempt.person || (attempt.way === 'officer' && attempt.answered))

export function createOfficerDesk ({ clock, sealing, dialler, dialByHand, orders, steps, hours }: DeskOptions): OfficerDesk {
  async function load (tx: Tx, callbackId: string): Promise<{ callback: Callback, order: AskedOrder }> {
    const callback = await lockCallback(tx, callbackId)
    if (!callback) throw new DomainError('not-found', 'there is no such callback')
    return { callback, order: await orders.forCallback(tx, callback.orderId) }
  }

  function officersOnly (actor: Actor): void {
    if (!holds(actor, 'CALLBACK_OFFICER', 'SHIFT_LEADER')) throw new DomainError('not-allowed', 'this is a callback officer\'s')
  }

  function stillOpen (callback: Callback): void {
    if (callback.finishedAt !== null) throw new DomainError('already-done', 'this callback is over', { status: callback.status })
  }

  function notBeingDialled (callback: Callback): void {
    stillOpen(callback)
    if (callback.status === 'DIALLING') throw new DomainError('guard-not-met', 'the citizen is being rung just now', { guard: 'not-rung-now' })
  }

  /** @throws DomainError `already-done`; the shift leader may take it from him */
  function notAnothers (callback: Callback, actor: Actor): void {
    if (callback.officer !== null && callback.officer !== actor.id && !holds(actor, 'SHIFT_LEADER')) throw new DomainError('already-done', 'another officer has this callback', { officer: callback.officer })
  }

  function bad (callback: Callback): void {
    stillOpen(callback)
    if (callback.status !== 'OFFICER') throw new DomainError('guard-not-met', 'only bad answers are explained or re-done', { guard: 'bad-answer', status: callback.status })
  }

  return {
    async takeOver (tx, actor, { callbackId }) {
      officersOnly(actor)
      const { callback } = await load(tx, callbackId)
      notBeingDialled(callback)
      if (callback.officer === actor.id) return callback
      notAnothers(callback, actor)
      // The machine no longer rings; the officer's day still runs out.
      const nextAt = callback.status === 'OFFICER' ? callback.nextAt : null
      return await steps.save(tx, callback, { officer: actor.id, byPerson: true, byPersonReason: callback.byPersonReason, nextAt }, 'callback.taken', clock.now())
    },

    async dial (tx, actor, { callbackId }) {
      officersOnly(actor)
      const { callback, order } = await load(tx, callbackId)
      notBeingDialled(callback)
      notAnothers(callback, actor)
      if (!steps.awaited(order, callback) && callback.status !== 'OFFICER') throw new DomainError('guard-not-met', 'the order no longer waits for an answer', { guard: 'awaited', state: order.state })
      const now = clock.now()
      if (!mayCallAt(hours, now)) throw new DomainError('outside-allowed-hours', 'complainants are called at the allowed hours only', { windows: hours.windows })
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

    async recordAnswers (tx, actor, { callbackId, contacted, solved, grade, freeWords = null, reason = null, calledIn = false, callId: told = null }) {
      if (!holds(actor, 'CALLBACK_OFFICER', 'SHIFT_LEADER', 'AGENT')) throw new DomainError('not-allowed', 'answers are recorded by who spoke with the citizen')
      if (solved === null) throw new DomainError('invalid-input', 'say whether it is solved')
      const { callback, order } = await load(tx, callbackId)
      const awaited = steps.awaited(order, callback)
      // Who could not be reached may ring back as long as the order waits.
      if (!(callback.status === 'UNREACHABLE' && awaited)) stillOpen(callback)
      const now = clock.now()
      const answers: Answers = { contacted, solved, grade }
      const open = await openAttempt(tx, callbackId)
      const call = told === null ? null : await callWithCitizen(tx, told, callbackId)
      if (told !== null && call === null) throw new DomainError('not-found', 'there is no such call')
      if (!holds(actor, 'CALLBACK_OFFICER', 'SHIFT_LEADER') && call?.his !== true && open?.person !== true) {
        throw new DomainError('not-allowed', 'an agent records the answers of the citizen on the line only')
      }
      const spoke = call?.his === true || spokeIn(open)
      if (!spoke && (freeWords ?? '').trim() === '') {
        throw new DomainError('guard-not-met', 'without a call it is written down how the answer is known', { guard: 'how-known', status: callback.status })
      }
      const callId = call?.callId ?? null
      // The machine may be ringing him while he rings us.
      const superseded = open !== null && open.way === 'machine' && !open.person
      if (open !== null && !superseded) {
        saveAttempt(tx, { ...open, answers, callId: callId ?? open.callId, endedAt: now, outcome: open.outcome ?? 'confirmed' })
      } else {
        const way = calledIn ? 'called-in' : 'person'
        addAttempt(tx, { callbackId, attempt: callback.attempts + 1, way, actor: actor.id, startedAt: now, endedAt: now, outcome: 'confirmed', answers, callId, answered: true })
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
      if (!holds(actor, 'CALLBACK_OFFICER', 'SHIFT_LEADER', 'AGENT')) throw new DomainError('not-allowed', 'a callback is put off by who spoke with the citizen')
      const { callback } = await load(tx, callbackId)
      notBeingDialled(callback)
      const open = await openAttempt(tx, callbackId)
      const call = told === null ? null : await callWithCitizen(tx, told, callbackId)
      const spoke = call?.his === true || spokeIn(open)
      if (!spoke && !holds(actor, 'CALLBACK_OFFICER', 'SHIFT_LEADER')) throw new DomainError('not-allowed', 'an agent puts off the callback of the citizen on the line only')
      const written = how?.trim() ?? ''
      if (!spoke && written === '') throw new DomainError('guard-not-met', 'without a call it is written down how his wish is known', { guard: 'how-known', status: callback.status })
      if (callback.status !== 'SCHEDULED') throw new DomainError('guard-not-met', 'only a callback still to be made is put off', { guard: 'still-to-be-made', status: callback.status })
      const now = clock.now()
      // Counted from when he was first to be asked: put off again and again, an order would never close.
      if (until.getTime() > callback.createdAt.getTime() + mostDays * 86_400_000) throw new DomainError('invalid-input', 'at most two weeks after the report was accepted')
      const at = askedForAt(hours, until, now)
      if (open !== null) saveAttempt(tx, { ...open, endedAt: now, outcome: open.outcome ?? 'declined' })
      return await steps.save(tx, callback, { dueAt: at, nextAt: at, postponedHow: spoke ? null : written }, 'callback.postponed', now)
    },

    async explain (tx, actor, { callbackId, reason, explanation }) {
      officersOnly(actor)
      const { callback, order } = await load(tx, callbackId)
      bad(callback)
      const now = clock.now()
      const saved = await steps.save(tx, callback, { status: 'EXPLAINED', reason, explanation, officer: actor.id, nextAt: null, finishedAt: now }, 'callback.explained', now)
      await steps.tellOrder(tx, actor, saved, order)
      return saved
    },

    async rework (tx, actor, { callbackId, reason, explanation }) {
      officersOnly(actor)
      const { callback, order } = await load(tx, callbackId)
      bad(callback)
      const now = clock.now()
      const saved = await steps.save(tx, callback, { status: 'REWORK', reason, explanation, officer: actor.id, nextAt: null, finishedAt: now }, 'callback.rework', now)
      await backToUnit(tx, actor, saved, order, explanation)
      return saved
    },

    async giveUp (tx, actor, { callbackId, why }) {
      officersOnly(actor)
      const { callback, order } = await load(tx, callbackId)
      notBeingDialled(callback)
      const now = clock.now()
      const declined = why === 'declined'
      if (declined) declineNumber(tx, sealing.fingerprint(withoutExtension(sealing.open(callback.numberSealed))), 'asked for it in a callback', now, actor.id)
      if (callback.status === 'OFFICER') {
        // What he has said stands, whatever number it was: it is explained or re-done, never dropped.
        if (!declined) throw new DomainError('guard-not-met', 'bad answers are explained or re-done', { guard: 'decided-by-officer', status: callback.status })
        return callback
      }
      const open = await openAttempt(tx, callbackId)
      if (open !== null) saveAttempt(tx, { ...open, endedAt: now, outcome: open.outcome ?? 'declined' })
      const status = declined && !somethingAnswered(callback) ? 'CANCELLED' as const : 'UNREACHABLE' as const
      const saved = await steps.save(tx, callback, { status, cancelReason: why, nextAt: null, finishedAt: now }, `callback.${status.toLowerCase()}`, now)
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
