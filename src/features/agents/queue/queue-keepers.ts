import { membershipAt, membershipOf, type Agent, type QueueMembership } from '../rules/agent-state.ts'
import { createQueueKeeper, type QueueKeeper, type QueueMembers } from './queue-keeper.ts'

/** The queue of one PBX. */
export interface NodeQueue extends QueueMembers { node: string }

/** The queues of all PBXs, which come and go. */
export interface QueueKeepers extends Pick<QueueKeeper, 'want' | 'again'> {
  /** there are several now: an agent is offered citizens by the one where the seat is */
  several: () => boolean
  /** compares every member of this PBX's queue with the rows; @throws `pbx-unavailable` */
  reconcile: (node: string, agents: readonly Agent[]) => Promise<void>
  /** repairs what differs from the rows at two looks in a row; a PBX that cannot be asked is reported after the others were looked at */
  compare: (agents: readonly Agent[]) => Promise<void>
}

/** @param queues those of now; a queue is the same object each time */
export function createQueueKeepers (
  { queues, onError }: { queues: () => readonly NodeQueue[], onError: (error: unknown) => void }
): QueueKeepers {
  const several = (): boolean => queues().length > 1
  const made = new WeakMap<NodeQueue, QueueKeeper>()
  const keeperOf = (queue: NodeQueue): QueueKeeper => {
    const membership = (agent: Agent): QueueMembership => several() ? membershipAt(agent, queue.node) : membershipOf(agent)
    const keeper = made.get(queue) ?? createQueueKeeper({ queue, membership, onError })
    made.set(queue, keeper)
    return keeper
  }
  const keepers = (): QueueKeeper[] => queues().map(keeperOf)
  return {
    several,
    want (agent) { for (const keeper of keepers()) keeper.want(agent) },
    again () { for (const keeper of keepers()) keeper.again() },
    async reconcile (node, agents) {
      const queue = queues().find(queue => queue.node === node)
      if (queue !== undefined) await keeperOf(queue).reconcile(agents)
    },
    async compare (agents) {
      const looked = await Promise.allSettled(keepers().map(async keeper => { await keeper.compare(agents) }))
      for (const look of looked) if (look.status === 'rejected') throw look.reason
    }
  }
}
