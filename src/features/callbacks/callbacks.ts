import type { WorkingCalendar } from '../../calendar/rules/working-time.ts'
import type { Database, Tx } from '../../db/database.ts'
import type { Sealing } from '../../db/sealing.ts'
import type { Dialler } from '../../dialler/dialler-types.ts'
import type { Clock } from '../../domain/time/clock.ts'
import type { ReaderUnit } from '../../domain/people/reader-unit.ts'
import type { Actor } from '../../domain/people/roles.ts'
import type { Feed } from '../../feed/feed.ts'
import type { AttemptPolicies } from '../../policy/rules/attempt-policy.ts'
import type { DeadlinePolicies } from '../../policy/rules/deadline-policy.ts'
import type { RulePolicies } from '../../policy/rules/rule-policy.ts'
import type { AlarmHandler, Alarms, Sweep } from '../../queue/alarms.ts'
import type { Sms, SmsReplyListener } from '../../sms/sms-types.ts'
import type { Speech } from '../../speech/speech-types.ts'
import { createAsking, type Asking } from './asking/asking.ts'
import { createCallListener, type CallListener } from './asking/called-in.ts'
import { createDialling } from './dialling/callback-dialling.ts'
import { createEvents } from './callbacks-events.ts'
import { createCallbackQueries, type CallbackQueries } from './callback-queries.ts'
import { createRenewal } from './asking/callback-renewal.ts'
import { createReplyListener } from './asking/callback-replies.ts'
import { createSteps } from './callback-steps.ts'
import { callbackAlarm, callbackSweep } from './callbacks-jobs.ts'
import type { CallbackOrders, DialByHand } from './callback-types.ts'
import { createOfficerDesk, type OfficerDesk } from './desk/officer-desk.ts'

/** Asking the complainants before an order may be closed (回访). */
export interface Callbacks {
  /** listens to the orders: complainants are to be asked, or no longer */
  orderListener: Asking
  /** listens to the calls: a citizen we have not reached has rung in */
  callListener: CallListener
  desk: OfficerDesk
  queries: CallbackQueries
  /** Does the work due for one callback at this moment. */
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
  speech: Pick<Speech, 'render'>
  dialler: Dialler
  dialByHand: DialByHand
  orders: CallbackOrders
  calendar: () => Promise<WorkingCalendar>
  /** a unit and everybody above it, without the Centre */
  readerUnit: (unitId: string | null) => Promise<ReaderUnit>
  /** whether a person may know of the orders a call belongs to */
  seesCall: (tx: Tx, actor: Actor, callId: string) => Promise<boolean>
  timeZone: string
  attempts: () => Promise<AttemptPolicies>
  deadlines: () => Promise<DeadlinePolicies>
  rules: () => Promise<RulePolicies>
  /** how long a question waits for its key */
  keySeconds: number
  onError?: (error: unknown) => void
}

export function createCallbacks ({
  db, clock, feed, alarms, sms, sealing, speech, dialler, dialByHand, orders, calendar, readerUnit, seesCall, timeZone, attempts,
  deadlines, rules, keySeconds, onError = () => {}
}: CallbacksOptions): Callbacks {
  const steps = createSteps({
    clock,
    feed,
    alarms,
    sms,
    sealing,
    orders,
    calendar,
    attempts,
    deadlines,
    rules
  })
  const { renew } = createRenewal({ sealing, steps })
  const dialling = createDialling({
    db,
    clock,
    sealing,
    dialler,
    speech,
    orders,
    steps,
    renew,
    timeZone,
    keySeconds
  })
  dialler.listen(createEvents({ clock, feed, orders, steps }))
  const queries = createCallbackQueries({ sealing, timeZone })

  return {
    orderListener: createAsking({ clock, feed, alarms, sealing, dialler, orders, policy: steps.policy }),
    callListener: createCallListener({ queries }),
    desk: createOfficerDesk({ clock, sealing, dialler, dialByHand, orders, steps, renew, readerUnit, seesCall }),
    queries,
    ring: dialling.ring,
    replyListener: createReplyListener({ clock, orders, steps }),
    alarmHandlers: [callbackAlarm({ dialling })],
    sweeps: [callbackSweep({ db, calendar, dialling, onError })]
  }
}
