import type { Queryable, Tx } from '../../db/database.ts'

/** These PBXs gave a sign of life just now. Several processes hear the same one: it is written once a second. */
export async function saveHeard (q: Queryable, { linked, heard }: { linked: readonly string[], heard: readonly string[] }): Promise<void> {
  await q.query(`insert into node_reach as r (node, linked_at, heard_at)
    select node, case when node = any($1) then clock_timestamp() end, clock_timestamp()
      from (select distinct unnest($1::text[] || $2::text[]) node) n order by node
    on conflict (node) do update set heard_at = excluded.heard_at, linked_at = coalesce(excluded.linked_at, r.linked_at)
      where coalesce(case when excluded.linked_at is null then r.heard_at else r.linked_at end, '-infinity')
        < clock_timestamp() - interval '900 milliseconds'`,
  [linked, heard])
}

/** This process has a link to it; its row is locked. */
export function saveLinked (tx: Tx, node: string): void {
  tx.write('update node_reach set linked_at = clock_timestamp(), heard_at = clock_timestamp() where node = $1', [node])
}

/** A PBX while it is decided whether it is lost, locked. */
export interface Judged {
  /** for how long no process of ours has had a link to it, or heard anything of it; ms. Infinity: never */
  unlinkedMs: number
  unheardMs: number
  isLost: boolean
  losses: number
  /**
   * its last start, by which the journal knows it; its last link where the start was not read yet; null: it has never been linked, and
   * nothing is on it
   */
  startedAt: Date | null
}

/** One process at a time decides; the row is there afterwards. */
export async function lockReach (tx: Tx, node: string): Promise<Judged> {
  tx.write('insert into node_reach (node) values ($1) on conflict do nothing', [node])
  const [row] = await tx.query<Omit<Judged, 'unlinkedMs' | 'unheardMs'> & { unlinkedMs: number | null, unheardMs: number | null }>(`
    select extract(epoch from clock_timestamp() - r.linked_at)::float8 * 1000 "unlinkedMs",
      extract(epoch from clock_timestamp() - r.heard_at)::float8 * 1000 "unheardMs", r.lost_at is not null "isLost", r.losses,
      coalesce((select n.started_at from pbx_node n where n.node = r.node), r.linked_at) "startedAt"
    from node_reach r where r.node = $1 for update`, [node])
  if (row === undefined) throw new Error('the row of a PBX was removed while it was judged')
  return { ...row, unlinkedMs: row.unlinkedMs ?? Infinity, unheardMs: row.unheardMs ?? Infinity }
}

export interface Loss { node: string, at: Date, by: string, reason: string }

export function saveLoss (tx: Tx, { node, at, by, reason }: Loss): void {
  tx.write('update node_reach set lost_at = $2, lost_by = $3, lost_reason = $4, losses = losses + 1 where node = $1',
    [node, at, by, reason])
}

/** Unless it was lost once more since. */
export async function endLoss (q: Queryable, node: string, losses: number): Promise<void> {
  await q.query('update node_reach set lost_at = null, lost_by = null, lost_reason = null where node = $1 and losses = $2', [node, losses])
}

/**
 * The row that ends everything on this PBX, once per loss. Never earlier than the PBX's own last row: its clock may be ahead, and what it
 * has told of is over.
 */
export function insertNodeLost (
  tx: Tx, { node, startedAt, losses, at }: { node: string, startedAt: Date, losses: number, at: Date }
): void {
  tx.write(`insert into pbx_journal (node, generation, line, event, at, unique_id, linked_id, channel, num, dnid, exten, context, app,
      app_data, peer, extra)
    select $1, 0, $2, 'NODE_LOST', greatest($3, (select l.at from pbx_journal l where l.node = $1 and l.generation > 0
      order by l.generation desc, l.line desc limit 1)), '', '', '', '', '', '', '', '', '', '', ''
    on conflict (node, generation, line) do nothing`, [node, startedAt.getTime() + 1 + losses % 999, at])
}

/** A channel that lives on a PBX which was taken for lost. */
export interface BackChannel { uniqueId: string, linkedId: string, name: string, answered: boolean, peers: readonly string[] }

/**
 * One row per channel and loss, never earlier than that loss's own row, which may lie ahead with the PBX's clock. `peer` holds the other
 * channels of its bridge, as in the PBX's own rows.
 */
export function insertChannelsBack (tx: Tx, { node, losses, at, channels }: {
  node: string, losses: number, at: Date, channels: readonly BackChannel[]
}): void {
  tx.write(`insert into pbx_journal (node, generation, line, event, at, unique_id, linked_id, channel, num, dnid, exten, context, app,
      app_data, peer, extra)
    select $1, 0, -(hashtextextended(c.unique_id || ' back ' || $3, 0) & 9223372036854775807), 'CHANNEL_BACK',
      greatest($2, (select l.at from pbx_journal l where l.node = $1 and l.generation = 0 order by l.line desc limit 1)),
      c.unique_id, c.linked_id, c.name, '', '', '', '', '', '', c.peers, jsonb_build_object('answered', c.answered)::text
      from unnest($4::text[], $5::text[], $6::text[], $7::boolean[], $8::text[]) c (unique_id, linked_id, name, answered, peers)
    on conflict (node, generation, line) do nothing`,
  [
    node, at, String(losses), channels.map(c => c.uniqueId), channels.map(c => c.linkedId), channels.map(c => c.name),
    channels.map(c => c.answered), channels.map(c => c.peers.join(','))
  ])
}
