import type { Logger } from 'pino'
import type { Database } from '../db/database.ts'
import type { Sealing } from '../db/sealing.ts'
import type { Clock } from '../domain/time/clock.ts'
import { createNodeStates, followNodes, type FollowedNodes } from '../pbx/node-rows/followed-nodes.ts'
import { chooseLeastBusy, createNodes, createPbxNode, type NodeSetting, type PbxNode, type PbxNodes } from '../pbx/nodes.ts'

/** The PBXs of this process: those of the settings first, then as the rows have them. */
export interface LiveNodes extends FollowedNodes {
  nodes: PbxNodes
  /** makes a link to each, and to each that joins; after everything that listens to them */
  link: () => void
}

export interface LiveNodesOptions { settings: readonly NodeSetting[], db: Database, sealing: Sealing, clock: Clock, log: Logger }

export function createLiveNodes ({ settings, db, sealing, clock, log }: LiveNodesOptions): LiveNodes {
  const states = createNodeStates()
  const make = (setting: NodeSetting): PbxNode =>
    createPbxNode(setting, { log, now: clock.now, state: () => states.get(setting.name) ?? 'active' })
  const nodes = createNodes(settings.map(make), chooseLeastBusy)
  const followed = followNodes({ db, sealing, nodes, settings, make, log }, states)
  return {
    ...followed,
    nodes,
    link () {
      nodes.each(({ ami, live, load, reaches }) => {
        ami.start()
        return () => {
          void ami.close().catch(() => {})
          live.close()
          load.close()
          reaches.close()
        }
      })
    },
    async stop () {
      await followed.stop()
      for (const { name } of nodes.all) nodes.leave(name)
    }
  }
}
