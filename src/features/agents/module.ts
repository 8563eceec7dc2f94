import type { Logger } from 'pino'
import type { Module } from '../../module.ts'
import type { LiveState } from '../../pbx/live-state.ts'
import type { Nodes, PbxNode } from '../../pbx/nodes.ts'
import type { Switchboard } from '../../pbx/switchboard.ts'
import { agentRoutes } from './agents-routes.ts'
import { createAgents, type Agents, type AgentsOptions } from './agents.ts'
import type { NodeQueue } from './queue/queue-keepers.ts'
import { queueMembersOn } from './queue/queue-members.ts'

export interface AgentsNeeds extends Omit<AgentsOptions, 'queues' | 'nodes' | 'onError'> {
  nodes: Nodes<{ name: string, switchboard: Switchboard, live: LiveState, isUp: () => boolean, state: PbxNode['state'] }>
  log: Logger
}

/** Agents' telephones and states (坐席). */
export function agentsModule ({ nodes, log, ...needs }: AgentsNeeds): Module & { agents: Agents } {
  const queues = new Map<string, NodeQueue>()
  nodes.each(({ name, switchboard }) => {
    queues.set(name, { node: name, ...queueMembersOn(switchboard) })
    return () => { queues.delete(name) }
  })
  const agents = createAgents({
    ...needs,
    queues: () => [...queues.values()],
    nodes,
    log,
    onError: (error, what) => {
      log.warn({ err: error, what }, 'an agent\'s place in the queue could not be set; it is set again when the PBX is back')
    }
  })
  return {
    name: 'agents',
    agents,
    routes: [agentRoutes({ agents, clock: needs.clock })],
    journal: { handler: agents.journalHandler, after: ['calls'] },
    sweeps: [agents.sweep, agents.queueSweep, agents.filesSweep, agents.linesSweep],
    believedChannels: agents.livingLines,
    exchangeIsUp: agents.reconcile,
    health: [agents.seats.health],
    async start () {
      await agents.writeAccounts()
      await agents.seats.start()
    },
    stop: agents.seats.stop
  }
}
