import type { HealthCheck } from '../domain/health-check.ts'
import type { PbxNodes } from './nodes.ts'

/** Whether each PBX has our link. */
export const pbxCheck = ({ nodes }: { nodes: Pick<PbxNodes, 'all'> }): HealthCheck => ({
  name: 'pbx',
  vital: false,
  async check () {
    const away = nodes.all.filter(node => !node.isUp()).map(node => node.name)
    if (away.length === 0) return { ok: true }
    // A single PBX needs no name.
    const which = nodes.all.length === 1 ? 'the PBX' : away.join(', ')
    return { ok: false, detail: `no link to ${which}: calls go on, screens do not follow` }
  }
})
