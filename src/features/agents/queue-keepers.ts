import { createQueueKeeper, type QueueKeeper, type QueueMembers } from './queue-keeper.ts'
import type { Agent } from './rules/agent-state.ts'

/** The queue of one PBX. */
export interface NodeQueue extends QueueMembers { node: string }

export interface QueueKeepersOptions {
  queues: readonly NodeQueue[]
  /** the PBX whose queue gives citizens to this agent; the agent is a member of no other */
  queueOf: (extension: string) => string
  onError: (error: unknown) => void
}

/** The queues of all PBXs, each kept by itself: an agent's membership is one node's. */
export interface QueueKeepers extends Pick<QueueKeeper, 'want' | 'again'> {
  /** compares every member of this PBX's queue with the rows; @throws `pbx-unavailable` */
  reconcile: (node: string, agents: readonly Agent[]) => Promise<void>
  /** repairs what differs from the rows at two looks in a row; a PBX that cannot be asked is reported after the others were looked at */
  compare: (agents: readonly Agent[]) => Promise<void>
}

export function createQueueKeepers ({ queues, queueOf, onError }: QueueKeepersOptions): QueueKeepers {
  const keepers = new Map(queues.map(
    queue => [queue.node, createQueueKeeper({ queue, serves: extension => queueOf(extension) === queue.node, onError })]
  ))
  return {
    want (extension, wanted) { for (const keeper of keepers.values()) keeper.want(extension, wanted) },
    again () { for (const keeper of keepers.values()) keeper.again() },
    async reconcile (node, agents) { await keepers.get(node)?.reconcile(agents) },
    async compare (agents) {
      const looked = await Promise.allSettled([...keepers.values()].map(async keeper => { await keeper.compare(agents) }))
      for (const look of looked) if (look.status === 'rejected') throw look.reason
    }
  }
}
