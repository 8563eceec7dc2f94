import type { Queryable, Tx } from '../db/database.ts'

export interface ReplyRow { id: number, number_hash: Buffer, number_sealed: Buffer | null, body: string, received_at: Date }

const columns = 'id, number_hash, number_sealed, body, received_at'

/** @returns false: the gateway's id is there already */
export async function insertReply (
  tx: Tx, { providerId, hash, sealed, body, at }: { providerId: string, hash: Buffer, sealed: Buffer, body: string, at: Date }
): Promise<boolean> {
  return (await tx.query(`insert into sms_reply (provider_id, number_hash, number_sealed, body, received_at)
    values ($1, $2, $3, $4, $5) on conflict (provider_id) do nothing returning id`, [providerId, hash, sealed, body, at])).length > 0
}

/** The oldest reply that no listener has been offered and nobody else holds. */
export async function lockNextReply (tx: Tx): Promise<ReplyRow | undefined> {
  return (await tx.query<ReplyRow>(`select ${columns} from sms_reply where offered_at is null
    order by id limit 1 for update skip locked`))[0]
}

/** No listener took it: a person reads it. */
export function markOffered (tx: Pick<Tx, 'write'>, id: number, at: Date): void {
  tx.write('update sms_reply set offered_at = $2 where id = $1', [id, at])
}

/** A listener took it. */
export function markTaken (tx: Tx, id: number, by: string, at: Date): void {
  tx.write('update sms_reply set offered_at = $2, handled_at = $2, handled_by = $3 where id = $1', [id, at, by])
}

/** Replies no listener took and no person has dealt with, oldest first. */
export async function openReplies (q: Queryable, limit: number): Promise<ReplyRow[]> {
  return await q.query<ReplyRow>(`select ${columns} from sms_reply where handled_at is null and offered_at is not null
    order by received_at, id limit $1`, [limit])
}

/** null: there is no such reply */
export async function lockIsHandled (tx: Tx, id: number): Promise<boolean | null> {
  const [row] = await tx.query<{ handled: boolean }>('select handled_at is not null as handled from sms_reply where id = $1 for update',
    [id])
  return row?.handled ?? null
}

/** A person has dealt with it. */
export function markHandled (tx: Tx, id: number, by: string, at: Date): void {
  tx.write('update sms_reply set handled_at = $2, handled_by = $3 where id = $1', [id, at, by])
}
