import type { Queryable } from '../../../db/database.ts'
import type { OrderEventKind } from '../rules/order-events.ts'

/** The entry of the timeline that says what was sent. */
export const answerTextKind = 'answer.text' satisfies OrderEventKind

/** A text with the answer that was sent; `to` masked. */
export interface SentAnswer { at: Date, by: string, detail: { to: string, text: string, article: string | null } }

/** Texts sent about this order, oldest first. */
export async function sentAnswers (db: Queryable, orderId: string): Promise<SentAnswer[]> {
  return await db.query<SentAnswer>('select at, actor as by, detail from order_event where order_id = $1 and kind = $2 order by id',
    [orderId, answerTextKind])
}
