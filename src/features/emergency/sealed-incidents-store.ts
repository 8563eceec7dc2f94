import { resealedRows, type SealedRows } from '../../db/keys/resealing.ts'

/** PINs by which members come back. */
export const incidentPins: SealedRows = {
  columns: ['incident.pin_sealed'],
  async moveNext (tx, { mark, after, limit }, reseal) {
    const rows = await tx.query<{ id: string, sealed: Buffer }>(`select id, pin_sealed as sealed from incident
      where ($2::uuid is null or id > $2) and substring(pin_sealed for 4) <> $1 order by id limit $3 for update`, [mark, after, limit])
    const last = rows.at(-1)
    if (last === undefined) return null
    tx.write('update incident t set pin_sealed = n.sealed from unnest($1::uuid[], $2::bytea[]) n (id, sealed) where t.id = n.id',
      resealedRows(rows, reseal))
    return { count: rows.length, last: last.id }
  }
}

/** The numbers a member is rung at. */
export const memberNumbers: SealedRows = {
  columns: ['incident_member.numbers_sealed'],
  async moveNext (tx, { mark, after, limit }, reseal) {
    const rows = await tx.query<{ id: string, sealed: Buffer }>(`select id, numbers_sealed as sealed from incident_member
      where ($2::uuid is null or id > $2) and substring(numbers_sealed for 4) <> $1 order by id limit $3 for update`, [mark, after, limit])
    const last = rows.at(-1)
    if (last === undefined) return null
    tx.write('update incident_member t set numbers_sealed = n.sealed from unnest($1::uuid[], $2::bytea[]) n (id, sealed) where t.id = n.id',
      resealedRows(rows, reseal))
    return { count: rows.length, last: last.id }
  }
}
