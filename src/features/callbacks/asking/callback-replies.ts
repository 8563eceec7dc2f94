import type { Tx } from '../../../db/database.ts'
import { bind } from '../../../domain/bind.ts'
import type { Clock } from '../../../domain/time/clock.ts'
import { systemActor } from '../../../domain/people/roles.ts'
import type { SmsReply, SmsReplyListener } from '../../../sms/sms-types.ts'
import type { Steps } from '../callback-steps.ts'
import { addAttempt, lockCallback, newestTexted } from '../callbacks-store.ts'
import type { Callback } from '../callback-columns.ts'
import type { CallbackOrders } from '../callback-types.ts'
import { afterAnswers, officersTime } from '../rules/after-attempt.ts'
import { solvedFromReply, type Answers } from '../rules/callback-answers.ts'

interface Context { clock: Clock, orders: CallbackOrders, steps: Steps }

/**
 * Text messages that came in: 1 解决, 2 部分解决, 3 未解决 answer the newest callback we sent a text about; an officer reads whatever
 * else was written about it. A text about nothing we asked is left to other listeners.
 */
export const createReplyListener = (context: Context): SmsReplyListener => bind(context, { hear }).hear

async function hear (context: Context, tx: Tx, reply: SmsReply): Promise<boolean> {
  const { clock, orders, steps } = context
  const now = clock.now()
  const policy = await steps.policy(now)
  const callback = await callbackOf(tx, reply, policy.replyDays)
  if (callback === null) return false
  const order = await orders.forCallback(tx, callback.orderId)
  // An order re-opened since then asks again in its own round.
  if (order.cycle !== callback.cycle) return false
  const solved = solvedFromReply(reply.body)
  const answers: Answers = { contacted: null, solved, grade: null }
  const { unanswered, incomplete, technical } = callback
  const attempt = callback.attempts + 1
  addAttempt(tx, {
    callbackId: callback.id,
    attempt,
    method: 'sms',
    actor: systemActor.id,
    startedAt: reply.at,
    endedAt: now,
    outcome: solved === null ? 'answered-not-confirmed' : 'confirmed',
    answers
  })
  const decided = solved === null
    ? { status: 'OFFICER' as const, ...officersTime(now, policy) }
    : afterAnswers(answers, now, policy) ?? { status: 'CONFIRMED' as const }
  await steps.follow(tx, systemActor, {
    callback,
    order,
    answers,
    followup: { ...decided, counts: { unanswered, incomplete, technical } },
    at: now,
    change: { attempts: attempt, ...(solved === null ? { freeWords: reply.body } : {}) }
  })
  return true
}

/** The newest callback we sent this citizen a text about, while nobody has reached them. */
async function callbackOf (tx: Tx, reply: SmsReply, days: number): Promise<Callback | null> {
  const earliest = new Date(reply.at.getTime() - days * 86_400_000)
  const id = await newestTexted(tx, reply.numberHashes, { after: earliest, until: reply.at })
  const callback = id === null ? null : await lockCallback(tx, id)
  return callback?.status === 'UNREACHABLE' ? callback : null
}
