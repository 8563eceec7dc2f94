import { isPbxAway } from '../../domain/errors.ts'
import type { Sweep } from '../../queue/alarms.ts'
import { writeServed } from './agent-accounts.ts'
import { keep, type AgentsContext } from './agent-changes.ts'
import { allAgents, lockWrappedUp } from './agents-store.ts'
import { agentStep } from './rules/agent-state.ts'

/** Interval between two looks at the queue's members, ms; an order in progress is done by then. */
const lookMs = 5000

/** What the PBXs read beside the telephones - numbers people dial, who takes over - is changed by others, too: looked at so often, ms. */
const filesMs = 10_000

/** Writes once more what the PBXs read from files; what is as before reaches nobody. */
export function filesSweep (context: AgentsContext): Sweep {
  let next = 0
  return {
    name: 'telephones of the PBX',
    pace: 'ordinary',
    async run () {
      if (performance.now() < next) return
      next = performance.now() + filesMs
      await context.db.tx(async tx => { await writeServed(context, tx) })
    }
  }
}

/** Ends wrap-ups that have run out; repeats to the exchange the orders it did not take. */
export const wrapUpSweep = (context: AgentsContext): Sweep => ({
  name: 'agents-wrap-up',
  pace: 'ordinary',
  async run (now) {
    const { db, queue, wrapUpSeconds } = context
    await db.tx(async tx => {
      const done = await lockWrappedUp(tx, now)
      if (done.length === 0) return
      // The wrap-up ended when its time was up, however late the sweep is.
      const after = done.map(agent => agentStep(agent, { kind: 'wrap-up-ends', at: agent.wrapUpUntil ?? now }, wrapUpSeconds))
      await keep(context, tx, { agents: after, changes: after.map(agent => ({ agent, actor: 'system' })), members: after })
    })
    queue.again()
  }
})

/** Repairs the queue in the PBX where it was not told, or not told the newest state. */
export function queueSweep ({ db, queue }: AgentsContext): Sweep {
  let nextLook = 0
  return {
    name: 'queue members',
    pace: 'ordinary',
    async run () {
      if (performance.now() < nextLook) return
      nextLook = performance.now() + lookMs
      try {
        await queue.compare(await allAgents(db))
      } catch (error) {
        // With the PBX away all of it is compared after its next login.
        if (!isPbxAway(error)) throw error
      }
    }
  }
}
