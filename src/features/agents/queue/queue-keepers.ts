import { membershipAt, membershipOf, type Agent } from '../rules/agent-state.ts'
import type { Nodes } from '../../../pbx/nodes.ts'
import type { Switchboard } from '../../../pbx/switchboard.ts'
import { createQueueKeeper, type QueueKeeper } from './queue-keeper.ts'
import { queueMembersOn } from './queue-members.ts'

/** What is done with a PBX's queue. */
export type QueueSwitchboard = Pick<Switchboard, 'queueAdd' | 'queueRemove' | 'queuePause' | 'queueStatus'>

/** The queues of all PBXs. */
export interface QueueKeepers extends Pick<QueueKeeper, 'want' | 'again'> {
  /** there are several: an agent is offered citizens by the one where the seat is */
  several: () => boolean
  /** compares every member of this PBX's queue with the rows; @throws `pbx-unavailable` */
  reconcile: (node: string, agents: readonly Agent[]) => Promise<void>
  /** repairs what differs from the rows at two looks in a row; a PBX that cannot be asked is reported after the others were looked at */
  compare: (agents: readonly Agent[]) => Promise<void>
}

export function createQueueKeepers (
  { nodes, onError }: {
    nodes: Pick<Nodes<{ name: string, switchboard: QueueSwitchboard }>, 'all' | 'each'>, onError: (error: unknown) => void
  }
): QueueKeepers {
  const several = (): boolean => nodes.all.length > 1
  const keepers = new Map<string, QueueKeeper>()
  nodes.each(({ name, switchboard }) => {
    const membership = (agent: Agent) => several() ? membershipAt(agent, name) : membershipOf(agent)
    keepers.set(name, createQueueKeeper({ queue: queueMembersOn(switchboard), membership, onError }))
    return () => { keepers.delete(name) }
  })
  return {
    several,
    want (agent) { for (const keeper of keepers.values()) keeper.want(agent) },
    again () { for (const keeper of keepers.values()) keeper.again() },
    async reconcile (node, agents) { await keepers.get(node)?.reconcile(agents) },
    async compare (agents) {
      const looked = await Promise.allSettled([...keepers.values()].map(async keeper => { await keeper.compare(agents) }))
      for (const look of looked) if (look.status === 'rejected') throw look.reason
    }
  }
}
