import { DomainError } from '../../domain/errors.ts'
import type { OrderCommands } from './order-types.ts'
import { loadOrder, type OrderContext } from './order-context.ts'
import { lockOrder } from './order-store.ts'
import { allow, carryOut, closeOrder, orderForCallback, sendToRework } from './order-steps.ts'
import { line, text } from './rules/order-fields.ts'

/** 核查, 回访 and 结案: what happens between the report and the end. */
export function createClosing (context: OrderContext): Pick<OrderCommands, 'verify' | 'recordCallbackResult' | 'close' | 'rework' | 'reopen' | 'forCallback'> {
  const { clock } = context
  return {
    async verify (tx, actor, { passed, remarks = '', photo = null, ...seen }) {
      const now = clock.now()
      text('remarks', remarks)
      if (photo) line('photo', photo)
      const loaded = await loadOrder(context, tx, seen)
      const step = allow(loaded, passed ? { type: 'verification.pass' } : { type: 'verification.fail', remarks }, actor, now)
      const status = passed ? 'PASSED' : 'FAILED'
      tx.write('update verification set status = $3, verifier = $4, remarks = $5, photo = $6, decided_at = $7 where order_id = $1 and cycle = $2',
        [loaded.row.id, loaded.row.cycle, status, actor.id, remarks, photo, now])
      return await carryOut(context, tx, { loaded, step, actor, now, changes: { verificationStatus: status }, detail: { remarks, photo } })
    },

    async recordCallbackResult (tx, actor, { orderId, cycle, status, ...said }) {
      const now = clock.now()
      if (said.reason) text('reason', said.reason)
      const loaded = await loadOrder(context, tx, { orderId })
      const step = allow(loaded, { type: 'callback.result', cycle, status }, actor, now)
      const callbackReason = status === 'NOT_REQUIRED' ? said.reason ?? null : null
      const changes = { callbackStatus: status, callbackReason }
      return await carryOut(context, tx, { loaded, step, actor, now, changes, detail: { cycle, status, ...said } })
    },

    async close (tx, actor, { result, reply, ...seen }) {
      if (reply !== undefined) text('reply', reply)
      const loaded = await loadOrder(context, tx, seen)
      return await closeOrder(context, tx, loaded, actor, clock.now(), { ...(result === undefined ? {} : { result }), ...(reply === undefined ? {} : { reply }) })
    },

    async rework (tx, actor, { reason, hold = false, ...seen }) {
      text('reason', reason)
      const loaded = await loadOrder(context, tx, seen)
      if (loaded.row.state !== 'VERIFYING') throw new DomainError('transition-not-allowed', `case.rework is not possible in state ${loaded.row.state}`, { state: loaded.row.state, event: 'case.rework' })
      return await sendToRework(context, tx, loaded, actor, clock.now(), reason, hold)
    },

    async reopen (tx, actor, { reason, hold = false, ...seen }) {
      text('reason', reason)
      const loaded = await loadOrder(context, tx, seen)
      if (loaded.row.state !== 'CLOSED') throw new DomainError('transition-not-allowed', `case.reopen is not possible in state ${loaded.row.state}`, { state: loaded.row.state, event: 'case.reopen' })
      return await sendToRework(context, tx, loaded, actor, clock.now(), reason, hold)
    },

    forCallback: async (tx, orderId) => await orderForCallback(context, tx, { row: await lockOrder(tx, orderId) })
  }
}
