import type { SealedRows } from '../../db/keys/resealing.ts'

/**
 * The desired state. The hashes of its keys and values are names, the same under any key: two processes must never write one entry as two.
 * A withdrawn row, which has no value, is dropped within a week.
 */
export const desiredValues: SealedRows = {
  columns: ['desired_state.key_sealed', 'desired_state.value_sealed', 'desired_state.key_hash', 'desired_state.value_hash'],
  async moveNext (tx, { mark, after, limit }, reseal) {
    const rows = await tx.query<{ id: string, key: Buffer, value: Buffer }>(`select encode(key_hash, 'hex') as id, key_sealed as key,
        value_sealed as value from desired_state
      where ($2::text is null or encode(key_hash, 'hex') > $2) and value_sealed is not null
        and (substring(key_sealed for 4) <> $1 or substring(value_sealed for 4) <> $1) order by key_hash limit $3 for update`,
    [mark, after, limit])
    const last = rows.at(-1)
    if (last === undefined) return null
    tx.write(`update desired_state t set key_sealed = n.key, value_sealed = n.value
      from unnest($1::text[], $2::bytea[], $3::bytea[]) n (id, key, value) where t.key_hash = decode(n.id, 'hex')`,
    [rows.map(row => row.id), rows.map(row => reseal(row.key)), rows.map(row => reseal(row.value))])
    return { count: rows.length, last: last.id }
  }
}
