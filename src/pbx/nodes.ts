import type { Logger } from 'pino'
import { DomainError } from '../domain/errors.ts'
import { createAmiConnection, type AmiConnection } from './ami/ami-connection.ts'
import { createLiveState, type LiveState } from './live-state.ts'
import { createNodeDoorClient, type DoorSetting, type NodeDoor } from './node-client.ts'
import { createSwitchboard, type Switchboard } from './switchboard.ts'

/** A PBX as the settings describe it. */
export interface NodeSetting {
  /** its name in the journal and in every row of something on it: `pbx1` */
  name: string
  ami: { host: string, port: number, user: string, secret: string }
  /** the door of the process beside it; null: there is none, and nobody reads its files */
  door: DoorSetting | null
}

/** The files of one PBX, for the process beside it, and the door to them. */
export interface NodePartSetting {
  /** the PBX's name in every row: `pbx1` */
  name: string
  door: DoorSetting
  /** where the PBX appends its journal; null: it writes the table by itself */
  journalFile: string | null
  recordingsDir: string
  /** null: its sounds are kept by others */
  soundsDir: string | null
  /** where it reads its includes, and the link over which it is told to; null: they are kept by others */
  includes: { dir: string, ami: NodeSetting['ami'] } | null
}

/** One PBX: the link to it, its commands, and its present state. */
export interface PbxNode extends Pick<NodeSetting, 'name'> {
  ami: AmiConnection
  /** null: no process stands beside it */
  door: NodeDoor | null
  switchboard: Switchboard
  live: LiveState
  /** whether there is a link to it */
  isUp: () => boolean
}

/** Something new that needs a node. */
export type NodeUse =
  /** an outbound call that joins nobody already on a PBX */
  | 'leg'
  /** a telephone of ours, rung for a call by hand: the citizen joins it */
  | 'telephone'
  /** the root room of a conference */
  | 'conference'
  /** a sentence that is spoken into a file */
  | 'prompts'

/** The PBXs of this service, by name. */
export interface Nodes<N extends { name: string }> {
  all: readonly N[]
  /** @throws DomainError `pbx-node-unknown` for a name that no setting gives any more */
  get: (name: string) => N
  /**
   * The node for something new: the one place that chooses between nodes. Today it is the first.
   * @param able the nodes that can be chosen now; default all
   * @throws DomainError `pbx-unavailable` when none can
   */
  choose: (use: NodeUse, able?: (node: N) => boolean) => N
}

export type PbxNodes = Nodes<PbxNode>

/** @throws Error when there is none, or two have one name: their rows could not be told apart */
export function createNodes<N extends { name: string }> (all: readonly N[]): Nodes<N> {
  const byName = new Map(all.map(node => [node.name, node]))
  if (all.length === 0) throw new Error('there is no PBX')
  if (byName.size < all.length) throw new Error(`two PBXs have one name: ${all.map(node => node.name).sort().join(', ')}`)
  return {
    all,
    get (name) {
      const node = byName.get(name)
      if (!node) throw new DomainError('pbx-node-unknown', 'this service has no PBX of that name', { node: name })
      return node
    },
    choose (use, able = () => true) {
      const first = all.find(able)
      if (!first) throw new DomainError('pbx-unavailable', 'no telephone system is available just now', { use })
      return first
    }
  }
}

/** The link is made, not started. */
export function createPbxNode (
  { name, ami: address, door }: NodeSetting, { log, now, trunks }: { log: Logger, now: () => Date, trunks: readonly string[] }
): PbxNode {
  const ami = createAmiConnection({ ...address, log: log.child({ node: name }) })
  const switchboard = createSwitchboard({ ami })
  return {
    name,
    door: door && createNodeDoorClient(name, door),
    ami,
    switchboard,
    live: createLiveState({ ami, switchboard, trunks, now }),
    isUp: () => ami.isUp()
  }
}
