import type { Queryable, Tx } from '../db/database.ts'

/** A message to be sent: one per key. */
export interface NewMessage { id: string, key: string, subject: string, sealed: Buffer, hash: Buffer, text: string, at: Date }

export function insertMessages (tx: Tx, rows: readonly NewMessage[], now: Date): void {
  tx.write(
    `insert into sms_message (id, key, subject, number_sealed, number_hash, body, next_at, created_at)
     select r.*, $8 from unnest($1::uuid[], $2::text[], $3::text[], $4::bytea[], $5::bytea[], $6::text[], $7::timestamptz[]) r
     on conflict (key) do nothing`,
    [rows.map(r => r.id), rows.map(r => r.key), rows.map(r => r.subject), rows.map(r => r.sealed), rows.map(r => r.hash),
      rows.map(r => r.text), rows.map(r => r.at), now])
}

export interface DueMessage { id: string, number_sealed: Buffer, body: string, attempts: number }

/** Takes due messages for one try each; nobody else takes them until `leaseEnd`. */
export async function claimDue (
  q: Queryable, { now, leaseEnd, tries, limit }: { now: Date, leaseEnd: Date, tries: number, limit: number }
): Promise<DueMessage[]> {
  return await q.query<DueMessage>(
    `update sms_message set attempts = attempts + 1, next_at = $2
     where id in (select id from sms_message where state = 'queued' and next_at <= $1 and attempts < $3 order by next_at limit $4
       for update skip locked)
     returning id, number_sealed, body, attempts`, [now, leaseEnd, tries, limit])
}

export async function markSent (q: Queryable, sent: ReadonlyArray<{ id: string, providerId: string | null }>, at: Date): Promise<void> {
  await q.query(
    `update sms_message m set state = 'sent', sent_at = $3, provider_id = s.provider_id, next_at = null, error = null
     from unnest($1::uuid[], $2::text[]) s (id, provider_id) where m.id = s.id`,
    [sent.map(s => s.id), sent.map(s => s.providerId), at])
}

/** The last try failed. */
export function markFailed (tx: Tx, id: string, reason: string): void {
  tx.write('update sms_message set state = \'failed\', next_at = null, error = $2 where id = $1', [id, reason])
}

export function putOff (tx: Tx, id: string, at: Date, reason: string): void {
  tx.write('update sms_message set next_at = $2, error = $3 where id = $1', [id, at, reason])
}

/** Messages whose last try died with its process. */
export async function failInterrupted (q: Queryable, now: Date, tries: number): Promise<void> {
  await q.query(
    `update sms_message set state = 'failed', next_at = null, error = coalesce(error, 'the last try was interrupted')
      where state = 'queued' and next_at <= $1 and attempts >= $2`, [now, tries])
}

export function saveReceipt (tx: Tx, providerId: string, delivered: boolean): void {
  tx.write(`update sms_message set state = $2, error = case when $2 = 'failed' then 'not delivered' end
    where provider_id = $1 and state = 'sent'`, [providerId, delivered ? 'delivered' : 'failed'])
}
