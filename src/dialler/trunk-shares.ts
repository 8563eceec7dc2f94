import type { Queryable, Tx } from '../db/database.ts'

/**
 * Each trunk has a share on each node. What is known of one that is asked by OPTIONS stays; a node that is no longer there has none.
 */
export async function saveTrunkShares (
  tx: Tx, trunks: ReadonlyArray<{ id: string, watched: boolean }>, nodes: readonly string[]
): Promise<void> {
  for (const { id, watched } of trunks) {
    tx.write(`insert into trunk_share (trunk_id, node) select $1, unnest($2::text[])
      on conflict (trunk_id, node) do update set silent_since = case when $3 then trunk_share.silent_since end`, [id, nodes, watched])
    tx.write('delete from trunk_share where trunk_id = $1 and node <> all($2)', [id, nodes])
  }
}

/** Keeps whether a trunk's carrier answers a node. @returns whether that is new */
export async function saveTrunkHeard (
  tx: Tx, { id, node, answers, at }: { id: string, node: string, answers: boolean, at: Date }
): Promise<boolean> {
  const changed = await tx.query(`update trunk_share set silent_since = case when $3 then null else $4::timestamptz end
    where trunk_id = $1 and node = $2 and (silent_since is null) <> $3 returning 1`, [id, node, answers, at])
  return changed.length > 0
}

export async function silentTrunks (queryable: Queryable): Promise<Array<{ id: string, node: string, silentSince: Date }>> {
  return await queryable.query(`select s.trunk_id id, s.node, s.silent_since "silentSince"
    from trunk_share s join trunk t on t.id = s.trunk_id
    where t.enabled and s.silent_since is not null order by s.trunk_id, s.silent_since`)
}
