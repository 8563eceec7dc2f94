import type { Agent, AgentState, Call } from '../my-agent.ts'

/** The state in big type on the bar. */
export type Phase = AgentState | 'returning' | 'held' | 'consulting' | 'consulted' | 'three-way'

/** The other lines of the call besides the citizen's: rung or answered by a consultation. */
export const others = (call: Call | null, own: string): Call['channels'] =>
  call?.channels.filter(c => c.endedAt === null && c.kind !== 'citizen' && c.extension !== own) ?? []

/** Extensions of the colleagues who are on the line with me. */
export const colleagues = (call: Call | null, own: string): string =>
  others(call, own).flatMap(c => c.answeredAt !== null && c.extension !== null ? [c.extension] : []).join(' ')

export function phaseOf (agent: Agent, call: Call | null): Phase {
  // The page went away in mid-call: the citizen hears music until this agent is back.
  const last = call?.timeline.findLast(e => ['agent-gone', 'answered', 'queued', 'ended'].includes(e.kind))
  if (agent.state === 'wrap-up' && last?.kind === 'agent-gone' && last.actor === agent.extension) return 'returning'
  if (agent.state !== 'talking' || call === null) return agent.state
  // In a call between colleagues the other one is the partner, not a third.
  const third = others(call, agent.extension).filter(c => c.answeredAt !== null).length > (call.direction === 'internal' ? 1 : 0)
  if (call.state === 'held') {
    const agents = call.channels.filter(c => c.endedAt === null && c.kind === 'agent')
    // The agent who was in the call first consults, the one who came later is consulted.
    const first = agents.every(
      c => c.extension === agent.extension || c.startedAt >= (agents.find(o => o.extension === agent.extension)?.startedAt ?? '')
    )
    return others(call, agent.extension).length === 0 ? 'held' : first ? 'consulting' : 'consulted'
  }
  return third ? 'three-way' : 'talking'
}
