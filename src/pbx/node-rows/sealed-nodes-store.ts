import type { SealedRows } from '../../db/keys/resealing.ts'

/** Secrets of the PBXs. */
export const nodeSecrets: SealedRows = {
  columns: ['pbx_node.ami_secret_sealed', 'pbx_node.door_secret_sealed'],
  async moveNext (tx, { mark, after, limit }, reseal) {
    const rows = await tx.query<{ id: string, ami: Buffer, door: Buffer | null }>(`select node as id, ami_secret_sealed as ami,
        door_secret_sealed as door from pbx_node
      where ($2::text is null or node > $2) and ami_secret_sealed is not null and substring(ami_secret_sealed for 4) <> $1
      order by node limit $3 for update`,
    [mark, after, limit])
    const last = rows.at(-1)
    if (last === undefined) return null
    tx.write(`update pbx_node t set ami_secret_sealed = n.ami, door_secret_sealed = n.door
      from unnest($1::text[], $2::bytea[], $3::bytea[]) n (id, ami, door) where t.node = n.id`,
    [rows.map(row => row.id), rows.map(row => reseal(row.ami)), rows.map(({ door }) => door && reseal(door))])
    return { count: rows.length, last: last.id }
  }
}
