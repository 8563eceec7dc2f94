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
  /**
   * Makes good what differs from the rows at two looks in a row: who had it in hand is gone, has no link, or was overtaken.
   * @throws `pbx-unavailable`
   */
  compare: (agents: readonly Agent[]) => Promise<void>
}

interface Difference { extension: string, wanted: QueueMembership, how: string }

const nobody: QueueMembership = { member: false, paused: false, reason: '' }

export interface QueueKeeperOptions {
  queue: QueueMembers
  /** whether it is this queue that gives citizens to an agent; of any other he is no member */
  serves?: (extension: string) => boolean
  onError: (error: unknown) => void
}

export function createQueueKeeper ({ queue, serves = () => true, onError }: QueueKeeperOptions): QueueKeeper {
  // One order at a time for each agent, and only the newest wish: two at once could arrive the wrong way round.
  const wishes = new Map<string, QueueMembership>()
  const busy = new Set<string>()
  /** how the queue differed from the rows at the last look, by extension */
  let suspects = new Map<string, string>()
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

  /** Whom the queue thinks of otherwise than the rows; also telephones nobody owns any more. */
  async function differences (agents: readonly Agent[]): Promise<Difference[]> {
    const there = new Map((await queue.list()).map(m => [m.extension, m]))
    const rows = new Map(agents.map(agent => [agent.extension, serves(agent.extension) ? membershipOf(agent) : nobody]))
    return [...new Set([...rows.keys(), ...there.keys()])].flatMap(extension => {
      const wanted = rows.get(extension) ?? nobody
      const now = { member: there.has(extension), paused: there.get(extension)?.paused ?? false }
      return isSameMembership(wanted, now) ? [] : [{ extension, wanted, how: JSON.stringify([wanted, now]) }]
    })
  }

  return {
    want (extension, wanted) {
      wishes.set(extension, serves(extension) ? wanted : nobody)
      void drive(extension)
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
