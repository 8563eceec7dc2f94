import { nextAllowed } from '../../../calendar/rules/allowed-hours.ts'
import type { Database, Tx } from '../../../db/database.ts'
import type { Sealing } from '../../../db/sealing.ts'
import type { Dialler } from '../../../dialler/dialler-types.ts'
import type { AskedOrder } from '../../../domain/asked-order.ts'
import type { Clock } from '../../../domain/time/clock.ts'
import { DomainError } from '../../../domain/errors.ts'
import { legPriority } from '../../../domain/telephone/legs.ts'
import { systemActor } from '../../../domain/people/roles.ts'
import type { Speech } from '../../../speech/speech-types.ts'
import { bind } from '../../../domain/bind.ts'
import { firstWords, spokenTo } from './callback-script.ts'
import type { Renew } from '../asking/callback-renewal.ts'
import { addAttempt, lockCallback, readCallback } from '../callbacks-store.ts'
import type { Steps } from '../callback-steps.ts'
import type { Callback } from '../callback-columns.ts'
import type { CallbackOrders } from '../callback-types.ts'
import { afterAttempt, officersTime, type CallbackPolicy } from '../rules/after-attempt.ts'
import { noAnswers } from '../rules/callback-answers.ts'
import { mayCallAt, type CallingHours } from '../rules/callback-hours.ts'

export interface DiallingOptions {
  db: Database
  clock: Clock
  sealing: Sealing
  dialler: Pick<Dialler, 'request'>
  speech: Pick<Speech, 'render'>
  orders: CallbackOrders
  steps: Steps
  renew: Renew
  timeZone: string
  /** seconds to wait for a key */
  keySeconds: number
}

/** A bound against channels left open; long, because after 0 a person talks on the same leg. */
const talkSeconds = 3600

/** The action for a callback whose alarm rang; decided from rows, twice: before and inside the transaction. */
type Due = 'nothing' | 'no-longer-awaited' | 'a-person-rings' | 'later' | 'dial' | 'officer-did-nothing'

function whatIsDue (callback: Callback, awaited: boolean, hours: CallingHours, now: Date): Due {
  if (callback.nextAt === null || callback.nextAt > now) return 'nothing'
  if (callback.status === 'OFFICER') return 'officer-did-nothing'
  if (callback.status !== 'SCHEDULED') return 'nothing'
  if (!awaited) return 'no-longer-awaited'
  if (callback.byPerson) return 'a-person-rings'
  return mayCallAt(hours, now) ? 'dial' : 'later'
}

/** The file a callback's call is recorded to, below the recordings folder. */
export const recordingOf = (callbackId: string, attempt: number): string => `callback-${callbackId}-${attempt}.wav`

/** The rendered first words; null when nothing can speak just now. */
async function speak (context: DiallingOptions, order: AskedOrder, callback: Callback): Promise<string | null> {
  try {
    return await context.speech.render(firstWords(spokenTo(order, callback.requestId), context.timeZone))
  } catch (error) {
    if (error instanceof DomainError && error.code === 'speech-unavailable') return null
    throw error
  }
}

async function dial (
  context: DiallingOptions, tx: Tx, callback: Callback, order: AskedOrder,
  { prompt, policy, now }: { prompt: string, policy: CallbackPolicy, now: Date }
): Promise<void> {
  const { sealing, dialler, steps, keySeconds } = context
  const attempt = callback.attempts + 1
  try {
    const [request] = await dialler.request(tx, {
      key: `callback-${callback.id}-${attempt}`,
      purpose: 'callback',
      priority: legPriority.automated,
      subject: `callback:${callback.id}`,
      numbers: [sealing.openNumber(callback.numberSealed)],
      attempts: 1,
      gapSeconds: 0,
      ringSeconds: policy.ringSeconds,
      talkSeconds,
      windows: policy.windows,
      script: {
        name: 'callback',
        variables: { LD_SAY: prompt, LD_KEY_SECONDS: String(keySeconds), LD_RECORD: recordingOf(callback.id, attempt) }
      }
    })
    addAttempt(tx, {
      callbackId: callback.id,
      attempt,
      method: 'machine',
      actor: systemActor.id,
      startedAt: now,
      policySince: policy.validFrom,
      dialRequestId: request?.requestId ?? null
    })
    await steps.save(tx, callback, { status: 'DIALLING', attempts: attempt, nextAt: null, dialRequestId: request?.requestId ?? null },
      'callback.dialling', now)
  } catch (error) {
    // The dialler refuses before it writes anything, so the transaction is still good.
    if (!(error instanceof DomainError)) throw error
    await cannotDial(context, tx, callback, order, error, now)
  }
}

async function cannotDial (
  context: DiallingOptions, tx: Tx, callback: Callback, order: AskedOrder, error: DomainError, now: Date
): Promise<void> {
  const { steps } = context
  if (error.code === 'declined-calls') {
    const saved = await steps.save(tx, callback, { status: 'CANCELLED', cancelReason: 'declined', nextAt: null, finishedAt: now },
      'callback.cancelled', now)
    await steps.tellOrder(tx, systemActor, saved, order)
  } else {
    await steps.save(tx, callback, { byPerson: true, byPersonReason: 'machine-failed', nextAt: null, dueAt: now }, 'callback.due', now,
      { reason: error.code })
  }
}

