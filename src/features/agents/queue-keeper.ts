import { isSameMembership, membershipOf, type Agent, type QueueMembership } from './rules/agent-state.ts'

/** The queue's member list in the PBX. */
export interface QueueMembers {
  /** makes the queue think of this agent like that; doing it twice is doing it once */
  set: (extension: string, wanted: QueueMembership) => Promise<void>
  /** whoever is in the queue now */
  list: () => Promise<Array<{ extension: string, paused: boolean }>>
}

/** Makes the queue what the rows say. What fails is tried `again`, and made good by `reconcile` when the link is back. */
export interface QueueKeeper {
  want: (extension: string, wanted: QueueMembership) => void
  /** tells the exchange what it did not take; run by a sweep */
  again: () => void
  /** compares every member with the rows; @throws `pbx-unavailable` */
  reconcile: (agents: readonly Agent[]) => Promise<void>
}

export function createQueueKeeper ({ queue, onError }: { queue: QueueMembers, onError: (error: unknown) => void }): QueueKeeper {
  // One order at a time for each agent, and only the newest wish: two at once could arrive the wrong way round.
  const wishes = new Map<string, QueueMembership>()
  const busy = new Set<string>()
  /** told of once, however often it fails */
  const failing = new Set<string>()

  async function drive (extension: string): Promise<void> {
    if (busy.has(extension)) return
    busy.add(extension)
    try {
      for (let wish = wishes.get(extension); wish; wish = wishes.get(extension)) {
        await queue.set(extension, wish)
        if (wishes.get(extension) === wish) wishes.delete(extension)
      }
      failing.delete(extension)
    } catch (error) {
      if (!failing.has(extension)) onError(error)
      failing.add(extension)
    } finally {
      busy.delete(extension)
    }
  }

  return {
    want (extension, wanted) {
      wishes.set(extension, wanted)
      void drive(extension)
    },

    again () {
      for (const extension of failing) void drive(extension)
    },

    async reconcile (agents) {
      // The rows say more than a wish that failed.
      for (const extension of failing) wishes.delete(extension)
      failing.clear()
      const there = new Map((await queue.list()).map(m => [m.extension, m]))
      for (const agent of agents) {
        const wanted = membershipOf(agent)
        const now = there.get(agent.extension)
        there.delete(agent.extension)
        if (!isSameMembership(wanted, { member: now !== undefined, paused: now?.paused ?? false })) await queue.set(agent.extension, wanted)
      }
      // Telephones nobody owns any more.
      for (const extension of there.keys()) await queue.set(extension, { member: false, paused: false, reason: '' })
    }
  }
}
