import { resealedRows, type NumberRows } from '../../db/keys/resealing.ts'

/** Who called, or was called. */
export const callNumbers: NumberRows = {
  columns: ['call.number_sealed', 'call.number_hash'],
  next: async (q, { mark, after, limit }) => await q.query<{ hash: Buffer, sealed: Buffer }>(`
    select distinct on (number_hash) number_hash as hash, number_sealed as sealed from call
     where number_hash > $2 and substring(number_hash for octet_length(number_hash) - 32) <> $1 and number_sealed is not null
     order by number_hash limit $3`, [mark, after, limit]),
  async move (tx, { from, to, reseal }) {
    const rows = await tx.query<{ id: string, sealed: Buffer | null }>(
      'select id, number_sealed as sealed from call where number_hash = any($1::bytea[]) order by id for update', [from])
    if (rows.length === 0) return
    tx.write(`update call t set number_hash = $3, number_sealed = n.sealed from unnest($1::text[], $2::bytea[]) n (id, sealed)
      where t.id = n.id`, [...resealedRows(rows, reseal), to])
  }
}

/** Whom nobody has reached yet: the number is that of the call. One open return a number stands. */
export const returnNumbers: NumberRows = {
  columns: ['missed_call_return.number_hash'],
  next: async (q, { mark, after, limit }) => await q.query<{ hash: Buffer, sealed: Buffer }>(`
    select distinct on (m.number_hash) m.number_hash as hash, c.number_sealed as sealed
      from missed_call_return m join call c on c.id = m.call_id
     where m.number_hash > $2 and substring(m.number_hash for octet_length(m.number_hash) - 32) <> $1 and c.number_sealed is not null
     order by m.number_hash limit $3`, [mark, after, limit]),
  async move (tx, { from, to }) {
    tx.write(`update missed_call_return set number_hash = $2 where number_hash = any($1::bytea[])
      and (state <> 'open' or not exists (select 1 from missed_call_return o where o.number_hash = $2 and o.state = 'open'))`, [from, to])
  }
}
