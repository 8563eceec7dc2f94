import type { WorkingCalendar } from '../../calendar/rules/working-time.ts'
import type { Database, Tx } from '../../db/database.ts'
import type { Sealing } from '../../db/sealing.ts'
import type { Dialler } from '../../dialler/dialler.ts'
import { callbackAfterOurs } from '../../dialler/rules/whose-fault.ts'
import type { AskedOrder } from '../../domain/asked-order.ts'
import type { Clock } from '../../domain/clock.ts'
import type { Actor } from '../../domain/roles.ts'
import { withoutExtension } from '../../domain/phone-number.ts'
import { systemActor } from '../../domain/roles.ts'
import type { Feed } from '../../feed/feed.ts'
import type { AlarmHandler, Alarms, Sweep } from '../../queue/alarms.ts'
import type { Sms, SmsReplyListener } from '../../sms/sms.ts'
import type { Speech } from '../../speech/speech.ts'
import { createDialling } from './callback-dialling.ts'
import { createEvents } from './callback-events.ts'
import { createCallbackQueries, type CallbackQueries } from './callback-queries.ts'
import { createRenew } from './callback-renewal.ts'
import { createReplyListener } from './callback-replies.ts'
import { callbackAudience, createSteps } from './callback-steps.ts'
import {
  addCallbacks, callbacksAwaitingYears, declinedHashes, dueCallbacks, lockOpenCallbacks, saveCallback, statusesOf
} from './callback-store.ts'
import type { CallbackOrders, DialByHand } from './callback-types.ts'
import { createOfficerDesk, type OfficerDesk } from './officer-desk.ts'
import { firstAttemptAt } from './rules/callback-hours.ts'
import { orderCallbackStatus } from './rules/order-status.ts'
import { whyAPerson } from './rules/who-is-called.ts'

/** Asking the complainants before an order may be closed (回访). */
export interface Callbacks {
  /**
   * Everybody who complained is to be asked, from the day after `from` on: the report was accepted, or somebody joined later. Part of the
   * caller's transaction; who is asked already in this cycle is not asked again. Answers how many were added.
   */
  schedule: (tx: Tx, order: AskedOrder, from: Date) => Promise<number>
  /** The order went on otherwise: nobody is asked any more about this cycle. */
  cancel: (tx: Tx, orderId: string, cycle: number, reason: string) => Promise<void>
  desk: OfficerDesk
  queries: CallbackQueries
  /** Does what is due for one callback at this moment. */
  ring: (callbackId: string) => Promise<void>
  /** takes the text replies that are about a callback */
  replyListener: SmsReplyListener
  alarmHandlers: AlarmHandler[]
  sweeps: Sweep[]
}

export interface CallbacksOptions {
  db: Database
  clock: Clock
  feed: Feed
  alarms: Alarms
  sms: Sms
  sealing: Sealing
  speech: Speech
  dialler: Dialler
  dialByHand: DialByHand
  orders: CallbackOrders
  calendar: () => Promise<WorkingCalendar>
  /** a unit and everybody above it, without the Centre */
  wayUp: (unitId: string | null) => Promise<readonly string[]>
  /** whether a person may know of the orders a call belongs to */
  seesCall: (tx: Tx, actor: Actor, callId: string) => Promise<boolean>
  timeZone: string
  settings: { windows: string, ringSeconds: number, attempts: number, keySeconds: number }
  onError?: (error: unknown) => void
}

/** At once in one sweep; what is left is found by the next, two seconds later. */
const sweepLimit = 50

