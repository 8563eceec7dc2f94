import type { Database, Tx } from '../../db/database.ts'
import type { Clock } from '../../domain/clock.ts'
import { systemActor } from '../../domain/roles.ts'
import type { Steps } from './callback-steps.ts'
import { addAttempt, lockCallback } from './callback-store.ts'
import type { CallbackOrders } from './callback-types.ts'
import { afterAnswers } from './rules/after-attempt.ts'
import { solvedFromReply, type Answers } from './rules/callback-answers.ts'

/** A reply to the last-try text counts for so long. */
const replyDays = 3

interface Reply { id: number, number_hash: Buffer, body: string, received_at: Date }

export interface RepliesOptions { db: Database, clock: Clock, orders: CallbackOrders, steps: Steps }

/** Text messages that came in: 1 解决, 2 部分解决, 3 未解决 answer the newest callback we sent a text about. */
export function createReplies ({ db, orders, steps }: RepliesOptions) {
  async function take (tx: Tx, reply: Reply, now: Date): Promise<void> {
    tx.write('update sms_reply set handled_at = $2 where id = $1', [reply.id, now])
    const solved = solvedFromReply(reply.body)
    if (solved === null) return
    const [found] = await tx.query<{ id: string }>(`select id from callback where number_hash = $1 and sms_sent_at <= $2 and sms_sent_at > $3
      and status = 'UNREACHABLE' order by sms_sent_at desc limit 1`, [reply.number_hash, reply.received_at, new Date(reply.received_at.getTime() - replyDays * 86_400_000)])
    const callback = found && await lockCallback(tx, found.id)
    if (!callback || callback.status !== 'UNREACHABLE') return
    const order = await orders.forCallback(tx, callback.orderId)
    // An order re-opened since then asks again in its own round.
    if (order.cycle !== callback.cycle) return
    const answers: Answers = { contacted: null, solved, grade: null }
    const { unanswered, incomplete, technical } = callback
    const attempt = callback.attempts + 1
    addAttempt(tx, { callbackId: callback.id, attempt, way: 'sms', actor: systemActor.id, startedAt: reply.received_at, endedAt: now, outcome: 'confirmed', answers })
    const decided = afterAnswers(answers, now, await steps.policy()) ?? { status: 'CONFIRMED' as const }
    await steps.follow(tx, systemActor, { callback, order, answers, followup: { ...decided, counts: { unanswered, incomplete, technical } }, at: now, change: { attempts: attempt } })
  }

  return {
    /** Takes what has come in, one reply a transaction; two processes never take the same. */
    async run (now: Date): Promise<void> {
      for (let i = 0; i < 100; i++) {
        const more = await db.tx(async tx => {
          const [reply] = await tx.query<Reply>(`select id, number_hash, body, received_at from sms_reply where handled_at is null
            order by id limit 1 for update skip locked`)
          if (reply) await take(tx, reply, now)
          return reply !== undefined
        })
        if (!more) return
      }
    }
  }
}
