import type { Queryable } from '../db/database.ts'
import type { NodeReport } from '../pbx/node-contract.ts'

/** Says that this node process lives, and how its parts do. The database's clock alone counts its silence. */
export async function saveNodeState (db: Queryable, node: string, report: NodeReport): Promise<void> {
  await db.query(`insert into node_state (node, at, report) values ($1, clock_timestamp(), $2)
    on conflict (node) do update set at = excluded.at, report = excluded.report`, [node, JSON.stringify(report)])
}
