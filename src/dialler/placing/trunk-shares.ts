import type { Queryable, Tx } from '../../db/database.ts'

/**
 * Each trunk has a share on each node. A trunk probed by OPTIONS keeps its known state; a node that is gone loses its shares.
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

/**
 * Keeps whether a trunk's carrier answers a node.
 * @returns `trunk` when the last node has lost the carrier, or the first has it again; `share` when only this node's state changed
 */
export async function saveTrunkHeard (
  tx: Tx, { id, node, answers, at }: { id: string, node: string, answers: boolean, at: Date }
): Promise<'nothing' | 'share' | 'trunk'> {
  const news = 'trunk_id = $1 and node = $2 and (silent_since is null) <> $3'
  if ((await tx.query(`select 1 from trunk_share where ${news}`, [id, node, answers])).length === 0) return 'nothing'
  // Of two nodes that lose it at once, one must see the other's loss.
  await tx.query('select 1 from trunk where id = $1 for update', [id])
  const [changed] = await tx.query<{ alone: boolean }>(`
    update trunk_share set silent_since = case when $3 then null else $4::timestamptz end
    where ${news} returning not exists (
      select 1 from trunk_share o where o.trunk_id = $1 and o.node <> $2 and o.silent_since is null) alone`, [id, node, answers, at])
  if (!changed) return 'nothing'
  return changed.alone ? 'trunk' : 'share'
}

/** Trunks whose carrier answers no node, and since when. */
export async function silentTrunks (queryable: Queryable): Promise<Array<{ id: string, silentSince: Date }>> {
  return await queryable.query(`select t.id, max(s.silent_since) "silentSince" from trunk t join trunk_share s on s.trunk_id = t.id
    where t.enabled group by t.id having bool_and(s.silent_since is not null) order by t.id`)
}
