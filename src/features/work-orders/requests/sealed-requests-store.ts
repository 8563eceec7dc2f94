import { resealedRows, type NumberRows, type SealedRows } from '../../../db/keys/resealing.ts'

/** Who complained. */
export const complainantNumbers: NumberRows = {
  columns: ['request.number_sealed', 'request.number_hash'],
  next: async (q, { mark, after, limit }) => await q.query<{ hash: Buffer, sealed: Buffer }>(`
    select distinct on (number_hash) number_hash as hash, number_sealed as sealed from request
     where number_hash > $2 and substring(number_hash for octet_length(number_hash) - 32) <> $1 and number_sealed is not null
     order by number_hash limit $3`, [mark, after, limit]),
  async move (tx, { from, to, reseal }) {
    const rows = await tx.query<{ id: string, sealed: Buffer | null }>(
      'select id, number_sealed as sealed from request where number_hash = any($1::bytea[]) order by id for update', [from])
    if (rows.length === 0) return
    tx.write(`update request t set number_hash = $3, number_sealed = n.sealed from unnest($1::uuid[], $2::bytea[]) n (id, sealed)
      where t.id = n.id`, [...resealedRows(rows, reseal), to])
  }
}

/** Their names, and the credit codes of enterprises. */
export const complainantNames: SealedRows = {
  columns: ['request.name_sealed', 'request.credit_code_sealed'],
  async moveNext (tx, { mark, after, limit }, reseal) {
    const rows = await tx.query<{ id: string, name: Buffer | null, code: Buffer | null }>(`
      select id, name_sealed as name, credit_code_sealed as code from request
      where ($2::uuid is null or id > $2)
        and (substring(name_sealed for 4) <> $1 or substring(credit_code_sealed for 4) <> $1) order by id limit $3 for update`,
    [mark, after, limit])
    const last = rows.at(-1)
    if (last === undefined) return null
    tx.write(`update request t set name_sealed = n.name, credit_code_sealed = n.code
      from unnest($1::uuid[], $2::bytea[], $3::bytea[]) n (id, name, code) where t.id = n.id`,
    [rows.map(row => row.id), rows.map(({ name }) => name && reseal(name)), rows.map(({ code }) => code && reseal(code))])
    return { count: rows.length, last: last.id }
  }
}

/** Places of orders, which are found by their fingerprint alone. */
export const orderPlaces = (placePrint: (place: Buffer) => Buffer): SealedRows => ({
  columns: ['work_order.place_sealed', 'work_order.place_hash'],
  async moveNext (tx, { mark, after, limit }, reseal) {
    const rows = await tx.query<{ id: string, sealed: Buffer }>(`select id, place_sealed as sealed from work_order
      where ($2::uuid is null or id > $2) and place_sealed is not null
        and substring(place_sealed for 4) <> $1 order by id limit $3 for update`, [mark, after, limit])
    const last = rows.at(-1)
    if (last === undefined) return null
    tx.write(`update work_order t set place_sealed = n.sealed, place_hash = n.hash
      from unnest($1::uuid[], $2::bytea[], $3::bytea[]) n (id, sealed, hash) where t.id = n.id`,
    [...resealedRows(rows, reseal), rows.map(({ sealed }) => placePrint(sealed))])
    return { count: rows.length, last: last.id }
  }
})
