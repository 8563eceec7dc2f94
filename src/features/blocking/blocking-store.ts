import type { Static, TObject } from 'typebox'
import { columnName } from '../../db/column-name.ts'
import type { Queryable, Tx } from '../../db/database.ts'
import { lockNamed } from '../../db/lock-store.ts'
import { isRowId } from '../../domain/ids.ts'
import { keysOf } from '../../domain/properties.ts'
import { blockColumns } from './block-columns.ts'

export type BlockRow = Static<TObject<typeof blockColumns>>

const columns = keysOf(blockColumns).map(p => `b.${columnName(p)} as "${p}"`).join(', ')

export async function lockBlock (tx: Tx, id: string): Promise<BlockRow | null> {
  return (await tx.query<BlockRow>(`select ${columns} from number_block b where b.id = $1 for update`, [id]))[0] ?? null
}

/** Blocks of these numbers that have not been freed and whose asked end is ahead. */
export async function unfinished (q: Queryable, hashes: readonly Buffer[], now: Date): Promise<BlockRow[]> {
  return await q.query<BlockRow>(
    `select ${columns} from number_block b where b.number_hash = any($1::bytea[]) and b.freed_at is null and b.ends_at > $2`,
    [hashes, now]
  )
}

/** Blocks that have not been freed and whose asked end is ahead, locked, in pages by id. */
export async function lockUnfinished (tx: Tx, now: Date, after: string | null, limit: number): Promise<BlockRow[]> {
  return await tx.query<BlockRow>(`select ${columns} from number_block b where b.freed_at is null and b.ends_at > $1
    and ($2::uuid is null or b.id > $2) order by b.id limit $3 for update`, [now, after, limit])
}

/** Every block of a number; another block of the same number waits for this transaction. `hashes`: the oldest key's first. */
export async function lockBlocksOf (tx: Tx, hashes: readonly Buffer[]): Promise<BlockRow[]> {
  await lockNamed(tx, `number-block:${hashes[0]?.toString('hex')}`)
  return await tx.query<BlockRow>(`select ${columns} from number_block b where b.number_hash = any($1::bytea[])
    order by b.blocked_at desc limit 200`, [hashes])
}

export function insertBlock (
  tx: Tx,
  b: Pick<BlockRow, 'id' | 'numberSealed' | 'numberHash' | 'reason' | 'evidence' | 'callId' | 'blockedBy' | 'blockedAt' | 'endsAt'>
): void {
  tx.write(`insert into number_block (id, number_sealed, number_hash, reason, evidence, call_id, blocked_by, blocked_at, ends_at)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
  [b.id, b.numberSealed, b.numberHash, b.reason, b.evidence, b.callId, b.blockedBy, b.blockedAt, b.endsAt])
}

export function saveBlock (tx: Tx, b: BlockRow): void {
  tx.write(`update number_block set confirmed_by = $2, confirmed_at = $3, freed_by = $4, freed_at = $5, freed_reason = $6, objection = $7,
    objection_by = $8, objection_at = $9, objection_decided_by = $10, objection_decided_at = $11, objection_answer = $12 where id = $1`,
  [
    b.id, b.confirmedBy, b.confirmedAt, b.freedBy, b.freedAt, b.freedReason, b.objection, b.objectionBy, b.objectionAt,
    b.objectionDecidedBy, b.objectionDecidedAt, b.objectionAnswer
  ])
}

/** Numbers turned away that we rang, by these legs or by hand. */
export async function blockedAmongRung (
  q: Queryable, rung: { legIds: readonly string[], hashes: readonly Buffer[] }, now: Date
): Promise<Buffer[]> {
  const rows = await q.query<{ numberSealed: Buffer }>(`select distinct on (b.number_hash) b.number_sealed as "numberSealed"
      from number_block b where b.freed_at is null and b.ends_at > $3
      and (b.number_hash = any($2::bytea[]) or b.number_hash in (select l.number_hash from leg_read l where l.id = any($1::text[])))`,
  [rung.legIds, rung.hashes, now])
  return rows.map(row => row.numberSealed)
}

/** Numbers turned away that may ring back until then: a SIP edge reads it here. */
export function saveRingBacks (tx: Tx, hashes: readonly Buffer[], until: Date): void {
  tx.write('update number_block set ring_back_until = $2 where number_hash = any($1::bytea[]) and freed_at is null', [hashes, until])
}

export type ListedBlock = BlockRow & { refusedCalls: number }

/** Newest first: of a month (from, to), or all that stand. `aloneHours`: how long an unconfirmed block holds. */
export async function listBlocks (q: Queryable, span: { from: Date, to: Date } | null, { now, aloneHours, after, limit }: {
  now: Date, aloneHours: number, after: readonly [Date, string] | null, limit: number
}): Promise<ListedBlock[]> {
  return await q.query<ListedBlock>(`
    select ${columns}, (select count(*)::int from call_read c where c.number_hash = b.number_hash and c.purpose = 'blocked'
                           and c.offered_at >= b.blocked_at and c.offered_at < coalesce(b.freed_at, b.ends_at)) as "refusedCalls"
      from number_block b
     where ($1::timestamptz is null or (b.blocked_at < $2 and coalesce(b.freed_at, b.ends_at) >= $1))
       and ($1::timestamptz is not null or (b.freed_at is null and b.ends_at > $3
             and (b.confirmed_at is not null or b.blocked_at + make_interval(hours => $7) > $3)))
       and ($4::timestamptz is null or (b.blocked_at, b.id::text) < ($4, $5))
     order by b.blocked_at desc, b.id::text desc limit $6`,
  [span?.from ?? null, span?.to ?? null, now, after?.[0] ?? null, after?.[1] ?? null, limit + 1, aloneHours])
}

/** Whether we have placed a call to this number since. */
export async function rungByUs (q: Queryable, hashes: readonly Buffer[], since: Date): Promise<boolean> {
  return (await q.query('select 1 from leg_read where number_hash = any($1::bytea[]) and placing_at >= $2 limit 1',
    [hashes, since])).length > 0
}

/** The orders of the calls that these blocks were made by; other ids have no line. */
export async function ordersOfBlocks (q: Queryable, ids: readonly string[]): Promise<Array<{ id: string, orderId: string }>> {
  return await q.query<{ id: string, orderId: string }>(`select asked.id, l.order_id "orderId" from unnest($1::text[]) asked (id)
    join number_block b on b.id = asked.id::uuid, call_root(b.call_id) root join call_work_order_read l on l.call_id = root.id`,
  [ids.filter(isRowId)])
}
