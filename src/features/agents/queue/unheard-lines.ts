import type { LivingChannel } from '../../../pbx/verbs/channels.ts'
import type { Sweep } from '../../../queue/alarms.ts'
import { keep, type AgentsContext } from '../agent-changes.ts'
import { livingLines, lockWithLines } from '../agents-store.ts'
import { agentStep, isNewState, type Agent } from '../rules/agent-state.ts'

interface LinesNode { name: string, isUp: () => boolean, switchboard: { livingChannels: () => Promise<LivingChannel[]> } }

export interface UnheardLinesOptions {
  nodes: { readonly all: readonly LinesNode[] }
  /** the PBXs of which the process beside says that they run */
  running: () => Promise<ReadonlySet<string>>
}

/** Between two looks, ms. */
const lookMs = 5000

/**
 * With the process beside a PBX silent nobody reads that a talk is over, and no PBX would offer the agent a citizen. So of such a PBX its
 * own list of channels counts: a line that it has not at two looks is over. What the journal tells of it later changes nothing.
 */
export function unheardLines (context: AgentsContext, { nodes, running }: UnheardLinesOptions): Sweep {
  let suspects = new Set<string>()
  let next = 0
  return {
    name: 'lines of agents, with a journal that waits',
    pace: 'ordinary',
    async run (now) {
      if (performance.now() < next) return
      next = performance.now() + lookMs
      const linked = context.queue.several() ? nodes.all.filter(node => node.isUp()) : []
      const said = linked.length > 0 ? await running() : new Set<string>()
      const silent = linked.filter(node => !said.has(node.name))
      const missing = new Set((await Promise.all(silent.map(async node => await missingOn(context, node)))).flat())
      const over = new Set([...missing].filter(id => suspects.has(id)))
      suspects = missing
      if (over.size > 0) await end(context, silent.map(node => node.name), over, now)
    }
  }
}

/** Believed first, listed then: a line that begins in between is in the list alone. */
async function missingOn ({ db }: AgentsContext, { name, switchboard }: LinesNode): Promise<string[]> {
  const lines = await livingLines(db, name)
  if (lines.length === 0) return []
  const living = new Set((await switchboard.livingChannels()).map(channel => channel.uniqueId))
  return lines.flatMap(({ uniqueId }) => living.has(uniqueId) ? [] : uniqueId)
}

async function end (context: AgentsContext, nodes: readonly string[], over: ReadonlySet<string>, at: Date): Promise<void> {
  await context.db.tx(async tx => {
    const changed: Array<{ before: Agent, after: Agent }> = []
    for (const before of await lockWithLines(tx, nodes)) {
      const ids = Object.keys(before.lines).filter(id => over.has(id))
      const after = ids.reduce((agent, uniqueId) => agentStep(agent, { kind: 'line-ends', uniqueId, at }, context.wrapUpSeconds), before)
      if (after !== before) changed.push({ before, after })
    }
    const agents = changed.map(({ after }) => after)
    const changes = changed.flatMap(({ before, after }) => isNewState(before, after) ? [{ agent: after, actor: 'pbx' }] : [])
    await keep(context, tx, { agents, changes, members: agents })
  })
}
