import { columnName } from '../../db/column-name.ts'
import type { Queryable, Tx } from '../../db/database.ts'
import type { TrunkSetting } from '../dialler-types.ts'
import type { LastCall } from './rules/trouble.ts'
import { trunkFieldNames as fields, type TrunkFields } from './rules/trunk.ts'

/** A trunk as its row has it. */
export interface Trunk extends TrunkFields {
  /** the name of its endpoints on each PBX: `trunk`, `trunk2` */
  id: string
  version: number
  /** null: no person ever did, the settings hold */
  changedBy: string | null
}

const list = ['id', ...fields, 'version', 'changedBy'].map(name => `${columnName(name)} as "${name}"`).join(', ')

export const allTrunks = async (q: Queryable): Promise<Trunk[]> =>
  await q.query<Trunk>(`select ${list} from trunk order by priority, weight desc, length(id), id`)

/** All trunks, locked: one change of them at a time. */
export const lockAllTrunks = async (tx: Tx): Promise<Trunk[]> =>
  await tx.query<Trunk>(`select ${list} from trunk order by id for update`)

/** @returns its id */
export async function insertTrunk (tx: Tx, values: TrunkFields, by: string, at: Date): Promise<string> {
  const [row] = await tx.query<{ id: string }>(`
    insert into trunk (id, ${fields.map(columnName).join(', ')}, changed_by, changed_at)
      values ('trunk' || nextval('trunk_number'), ${fields.map((_, i) => `$${i + 3}`).join(', ')}, $1, $2) returning id`,
  [by, at, ...fields.map(name => values[name])])
  if (!row) throw new Error('a trunk was not written')
  return row.id
}

export function updateTrunk (tx: Tx, id: string, values: TrunkFields, by: string, at: Date): void {
  tx.write(`update trunk set ${fields.map((name, i) => `${columnName(name)} = $${i + 4}`).join(', ')},
    changed_by = $2, changed_at = $3, version = version + 1 where id = $1`, [id, by, at, ...fields.map(name => values[name])])
}

export function deleteTrunk (tx: Tx, id: string): void {
  tx.write('delete from trunk_share where trunk_id = $1', [id])
  tx.write('delete from trunk where id = $1', [id])
}

/** Whether a call went over it. */
export async function wasUsed (tx: Tx, id: string): Promise<boolean> {
  const [row] = await tx.query<{ used: boolean }>(`select exists (select from leg where trunk_id = $1)
    or exists (select from dial_request where trunk_id = $1)
    or exists (select from channel_read where ended_at is null and (came_by = $1 or name like 'PJSIP/' || $1 || '-%')) as used`, [id])
  return row?.used ?? false
}

/** Enters the trunks of the settings; a row that a person has changed stays as it is. @returns ids of those that stay */
export async function enterSettings (tx: Tx, trunks: readonly TrunkSetting[]): Promise<string[]> {
  const kept: string[] = []
  for (const t of trunks) {
    const [row] = await tx.query(`
      insert into trunk (id, address, channels, reserved_inbound, calls_per_second, edge_calls_per_second, caller_id, out_of_town_prefix,
        qualify_seconds, keys) values ($1, $2, $3, $4, $5, $5, $6, $7, $8, $9)
      on conflict (id) do update set address = $2, channels = $3, reserved_inbound = $4, calls_per_second = $5, edge_calls_per_second = $5,
        caller_id = $6, out_of_town_prefix = $7, qualify_seconds = $8, keys = $9 where trunk.changed_by is null
      returning id`,
    [t.id, t.address, t.channels, t.reservedInbound, t.callsPerSecond, t.callerId, t.outOfTownPrefix, t.qualifySeconds, t.keys])
    if (!row) kept.push(t.id)
  }
  return kept
}

/**
 * Each trunk has a share on each node. A trunk probed by OPTIONS keeps its known state; a node that is gone loses its shares.
 */
