import { useQuery, useQueryClient } from '@tanstack/react-query'
import { api } from '../api/client.ts'
import { holds, useWho } from '../api/session.tsx'
import type { paths } from '../api/api-types.d.ts'
import { resync, useFeed } from '../feed/feed.ts'

export type Agent = paths['/api/agents']['get']['responses']['200']['content']['application/json']['items'][number]
export type AgentState = Agent['state']
export type AgentReason = NonNullable<Agent['reason']>
export type Call = paths['/api/calls/{id}']['get']['responses']['200']['content']['application/json']

const agentsKey = ['agents'] as const

export const readAgents = async (): Promise<Agent[]> => (await api.GET('/api/agents')).data?.items ?? []

/** All agents with their states, kept up to date by the feed. Empty for people who may not see them. */
export function useAgents (): readonly Agent[] {
  const who = useWho()
  const queries = useQueryClient()
  const may = holds(who, 'AGENT', 'SHIFT_LEADER', 'CALLBACK_OFFICER', 'DISPATCHER', 'EMERGENCY_COORDINATOR', 'SUPERVISOR', 'LEADER',
    'ADMINISTRATOR')
  const { data } = useQuery({
    queryKey: agentsKey,
    enabled: may,
    staleTime: Infinity,
    queryFn: readAgents
  })
  useFeed(['agent.state'], event => {
    if (event.topic === resync) return
    const said = event.data as Partial<Agent>
    queries.setQueryData<Agent[]>(agentsKey, agents => agents?.map(a => a.extension !== event.subject
      ? a
      : {
          ...a,
          state: said.state ?? a.state,
          reason: said.reason ?? null,
          callId: said.callId ?? null,
          wrapUpUntil: said.wrapUpUntil ?? null,
          since: event.at
        }))
    // A running request may have been answered before this event.
    if (queries.isFetching({ queryKey: agentsKey }) > 0) void queries.invalidateQueries({ queryKey: agentsKey })
  })
  return data ?? []
}

/** The agent of this login; null without a telephone. The same for a telephone in the page and on the desk. */
export function useMyAgent (): Agent | null {
  const { extension } = useWho()
  return useAgents().find(a => a.extension === extension) ?? null
}

/** The agent whose call the listener hears; undefined when not listening. */
export const heardBy = (listener: Agent, agents: readonly Agent[]): Agent | undefined =>
  listener.state !== 'listening'
    ? undefined
    : agents.find(a => a.extension !== listener.extension && a.state === 'talking' && a.callId === listener.callId)

/** A call; read again at every event about it. */
export function useCall (callId: string | null): Call | null {
  const queries = useQueryClient()
  const { data } = useQuery({
    queryKey: ['call', callId],
    enabled: callId !== null,
    retry: 5,
    // The journal may be a moment behind the telephone.
    retryDelay: 400,
    queryFn: async () => (await api.GET('/api/calls/{id}', { params: { path: { id: callId ?? '' } } })).data ?? null
  })
  useFeed(['call.', 'order.draft.open'], event => {
    if (callId === null) return
    const about = [event.subject, event.data.call]
    if (event.topic === resync || about.includes(callId) || about.includes(data?.id)) {
      void queries.invalidateQueries({ queryKey: ['call', callId] })
    }
  })
  return data ?? null
}
