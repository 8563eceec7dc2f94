import { isSameMembership, type Agent, type QueueMembership } from '../rules/agent-state.ts'

/** The queue's member list in the PBX. */
export interface QueueMembers {
  /** gives the queue this state of the agent; idempotent */
  set: (extension: string, wanted: QueueMembership) => Promise<void>
  /** the queue's members now */
  list: () => Promise<Array<{ extension: string, paused: boolean }>>
}

/** Keeps the queue as the rows say. A failed order is tried `again`; `reconcile` repairs it when the link is back. */
export interface QueueKeeper {
  want: (agent: Agent) => void
  /** repeats the orders the exchange did not take; run by a sweep */
  again: () => void
  /** compares every member with the rows; @throws `pbx-unavailable` */
  reconcile: (agents: readonly Agent[]) => Promise<void>
  /**
   * Repairs what differs from the rows at two looks in a row: the process in charge ended, has no link, or was overtaken.
   * @throws `pbx-unavailable`
   */
  compare: (agents: readonly Agent[]) => Promise<void>
}

interface Difference { extension: string, wanted: QueueMembership, how: string }

const nobody: QueueMembership = { member: false, paused: false, reason: '' }

export interface QueueKeeperOptions {
  queue: QueueMembers
  /** the agent's place in this queue */
  membership: (agent: Agent) => QueueMembership
  onError: (error: unknown) => void
}

export function createQueueKeeper ({ queue, membership, onError }: QueueKeeperOptions): QueueKeeper {
  // One order at a time for each agent, and only the newest wish: two at once could arrive the wrong way round.
  const wishes = new Map<string, QueueMembership>()
  const busy = new Set<string>()
  /** how the queue differed from the rows at the last look, by extension */
  let suspects = new Map<string, string>()
  /** reported once, however often it fails */
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

  /** Agents the queue has otherwise than the rows; also telephones without an owner. */
  async function differences (agents: readonly Agent[]): Promise<Difference[]> {
    const there = new Map((await queue.list()).map(m => [m.extension, m]))
    const rows = new Map(agents.map(agent => [agent.extension, membership(agent)]))
    return [...new Set([...rows.keys(), ...there.keys()])].flatMap(extension => {
      const wanted = rows.get(extension) ?? nobody
      const now = { member: there.has(extension), paused: there.get(extension)?.paused ?? false }
      return isSameMembership(wanted, now) ? [] : [{ extension, wanted, how: JSON.stringify([wanted, now]) }]
    })
  }

  return {
    want (agent) {
      wishes.set(agent.extension, membership(agent))
      void drive(agent.extension)
    },

    again () {
      for (const extension of failing) void drive(extension)
    },

    async reconcile (agents) {
      // The rows say more than a wish that failed.
      for (const extension of failing) wishes.delete(extension)
      failing.clear()
      for (const { extension, wanted } of await differences(agents)) await queue.set(extension, wanted)
    },

    async compare (agents) {
      const found = await differences(agents)
      const again = found.filter(d => suspects.get(d.extension) === d.how)
      suspects = new Map(found.map(d => [d.extension, d.how]))
      for (const { extension, wanted } of again) await queue.set(extension, wanted)
    }
  }
}
