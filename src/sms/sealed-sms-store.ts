import { resealedRows, type NumberRows } from '../db/keys/resealing.ts'

/** To whom texts went. */
export const smsNumbers: NumberRows = {
  columns: ['sms_message.number_sealed', 'sms_message.number_hash'],
  next: async (q, { mark, after, limit }) => await q.query<{ hash: Buffer, sealed: Buffer }>(`
    select distinct on (number_hash) number_hash as hash, number_sealed as sealed from sms_message
     where number_hash > $2 and substring(number_hash for octet_length(number_hash) - 32) <> $1
     order by number_hash limit $3`, [mark, after, limit]),
  async move (tx, { from, to, reseal }) {
    const rows = await tx.query<{ id: string, sealed: Buffer }>(
      'select id, number_sealed as sealed from sms_message where number_hash = any($1::bytea[]) order by id for update', [from])
    if (rows.length === 0) return
    tx.write(`update sms_message t set number_hash = $3, number_sealed = n.sealed from unnest($1::uuid[], $2::bytea[]) n (id, sealed)
      where t.id = n.id`, [...resealedRows(rows, reseal), to])
  }
}

/** From whom texts came; an early one has its fingerprint alone. */
export const smsReplyNumbers: NumberRows = {
  columns: ['sms_reply.number_sealed', 'sms_reply.number_hash'],
  next: async (q, { mark, after, limit }) => await q.query<{ hash: Buffer, sealed: Buffer }>(`
    select distinct on (number_hash) number_hash as hash, number_sealed as sealed from sms_reply
     where number_hash > $2 and substring(number_hash for octet_length(number_hash) - 32) <> $1 and number_sealed is not null
     order by number_hash limit $3`, [mark, after, limit]),
  async move (tx, { from, to, reseal }) {
    const rows = await tx.query<{ id: number, sealed: Buffer | null }>(
      'select id, number_sealed as sealed from sms_reply where number_hash = any($1::bytea[]) order by id for update', [from])
    if (rows.length === 0) return
    tx.write(`update sms_reply t set number_hash = $3, number_sealed = n.sealed from unnest($1::bigint[], $2::bytea[]) n (id, sealed)
      where t.id = n.id`, [...resealedRows(rows, reseal), to])
  }
}