/** Does the work due for one callback. */
async function ring (context: DiallingOptions, callbackId: string): Promise<void> {
  const { db, clock, orders, steps, renew } = context
  const first = await db.tx(async tx => {
    const callback = await readCallback(tx, callbackId)
    if (callback === null || callback.nextAt === null) return null
    const order = await orders.forCallback(tx, callback.orderId)
    const now = clock.now()
    return { order, callback, due: whatIsDue(callback, steps.awaited(order, callback), await steps.policy(now), now) }
  })
  if (first === null || first.due === 'nothing') return
  // Rendering takes its time and touches no row: before the transaction, never inside it.
  const prompt = first.due === 'dial' ? await speak(context, first.order, first.callback) : null

  await db.tx(async tx => {
    const found = await lockCallback(tx, callbackId)
    if (found === null) return
    const order = await orders.forCallback(tx, found.orderId)
    const now = clock.now()
    const policy = await steps.policy(now)
    const asItWas = whatIsDue(found, steps.awaited(order, found), policy, now)
    const callback = ['dial', 'a-person-rings'].includes(asItWas) ? await renew(tx, found, order, now) : found
    const due = callback === found ? asItWas : whatIsDue(callback, steps.awaited(order, callback), policy, now)
    switch (due) {
      case 'nothing': return
      case 'no-longer-awaited':
        await steps.save(tx, callback, { status: 'CANCELLED', cancelReason: 'order-went-on', nextAt: null, finishedAt: now },
          'callback.cancelled', now)
        return
      case 'a-person-rings':
        await steps.save(tx, callback, { nextAt: null }, 'callback.due', now)
        return
      case 'later':
        await steps.save(tx, callback, {
          nextAt: nextAllowed(policy.windows, policy.timeZone, now), policySince: policy.validFrom
        }, 'callback.retry', now)
        return
      case 'officer-did-nothing':
        await autoReopen(context, tx, callback, order, now)
        return
      case 'dial':
        if (prompt !== null) await dial(context, tx, callback, order, { prompt, policy, now })
        // Became due between the two looks: the alarm or the sweep comes back with the words.
        else if (first.due === 'dial') await cannotSpeak(context, tx, callback, order, policy, now)
    }
  })
}

async function cannotSpeak (
  context: DiallingOptions, tx: Tx, callback: Callback, order: AskedOrder, policy: CallbackPolicy, now: Date
): Promise<void> {
  const { steps } = context
  const { unanswered, incomplete, technical } = callback
  const over = {
    answers: noAnswers,
    earlier: callback,
    outcome: 'not-placed' as const,
    tried: false,
    person: false,
    byOfficer: false,
    counts: { unanswered, incomplete, technical }
  }
  await steps.follow(tx, systemActor, {
    callback,
    order,
    answers: noAnswers,
    followup: afterAttempt(over, now, { ...policy, failures: policy.unspokenFailures }),
    at: now
  })
}

/** A bad answer not looked at within a working day goes back to the unit by itself. */
async function autoReopen (context: DiallingOptions, tx: Tx, callback: Callback, order: AskedOrder, now: Date): Promise<void> {
  const { orders, steps } = context
  const saved = await steps.save(tx, callback, { status: 'REWORK', nextAt: null, finishedAt: now }, 'callback.rework', now,
    { byItself: true })
  const reason = '回访不满意，逾期未处理，自动返工'
  if (steps.awaited(order, saved)) {
    await steps.tellOrder(tx, systemActor, saved, order)
    await orders.rework(tx, systemActor, { orderId: order.id, reason })
  } else if (order.state === 'CLOSED' && order.cycle === saved.cycle) {
    await orders.reopen(tx, systemActor, { orderId: order.id, reason })
  }
}

/** The officer's time passed a year without an entered calendar; now that it is entered, the time ends by it. */
async function reckonAgain (context: DiallingOptions, callbackId: string): Promise<void> {
  const { db, clock, steps } = context
  const policy = await steps.policy(clock.now())
  await db.tx(async tx => {
    const callback = await lockCallback(tx, callbackId)
    const reckoning = callback?.officerReckoning
    if (!callback || !reckoning || callback.status !== 'OFFICER' || !policy.calendar.editions.has(reckoning.days.awaitsYear ?? 0)) return
    const time = officersTime(new Date(reckoning.since), policy)
    await steps.save(tx, callback, { ...time, nextAt: time.officerDueAt }, 'callback.officer', clock.now())
  })
}

/** Does the work of an alarm; harmless when the alarm is late, doubled or no longer due. */
export const createDialling = (context: DiallingOptions) => bind(context, { ring, reckonAgain })

export type Dialling = ReturnType<typeof createDialling>
