import { resealedRows, type SealedRows } from '../../db/keys/resealing.ts'

/** Secrets that sign what is sent. */
export const endpointSecrets: SealedRows = {
  columns: ['endpoint.secrets_sealed'],
  async moveNext (tx, { mark, after, limit }, reseal) {
    const rows = await tx.query<{ id: string, sealed: Buffer }>(`select id, secrets_sealed as sealed from endpoint
      where ($2::uuid is null or id > $2) and substring(secrets_sealed for 4) <> $1 order by id limit $3 for update`, [mark, after, limit])
    const last = rows.at(-1)
    if (last === undefined) return null
    tx.write('update endpoint t set secrets_sealed = n.sealed from unnest($1::uuid[], $2::bytea[]) n (id, sealed) where t.id = n.id',
      resealedRows(rows, reseal))
    return { count: rows.length, last: last.id }
  }
}

/** What is sent, and what was sent in its place after it was mended. */
export const deliveryBodies: SealedRows = {
  columns: ['delivery.body_sealed', 'delivery.mended_sealed'],
  async moveNext (tx, { mark, after, limit }, reseal) {
    const rows = await tx.query<{ id: string, body: Buffer, mended: Buffer | null }>(`select id, body_sealed as body,
        mended_sealed as mended from delivery
      where ($2::uuid is null or id > $2)
        and (substring(body_sealed for 4) <> $1 or substring(mended_sealed for 4) <> $1)
      order by id limit $3 for update`,
    [mark, after, limit])
    const last = rows.at(-1)
    if (last === undefined) return null
    tx.write(`update delivery t set body_sealed = n.body, mended_sealed = n.mended
      from unnest($1::uuid[], $2::bytea[], $3::bytea[]) n (id, body, mended) where t.id = n.id`,
    [rows.map(row => row.id), rows.map(row => reseal(row.body)), rows.map(({ mended }) => mended && reseal(mended))])
    return { count: rows.length, last: last.id }
  }
}

/** Secrets that check what comes in. */
export const sourceSecrets: SealedRows = {
  columns: ['envelope_source.secrets_sealed'],
  async moveNext (tx, { mark, after, limit }, reseal) {
    const rows = await tx.query<{ id: string, sealed: Buffer }>(`
      select interface_id as id, secrets_sealed as sealed from envelope_source
      where ($2::uuid is null or interface_id > $2) and substring(secrets_sealed for 4) <> $1
      order by interface_id limit $3 for update`, [mark, after, limit])
    const last = rows.at(-1)
    if (last === undefined) return null
    tx.write(`update envelope_source t set secrets_sealed = n.sealed
      from unnest($1::uuid[], $2::bytea[]) n (id, sealed) where t.interface_id = n.id`, resealedRows(rows, reseal))
    return { count: rows.length, last: last.id }
  }
}

/** What came in, and what was taken in its place after it was mended. */
export const envelopeBodies: SealedRows = {
  columns: ['envelope.body_sealed', 'envelope.mended_sealed'],
  async moveNext (tx, { mark, after, limit }, reseal) {
    const rows = await tx.query<{ id: string, body: Buffer, mended: Buffer | null }>(`select id, body_sealed as body,
        mended_sealed as mended from envelope
      where ($2::uuid is null or id > $2)
        and (substring(body_sealed for 4) <> $1 or substring(mended_sealed for 4) <> $1)
      order by id limit $3 for update`,
    [mark, after, limit])
    const last = rows.at(-1)
    if (last === undefined) return null
    tx.write(`update envelope t set body_sealed = n.body, mended_sealed = n.mended
      from unnest($1::uuid[], $2::bytea[], $3::bytea[]) n (id, body, mended) where t.id = n.id`,
    [rows.map(row => row.id), rows.map(row => reseal(row.body)), rows.map(({ mended }) => mended && reseal(mended))])
    return { count: rows.length, last: last.id }
  }
}
