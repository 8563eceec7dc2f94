import type { Logger } from 'pino'
import type { Module } from '../../module.ts'
import type { SmsReplyListener } from '../../sms/sms-types.ts'
import type { Asking } from './asking/asking.ts'
import { callbackRoutes, type CallbackRoutesOptions } from './callbacks-routes.ts'
import { recordingOfAttempt, type CallbackRecordingsOptions } from './callback-recordings.ts'
import { createCallbacks, type CallbacksOptions } from './callbacks.ts'
import type { CallListener } from './asking/called-in.ts'
import type { CallbackOrders } from './callback-types.ts'
import { ordersOfCallbacks } from './callbacks-store.ts'
import { callbackNumbers } from './sealed-callbacks-store.ts'

export interface CallbacksNeeds extends Omit<CallbacksOptions, 'onError' | 'orders' | 'sms'>, Pick<CallbackRoutesOptions, 'canBeRung'> {
  nodes: CallbackRecordingsOptions['nodes']
  log: Logger
  sms: CallbacksOptions['sms'] & { onReply: (name: string, listener: SmsReplyListener) => void }
  /** the orders whose complainants are asked; they tell when */
  orders: { commands: CallbackOrders, listen: (listener: Asking) => void }
  /** the calls; they tell that a citizen has rung in */
  calls: { listen: (listener: CallListener) => void }
}

/** Asking the complainant before an order may be closed (回访). */
export function callbacksModule ({ nodes, log, orders, calls, canBeRung, ...needs }: CallbacksNeeds): Module {
  const callbacks = createCallbacks({
    ...needs,
    orders: orders.commands,
    onError: error => { log.warn({ err: error }, 'a callback could not be dealt with; it is tried again') }
  })
  orders.listen(callbacks.orderListener)
  calls.listen(callbacks.callListener)
  needs.sms.onReply('callbacks', callbacks.replyListener)
  const { db, clock, readerUnit } = needs
  return {
    name: 'callbacks',
    routes: [callbackRoutes({
      db,
      clock,
      callbacks,
      readerUnit,
      canBeRung,
      recording: async (callbackId, attempt) => await recordingOfAttempt({ db, nodes }, callbackId, attempt)
    })],
    alarms: callbacks.alarmHandlers,
    sweeps: callbacks.sweeps,
    ordersOf: ordersOfCallbacks,
    resealed: { numbers: [callbackNumbers] }
  }
}
