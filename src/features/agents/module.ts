import type { Logger } from 'pino'
import type { Module } from '../../module.ts'
import { agentRoutes } from './agents-routes.ts'
import { createAgents, type Agents, type AgentsOptions } from './agents.ts'

export interface AgentsNeeds extends Omit<AgentsOptions, 'onError'> { log: Logger }

/** Agents' telephones and states (坐席). */
export function agentsModule ({ log, ...needs }: AgentsNeeds): Module & { agents: Agents } {
  const agents = createAgents({
    ...needs,
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
    sweeps: [agents.sweep, agents.queueSweep, agents.filesSweep],
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
