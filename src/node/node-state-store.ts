import type { Queryable } from '../db/database.ts'
import type { NodeReport } from '../pbx/node-contract.ts'

/**
 * Says that this node process lives, and how its parts do. The database's clock alone counts its silence.
 * @param by tells this process from another one of its name
 * @returns who said so before; null: nobody, or a process of an earlier version
 */
export async function saveNodeState (db: Queryable, node: string, by: string, report: NodeReport): Promise<string | null> {
  const [row] = await db.query<{ before: string | null }>(`insert into node_state (node, at, report) values ($1, clock_timestamp(), $2)
    on conflict (node) do update set at = excluded.at, report = excluded.report
    returning (select o.report->>'by' from node_state o where o.node = $1) before`, [node, JSON.stringify({ ...report, by })])
  return row?.before ?? null
}
