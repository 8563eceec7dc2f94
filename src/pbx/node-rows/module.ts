import type { Database } from '../../db/database.ts'
import type { Sealing } from '../../db/sealing.ts'
import type { Clock } from '../../domain/time/clock.ts'
import type { Module } from '../../module.ts'
import type { Desired } from '../desired/desired.ts'
import type { PbxNodes } from '../nodes.ts'
import { nodesChannel } from './followed-nodes.ts'
import { createNodeCommands } from './node-commands.ts'
import { nodeViews, type NodeReadsOptions } from './node-reads.ts'
import { nodeRoutes } from './node-routes.ts'
import { tryNode } from './try-node.ts'
import { nodeSecrets } from './sealed-nodes-store.ts'

export interface PbxNodesNeeds {
  db: Database
  sealing: Sealing
  clock: Clock
  desired: Pick<Desired, 'change'>
  nodes: PbxNodes
  processes: NodeReadsOptions['processes']
  /** channels that live on a PBX according to the rows of all capabilities */
  believed: (name: string) => Promise<number>
}

/** The PBXs of the service: added, drained and removed while it runs. */
export function pbxNodesModule ({ db, sealing, clock, desired, nodes, processes, believed }: PbxNodesNeeds): Module {
  const here = (name: string) => nodes.all.find(node => node.name === name)
  const commands = createNodeCommands({
    sealing,
    clock,
    desired,
    wake: () => { db.wake(nodesChannel) },
    tryNode,
    isUp: async name => here(name)?.isUp() ?? false,
    async living (name) {
      const node = here(name)
      return node?.isUp() === true ? (await node.switchboard.livingChannels()).length : await believed(name)
    }
  })
  const list = async () => await nodeViews({
    db,
    clock,
    processes,
    async link (name) {
      const node = here(name)
      return { linked: node?.isUp() ?? false, channels: node?.load.channels() ?? null, startedAt: node?.load.startedAt() ?? null }
    }
  })
  return { name: 'pbx-nodes', routes: [nodeRoutes({ commands, list })], resealed: { values: [nodeSecrets] } }
}
