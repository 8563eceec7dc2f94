import type { Queryable } from '../../../db/database.ts'
import type { Where } from './order-list-sql.ts'
import { summaryColumns, summaryFrom, type SummaryRow } from './order-summary.ts'

/**
 * The fingerprint of the number of a call at this extension, also while it rings there, that goes on or ended after a moment; null: there
 * is no such call, or it has no number. A citizen rung by a click did not ring in.
 */
export async function numberAtExtension (
  db: Queryable, { callId, extension, endedAfter }: { callId: string, extension: string, endedAfter: Date }
): Promise<Buffer | null> {
  const [call] = await db.query<{ hash: Buffer | null }>(`select c.number_hash as hash from call_read c
    where c.id = (select id from call_root($1)) and c.purpose is distinct from 'manual'
      and exists (select 1 from channel_read h where h.call_id = c.id and h.extension = $2
      and (h.answered_at is not null or h.ended_at is null))
      and (c.ended_at is null or c.ended_at > $3)`, [callId, extension, endedAfter])
  return call?.hash ?? null
}

export async function callIdsOf (db: Queryable, orderId: string): Promise<string[]> {
  const calls = await db.query<{ id: string }>('select call_id as id from call_work_order_read where order_id = $1', [orderId])
  return calls.map(call => call.id)
}

/** A row with one flag for each way in which it may be alike. */
export type AlikeRow = SummaryRow & Record<`w${number}`, boolean>

/** Those of these orders that are alike in any of these ways, which are conditions on `work_order o`; the most alike first, 20 at most. */
export async function alikeOrders (db: Queryable, where: Pick<Where, 'text' | 'values'>, ways: readonly string[]): Promise<AlikeRow[]> {
  const flags = ways.map((sql, i) => `coalesce((${sql}), false) as w${i}`)
  return await db.query<AlikeRow>(`select *
    from (select ${summaryColumns}, ${flags.join(', ')} from ${summaryFrom} where ${where.text()}) s
    where ${ways.map((_, i) => `w${i}`).join(' or ')}
    order by ${ways.map((_, i) => `w${i}::int`).join(' + ')} desc, "receivedAt" desc limit 20`, where.values)
}
