import type { Queryable, Tx } from '../../db/database.ts'
import type { TrunkSetting } from '../dialler-types.ts'

/** Writes the configured trunks, each with its shares. */
export async function saveTrunks (tx: Tx, trunks: readonly TrunkSetting[], nodes: readonly string[]): Promise<void> {
  for (const trunk of trunks) {
    tx.write(`
      insert into trunk (id, address, channels, reserved_inbound, calls_per_second, caller_id, out_of_town_prefix)
        values ($1, $2, $3, $4, $5, $6, $7)
      on conflict (id) do update set address = $2, channels = $3, reserved_inbound = $4, calls_per_second = $5, caller_id = $6,
      out_of_town_prefix = $7`,
    [trunk.id, trunk.address, trunk.channels, trunk.reservedInbound, trunk.callsPerSecond, trunk.callerId, trunk.outOfTownPrefix])
  }
  await saveShares(tx, trunks, nodes)
}

/**
 * Each trunk has a share on each node. A trunk probed by OPTIONS keeps its known state; a node that is gone loses its shares.
 */
async function saveShares (tx: Tx, trunks: readonly TrunkSetting[], nodes: readonly string[]): Promise<void> {
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

/** Nodes that no carrier answers. */
export async function nodesWithoutTrunk (q: Queryable): Promise<string[]> {
  const rows = await q.query<{ node: string }>(`select s.node from trunk_share s join trunk t on t.id = s.trunk_id
    where t.enabled group by s.node having bool_and(s.silent_since is not null)`)
  return rows.map(row => row.node)
}

/** Host and port of each trunk in use. */
export async function trunkAddresses (q: Queryable): Promise<string[]> {
  return (await q.query<{ address: string }>('select address from trunk where enabled')).map(trunk => trunk.address)
}

/** These legs make room for an emergency. @returns those of them that nobody has answered since they were read, and that have not ended */
export async function preemptLegs (tx: Tx, legIds: readonly string[]): Promise<string[]> {
  const legs = await tx.query<{ id: string }>(`update leg set hangup_wanted = true, preempted = true, revision = revision + 1
    where id = any($1::text[]) and state in ('placing', 'ringing') returning id`, [legIds])
  return legs.map(leg => leg.id)
}
