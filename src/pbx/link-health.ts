import type { Database } from '../db/database.ts'
import type { HealthCheck } from '../domain/health-check.ts'
import type { PbxNodes } from './nodes.ts'
import { nodeReach, type NodeReach } from './reach/reach-reads.ts'

/** Whether each PBX has our link, and since when none of our processes has one. */
export const pbxCheck = ({ nodes, db }: { nodes: Pick<PbxNodes, 'all'>, db: Database }): HealthCheck => ({
  name: 'pbx',
  vital: false,
  async check () {
    const away = nodes.all.filter(node => !node.isUp()).map(node => node.name)
    if (away.length === 0) return { ok: true }
    const known = new Map((await nodeReach(db).catch(() => [])).map(reach => [reach.node, reach]))
    // A single PBX needs no name.
    const which = away.map(name => `${nodes.all.length === 1 ? 'the PBX' : name}${since(known.get(name))}`).join(', ')
    return { ok: false, detail: `no link to ${which}: calls go on, screens do not follow` }
  }
})

function since (reach: NodeReach | undefined): string {
  if (reach?.lostAt) return ` (lost since ${reach.lostAt.toISOString()})`
  return reach?.unreachableSince ? ` (unreachable since ${reach.unreachableSince.toISOString()})` : ''
}
