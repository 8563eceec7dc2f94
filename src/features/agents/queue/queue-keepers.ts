import { membershipAt, membershipOf, type Agent } from '../rules/agent-state.ts'
import { createQueueKeeper, type QueueKeeper, type QueueMembers } from './queue-keeper.ts'

/** The queue of one PBX. */
export interface NodeQueue extends QueueMembers { node: string }

/** The queues of all PBXs. */
export interface QueueKeepers extends Pick<QueueKeeper, 'want' | 'again'> {
  /** there are several: an agent is offered citizens by the one where the seat is */
  several: boolean
  /** compares every member of this PBX's queue with the rows; @throws `pbx-unavailable` */
  reconcile: (node: string, agents: readonly Agent[]) => Promise<void>
  /** repairs what differs from the rows at two looks in a row; a PBX that cannot be asked is reported after the others were looked at */
  compare: (agents: readonly Agent[]) => Promise<void>
}

export function createQueueKeepers (
  { queues, onError }: { queues: readonly NodeQueue[], onError: (error: unknown) => void }
): QueueKeepers {
  const several = queues.length > 1
  const keepers = new Map(queues.map(queue => {
    const membership = several ? (agent: Agent) => membershipAt(agent, queue.node) : membershipOf
    return [queue.node, createQueueKeeper({ queue, membership, onError })]
  }))
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
