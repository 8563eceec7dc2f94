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

/** Every block of a number; another block of the same number waits for this transaction. */
export async function lockBlocksOf (tx: Tx, hash: Buffer): Promise<BlockRow[]> {
  await lockNamed(tx, `number-block:${hash.toString('hex')}`)
  return await tx.query<BlockRow>(`select ${columns} from number_block b where b.number_hash = $1 order by b.blocked_at desc limit 200`,
    [hash])
}

export function insertBlock (
  tx: Tx,
  b: Pick<BlockRow, 'id' | 'numberSealed' | 'numberHash' | 'reason' | 'evidence' | 'callId' | 'blockedBy' | 'blockedAt' | 'endsAt'>,
  ringBackUntil: Date | null
): void {
  tx.write(`insert into number_block (id, number_sealed, number_hash, reason, evidence, call_id, blocked_by, blocked_at, ends_at,
      ring_back_until) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
  [b.id, b.numberSealed, b.numberHash, b.reason, b.evidence, b.callId, b.blockedBy, b.blockedAt, b.endsAt, ringBackUntil])
}

export function saveBlock (tx: Tx, b: BlockRow): void {
  tx.write(`update number_block set confirmed_by = $2, confirmed_at = $3, freed_by = $4, freed_at = $5, freed_reason = $6, objection = $7,
    objection_by = $8, objection_at = $9, objection_decided_by = $10, objection_decided_at = $11, objection_answer = $12, pbx_told = false
    where id = $1`,
  [
    b.id, b.confirmedBy, b.confirmedAt, b.freedBy, b.freedAt, b.freedReason, b.objection, b.objectionBy, b.objectionAt,
    b.objectionDecidedBy, b.objectionDecidedAt, b.objectionAnswer
  ])
}

/** Numbers whose newest state the PBX does not know. */
export async function untold (q: Queryable): Promise<BlockRow[]> {
  return await q.query<BlockRow>(`select ${columns} from number_block b where not b.pbx_told order by b.blocked_at limit 200`)
}

/** Told as it was read: a row changed since is told again. */
export async function markTold (tx: Tx, rows: readonly BlockRow[]): Promise<void> {
  for (const row of rows) {
    tx.write(`update number_block set pbx_told = true
      where id = $1 and freed_at is not distinct from $2 and confirmed_at is not distinct from $3`,
    [row.id, row.freedAt, row.confirmedAt])
  }
}

/** A PBX that came back may have lost what it was told. */
export async function tellAgain (q: Queryable, now: Date): Promise<void> {
  await q.query('update number_block set pbx_told = false where freed_at is null and ends_at > $1', [now])
  await q.query('update number_block set ring_back_told = false where ring_back_until > $1', [now])
}

/** Until when a number may ring back, though it is turned away. */
export interface RingBack { id: string, numberSealed: Buffer, until: Date }

/** Permissions to ring back the PBX does not know. */
export async function untoldRingBacks (q: Queryable, now: Date): Promise<RingBack[]> {
  return await q.query<RingBack>(`select id, number_sealed as "numberSealed", ring_back_until as until from number_block
    where not ring_back_told and ring_back_until > $1 order by ring_back_until limit 200`, [now])
}

/** Told as it was read: one that was put off since is told again. */
export async function markRingBackTold (q: Queryable, { id, until }: RingBack): Promise<void> {
  await q.query('update number_block set ring_back_told = true where id = $1 and ring_back_until = $2', [id, until])
}

/** Numbers turned away that we rang, by these legs or by hand, may ring back. @returns whether there are any */
export async function allowRingBacks (
  tx: Tx, rung: { legIds: readonly string[], hashes: readonly Buffer[] }, until: Date, now: Date
): Promise<boolean> {
  const rows = await tx.query(`update number_block b set ring_back_until = $3, ring_back_told = false
    where b.freed_at is null and b.ends_at > $4
      and (b.number_hash = any($2::bytea[]) or b.number_hash in (select l.number_hash from leg_read l where l.id = any($1::text[])))
    returning 1`, [rung.legIds, rung.hashes, until, now])
  return rows.length > 0
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
export async function rungByUs (q: Queryable, hash: Buffer, since: Date): Promise<boolean> {
  return (await q.query('select 1 from leg_read where number_hash = $1 and placing_at >= $2 limit 1', [hash, since])).length > 0
}

/** The orders of the calls that these blocks were made by; other ids have no line. */
export async function ordersOfBlocks (q: Queryable, ids: readonly string[]): Promise<Array<{ id: string, orderId: string }>> {
  return await q.query<{ id: string, orderId: string }>(`select asked.id, l.order_id "orderId" from unnest($1::text[]) asked (id)
    join number_block b on b.id = asked.id::uuid, call_root(b.call_id) root join call_work_order_read l on l.call_id = root.id`,
  [ids.filter(isRowId)])
}
