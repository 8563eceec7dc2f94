import { resealedRows, type SealedRows } from '../../db/keys/resealing.ts'

/** Names of files. */
export const attachmentNames: SealedRows = {
  columns: ['attachment.name_sealed'],
  async moveNext (tx, { mark, after, limit }, reseal) {
    const rows = await tx.query<{ id: string, sealed: Buffer }>(`select id, name_sealed as sealed from attachment
      where ($2::uuid is null or id > $2) and substring(name_sealed for 4) <> $1 order by id limit $3 for update`, [mark, after, limit])
    const last = rows.at(-1)
    if (last === undefined) return null
    tx.write('update attachment t set name_sealed = n.sealed from unnest($1::uuid[], $2::bytea[]) n (id, sealed) where t.id = n.id',
      resealedRows(rows, reseal))
    return { count: rows.length, last: last.id }
  }
}
