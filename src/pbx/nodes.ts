import type { Logger } from 'pino'
import { DomainError } from '../domain/errors.ts'
import { createAmiConnection, type AmiConnection } from './ami/ami-connection.ts'
import { createLiveState, type LiveState } from './live-state.ts'
import { createNodeDoorClient, type DoorSetting, type NodeDoor } from './node-client.ts'
import { createNodeLoad, type NodeLoad } from './node-load.ts'
import { leastBusy } from './node-rows/rules/least-busy.ts'
import type { PresentState } from './node-rows/rules/node-life.ts'
import { createReachedNodes, type ReachedNodes } from './reached-nodes.ts'
import { createSwitchboard, type Switchboard } from './switchboard.ts'

/** A PBX as the settings describe it. */
export interface NodeSetting {
  /** its name in the journal and in every row of something on it: `pbx1` */
  name: string
  /** where it takes calls: telephones, the other PBXs and the edge reach it here */
  sip: { host: string, port: number }
  /** where browsers reach it: `wss://hotline.example:8089/ws` */
  webSocketUrl: string
  ami: { host: string, port: number, user: string, secret: string }
  /** the door of the process beside it; null: there is none, and nobody reads its files */
  door: DoorSetting | null
}

/** The files of one PBX, for the process beside it, and the door to them. */
export interface NodePartSetting {
  /** the PBX's name in every row: `pbx1` */
  name: string
  door: DoorSetting
  /** the manager interface of the PBX beside */
  manager: { host: string, port: number }
  /** where the PBX appends its journal; null: it writes the table by itself */
  journalFile: string | null
  recordingsDir: string
  /** null: its sounds are kept by others */
  soundsDir: string | null
  /** where it reads its includes, and the link over which it is told to; null: they are kept by others */
  includes: { dir: string, ami: NodeSetting['ami'] } | null
}

/** One PBX: the link to it, its commands, and its present state. */
export interface PbxNode extends Pick<NodeSetting, 'name' | 'sip' | 'webSocketUrl'> {
  ami: AmiConnection
  /** null: no process stands beside it */
  door: NodeDoor | null
  switchboard: Switchboard
  live: LiveState
  load: NodeLoad
  /** the other PBXs it reaches by SIP */
  reaches: ReachedNodes
  /** draining: it gets nothing new */
  state: () => PresentState
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

/** The PBXs of this service, by name. They come and go while it runs. */
export interface Nodes<N extends { name: string }> {
  /** those of now: to be read anew each time, never kept */
  readonly all: readonly N[]
  /** @throws DomainError `pbx-node-unknown` for a name that no setting gives any more */
  get: (name: string) => N
  /**
   * The node for something new: the one place that chooses between nodes.
   * @param able the nodes that can be chosen now; default all
   * @throws DomainError `pbx-unavailable` when none can
   */
  choose: (use: NodeUse, able?: (node: N) => boolean) => N
  /**
   * Has `start` called for each PBX there is, and at once for each that joins.
   * @param start returns what is called when the PBX leaves
   */
  each: (start: (node: N) => () => void) => void
}

/** The same, for its owner: who joins, and who leaves. */
export interface NodeSet<N extends { name: string }> extends Nodes<N> {
  /** @throws Error when one of that name is there: their rows could not be told apart */
  join: (node: N) => void
  /** a name that is not there is no error */
  leave: (name: string) => void
}

export type PbxNodes = Nodes<PbxNode>

/** Some PBXs, of each the part of its door that is needed. */
export interface Doors<D> { get: (name: string) => { door: D | null } }

/**
 * The door of the process beside a PBX.
 * @throws DomainError `pbx-node-unknown`, `node-unavailable` where no process stands beside it
 */
export function doorOf<D> (nodes: Doors<D>, node: string): D {
  const { door } = nodes.get(node)
  if (door === null) throw new DomainError('node-unavailable', 'no process stands beside this PBX', { node })
  return door
}

/** Chooses one of these nodes for something new; undefined when there is none. */
export type NodeChoice<N> = (nodes: readonly N[], use: NodeUse) => N | undefined

/** The least busy one with a link that is not draining. */
export const chooseLeastBusy: NodeChoice<PbxNode> = (nodes, use) => {
  const name = leastBusy(nodes.map(({ name, isUp, state, load }) =>
    ({ name, linked: isUp(), draining: state() === 'draining', busy: load.busy() })))
  const chosen = nodes.find(node => node.name === name)
  // A sentence is no call.
  if (use !== 'prompts') chosen?.load.given()
  return chosen
}

/**
 * @param choice default the first
 * @throws Error when there is none, or two have one name
 */
export function createNodes<N extends { name: string }> (first: readonly N[], choice: NodeChoice<N> = ([node]) => node): NodeSet<N> {
  const byName = new Map<string, N>()
  const starts: Array<(node: N) => () => void> = []
  const stops = new Map<string, Array<() => void>>()
  const begin = (node: N, start: (node: N) => () => void): void => { stops.get(node.name)?.push(start(node)) }
  const join = (node: N): void => {
    if (byName.has(node.name)) throw new Error(`two PBXs have one name: ${node.name}`)
    byName.set(node.name, node)
    stops.set(node.name, [])
    for (const start of starts) begin(node, start)
  }
  if (first.length === 0) throw new Error('there is no PBX')
  for (const node of first) join(node)
  return {
    get all () { return [...byName.values()] },
    join,
    leave (name) {
      byName.delete(name)
      for (const stop of stops.get(name)?.toReversed() ?? []) stop()
      stops.delete(name)
    },
    each (start) {
      starts.push(start)
      for (const node of byName.values()) begin(node, start)
    },
    get (name) {
      const node = byName.get(name)
      if (!node) throw new DomainError('pbx-node-unknown', 'this service has no PBX of that name', { node: name })
      return node
    },
    choose (use, able = () => true) {
      const chosen = choice([...byName.values()].filter(able), use)
      if (!chosen) throw new DomainError('pbx-unavailable', 'no telephone system is available just now', { use })
      return chosen
    }
  }
}

/** The link is made, not started. */
export function createPbxNode (
  { name, sip, webSocketUrl, ami: address, door }: NodeSetting,
  { log, now, state }: { log: Logger, now: () => Date, state: () => PresentState }
): PbxNode {
  const ami = createAmiConnection({ ...address, log: log.child({ node: name }) })
  const switchboard = createSwitchboard({ ami })
  return {
    name,
    sip,
    webSocketUrl,
    door: door && createNodeDoorClient(name, door),
    ami,
    switchboard,
    live: createLiveState({ ami, switchboard, now }),
    load: createNodeLoad({ ami, switchboard }),
    reaches: createReachedNodes({ ami }),
    state,
    isUp: () => ami.isUp()
  }
}
