import { resealedRows, type NumberRows } from '../../db/keys/resealing.ts'

/** Who is asked before an order closes. */
export const callbackNumbers: NumberRows = {
  columns: ['callback.number_sealed', 'callback.number_hash'],
  next: async (q, { mark, after, limit }) => await q.query<{ hash: Buffer, sealed: Buffer }>(`
    select distinct on (number_hash) number_hash as hash, number_sealed as sealed from callback
     where number_hash > $2 and substring(number_hash for octet_length(number_hash) - 32) <> $1
     order by number_hash limit $3`, [mark, after, limit]),
  async move (tx, { from, to, reseal }) {
    const rows = await tx.query<{ id: string, sealed: Buffer }>(
      'select id, number_sealed as sealed from callback where number_hash = any($1::bytea[]) order by id for update', [from])
    if (rows.length === 0) return
    tx.write(`update callback t set number_hash = $3, number_sealed = n.sealed from unnest($1::uuid[], $2::bytea[]) n (id, sealed)
      where t.id = n.id`, [...resealedRows(rows, reseal), to])
  }
}