export function saveShares (tx: Tx, nodes: readonly string[]): void {
  tx.write('delete from trunk_share where node <> all($1)', [nodes])
  tx.write(`insert into trunk_share as s (trunk_id, node) select t.id, n.node from trunk t cross join unnest($1::text[]) n (node)
    on conflict (trunk_id, node) do update set silent_since = null
      where s.silent_since is not null and s.trunk_id in (select id from trunk where qualify_seconds = 0)`, [nodes])
}

/** Of trunks whose carrier is asked. */
export const watchedTrunks = async (q: Queryable): Promise<string[]> =>
  (await q.query<{ id: string }>('select id from trunk where enabled and qualify_seconds > 0 order by id')).map(trunk => trunk.id)

/** Trunks by which calls go out. */
export const outgoingTrunks = async (q: Queryable): Promise<string[]> =>
  (await q.query<{ id: string }>('select id from trunk where enabled and direction <> \'in\' order by id')).map(trunk => trunk.id)

/**
 * Keeps whether a trunk's carrier answers a node.
 * @returns `trunk` when the last node has lost the carrier, or the first has it again; `share` when only this node's state changed
 */
export async function saveTrunkHeard (
  tx: Tx, { id, node, answers, at }: { id: string, node: string, answers: boolean, at: Date }
): Promise<'nothing' | 'share' | 'trunk'> {
  const news = 'trunk_id = $1 and node = $2 and (silent_since is null) <> $3'
  if ((await tx.query(`select 1 from trunk_share where ${news}`, [id, node, answers])).length === 0) return 'nothing'
  // Of two nodes that lose it at once, one must see the other's loss. An answer that was under way as nobody asked any more says nothing.
  if ((await tx.query('select 1 from trunk where id = $1 and qualify_seconds > 0 for update', [id])).length === 0) return 'nothing'
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

export interface TrunkOnNode { trunkId: string, node: string, silentSince: Date | null }

export const trunksOnNodes = async (q: Queryable): Promise<TrunkOnNode[]> =>
  await q.query<TrunkOnNode>('select trunk_id as "trunkId", node, silent_since as "silentSince" from trunk_share order by node')

/**
 * Living calls on each trunk; `others`: without legs, which are citizens dialling in, and outside parties they were transferred to. A call
 * handed on by an edge is on the trunk that the edge named; where that row is lost, on the first.
 */
export const callsOnTrunks = async (q: Queryable, which: 'all' | 'others'): Promise<Array<{ trunkId: string, calls: number }>> =>
  await q.query(`select t.id as "trunkId", count(*)::int as calls
      from channel_read c join trunk t
        on t.id = coalesce(c.came_by, substring(c.name from '^PJSIP/(trunk\\d*)(?:-script|-conference|-edge)?-[0-9a-f]{8}$'))
     where c.ended_at is null ${which === 'all' ? '' : 'and c.unique_id not like \'leg-%\''} group by t.id`)

/** Of each trunk, its last calls since then, and since a person changed it, newest first, fifty at most. */
export const lastCallsOnTrunks = async (q: Queryable, since: Date): Promise<Array<LastCall & { trunkId: string }>> =>
  await q.query(`
    select t.id as "trunkId", l.outcome, encode(l.number_hash, 'hex') as number, l.placing_at as at from trunk t cross join lateral (
      select outcome, number_hash, placing_at from leg where trunk_id = t.id and placing_at > greatest($1, t.changed_at)
         and (outcome is not null or answered_at is not null) order by placing_at desc limit 50) l
     order by t.id, l.placing_at desc`, [since])

/** Host and port of each trunk in use. */
export async function trunkAddresses (q: Queryable): Promise<string[]> {
  return (await q.query<{ address: string }>('select address from trunk where enabled')).map(trunk => trunk.address)
}

/** Numbers shown to whom we call. */
export const trunkCallerIds = async (q: Queryable): Promise<string[]> =>
  (await q.query<{ callerId: string }>('select distinct caller_id as "callerId" from trunk order by 1')).map(row => row.callerId)
