import type { Queryable } from '../db/database.ts'
import type { NodeReport } from '../pbx/node-contract.ts'

export interface NodeState {
  node: string
  /** since it last spoke, ms by the database's clock */
  ageMs: number
  report: NodeReport
}

/** What each node process last said. */
export async function nodeStates (db: Queryable): Promise<NodeState[]> {
  return await db.query<NodeState>(
    `select node, round(extract(epoch from clock_timestamp() - at) * 1000)::float8 "ageMs", report from node_state
     order by node`)
}
