import { resealedRows, type NumberRows, type SealedRows } from '../db/keys/resealing.ts'

/** Whom the dialler rang. */
export const legNumbers: NumberRows = {
  columns: ['leg.number_sealed', 'leg.number_hash'],
  next: async (q, { mark, after, limit }) => await q.query<{ hash: Buffer, sealed: Buffer }>(`
    select distinct on (number_hash) number_hash as hash, number_sealed as sealed from leg
     where number_hash > $2 and substring(number_hash for octet_length(number_hash) - 32) <> $1
     order by number_hash limit $3`, [mark, after, limit]),
  async move (tx, { from, to, reseal }) {
    const rows = await tx.query<{ id: string, sealed: Buffer }>(
      'select id, number_sealed as sealed from leg where number_hash = any($1::bytea[]) order by id for update', [from])
    if (rows.length === 0) return
    tx.write(`update leg t set number_hash = $3, number_sealed = n.sealed from unnest($1::text[], $2::bytea[]) n (id, sealed)
      where t.id = n.id`, [...resealedRows(rows, reseal), to])
  }
}

/** Numbers alone, without the number itself: they are moved with it where another table has it, and stay where none has. */
export const declinedNumbers: NumberRows = {
  columns: ['declined_number.number_hash'],
  next: null,
  async move (tx, { from, to }) {
    tx.write(`with old as (delete from declined_number where number_hash = any($1::bytea[]) returning reason, declined_at, recorded_by)
      insert into declined_number (number_hash, reason, declined_at, recorded_by)
        select $2, reason, declined_at, recorded_by from old order by declined_at limit 1 on conflict do nothing`, [from, to])
  }
}

export const unallocatedNumbers: NumberRows = {
  columns: ['unallocated_number.number_hash'],
  next: null,
  async move (tx, { from, to }) {
    tx.write(`with old as (delete from unallocated_number where number_hash = any($1::bytea[]) returning since, last_at)
      insert into unallocated_number (number_hash, since, last_at) select $2, min(since), max(last_at) from old having count(*) > 0
      on conflict do nothing`, [from, to])
  }
}

/** The numbers a request may ring. */
export const requestNumbers: SealedRows = {
  columns: ['dial_request.numbers_sealed'],
  async moveNext (tx, { mark, after, limit }, reseal) {
    const rows = await tx.query<{ id: string, sealed: Buffer }>(`select id, numbers_sealed as sealed from dial_request
      where ($2::uuid is null or id > $2) and substring(numbers_sealed for 4) <> $1 order by id limit $3 for update`, [mark, after, limit])
    const last = rows.at(-1)
    if (last === undefined) return null
    tx.write(`update dial_request t set numbers_sealed = n.sealed from unnest($1::uuid[], $2::bytea[]) n (id, sealed)
      where t.id = n.id`, resealedRows(rows, reseal))
    return { count: rows.length, last: last.id }
  }
}