export function createCallbacks ({ db, clock, feed, alarms, sms, sealing, speech, dialler, dialByHand, orders, calendar, wayUp, seesCall, timeZone, settings, onError = () => {} }: CallbacksOptions): Callbacks {
  const hours = { windows: settings.windows, timeZone }
  const steps = createSteps({
    clock,
    feed,
    alarms,
    sms,
    sealing,
    orders,
    calendar,
    settings: { ...hours, attempts: settings.attempts, ours: callbackAfterOurs }
  })
  const renew = createRenew({ sealing, steps })
  const dialling = createDialling({ db, clock, sealing, dialler, speech, orders, steps, renew, hours, ringSeconds: settings.ringSeconds, keySeconds: settings.keySeconds })
  dialler.listen(createEvents({ feed, orders, steps }))

  return {
    async schedule (tx, order, from) {
      const asked = order.complainants.map(c => ({ ...c, hash: sealing.fingerprint(withoutExtension(c.number)) }))
      if (asked.length === 0) return 0
      const declined = await declinedHashes(tx, asked.map(c => c.hash))
      // One person who called twice is asked once.
      const seen = new Set<string>()
      const willing = asked.filter(c => {
        const hash = c.hash.toString('hex')
        if (declined.has(hash) || seen.has(hash)) return false
        seen.add(hash)
        return true
      })
      const dueAt = firstAttemptAt(hours, from)
      const ids = await addCallbacks(tx, willing.map(c => ({
        orderId: order.id,
        cycle: order.cycle,
        coComplainantId: c.coComplainantId,
        byPerson: whyAPerson({ ...c, reworkCount: order.reworkCount, cycle: order.cycle }),
        sealed: sealing.seal(c.number),
        hash: c.hash,
        dueAt,
        createdAt: clock.now()
      })))
      if (ids.length === 0) {
        // Nobody new wants to be asked: that must not keep the order open for ever, and why stands on it.
        const status = orderCallbackStatus(await statusesOf(tx, order.id, order.cycle))
        await orders.recordCallbackResult(tx, systemActor, {
          orderId: order.id,
          cycle: order.cycle,
          status,
          coComplainantId: null,
          contacted: null,
          solved: null,
          grade: null,
          reason: status === 'NOT_REQUIRED' ? 'declined-calls' : null,
          callId: null,
          legId: null
        })
        return 0
      }
      await alarms.set(tx, ...ids.map(id => ({ family: 'callback' as const, id: `callback-${id}-1`, at: dueAt, payload: { callbackId: id } })))
      const audience = await callbackAudience(tx, order.id)
      await feed.publish(tx, ...ids.map(id => ({ topic: 'callback.scheduled', subject: id, at: clock.now(), data: { orderId: order.id, cycle: order.cycle, dueAt }, audience })))
      return ids.length
    },

    async cancel (tx, orderId, cycle, reason) {
      const open = await lockOpenCallbacks(tx, orderId, cycle)
      if (open.length === 0) return
      const now = clock.now()
      const audience = await callbackAudience(tx, orderId)
      for (const callback of open) {
        saveCallback(tx, callback, { status: 'CANCELLED', cancelReason: reason, nextAt: null, requestId: null, finishedAt: now })
        await feed.publish(tx, { topic: 'callback.cancelled', subject: callback.id, at: now, data: { orderId, cycle, reason }, audience })
      }
      // After the rows are settled: the dialler tells us at once what it cancelled, and that must find nothing to do.
      await dialler.cancel(tx, open.flatMap(c => c.requestId ?? []), reason)
    },

    desk: createOfficerDesk({ clock, sealing, dialler, dialByHand, orders, steps, renew, hours, wayUp, seesCall }),
    queries: createCallbackQueries({ sealing, timeZone }),
    ring: dialling.ring,
    replyListener: createReplyListener({ clock, orders, steps }),

    alarmHandlers: [{
      family: 'callback',
      ring: async payload => { await dialling.ring(String(payload.callbackId)) }
    }],

    sweeps: [{
      name: 'callbacks',
      pace: 'ordinary',
      async run (now) {
        for (const id of await callbacksAwaitingYears(db, [...(await calendar()).editions.keys()], sweepLimit)) await dialling.reckonAgain(id)
        for (const id of await dueCallbacks(db, now, sweepLimit)) {
          // One that cannot be done must not keep the others waiting.
          try {
            await dialling.ring(id)
          } catch (error) {
            onError(error)
          }
        }
      }
    }]
  }
}
