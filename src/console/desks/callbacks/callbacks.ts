import { useQuery, useQueryClient } from '@tanstack/react-query'
import { api, onceKey } from '../../api/client.ts'
import type { paths } from '../../api/api-types.d.ts'
import { every } from '../../api/closed-lists.ts'
import { useFeed } from '../../feed/feed.ts'
import { useCall, useMyAgent } from '../../phone/my-agent.ts'

export type CallbackRow = paths['/api/callbacks']['get']['responses']['200']['content']['application/json']['items'][number]
export type Callback = paths['/api/callbacks/{id}']['get']['responses']['200']['content']['application/json']
export type Attempt = Callback['attemptList'][number]
export type List = NonNullable<NonNullable<paths['/api/callbacks']['get']['parameters']['query']>['list']>
export const lists = every<List>()(['due', 'officer', 'mine', 'today', 'open', 'all'])
export type Reason = NonNullable<Callback['reason']>
export const reasons = every<Reason>()(['attitude', 'speed', 'result', 'untrue-report', 'beyond-policy'])
export type ByPersonReason = NonNullable<Callback['byPersonReason']>
export type Solved = NonNullable<Callback['solved']>

/** The first hundred callbacks of a list, by due time. `read`: false until this list has been read. */
export function useCallbacks (list: List): { rows: readonly CallbackRow[], more: boolean, read: boolean } {
  const queries = useQueryClient()
  const { data } = useQuery({
    queryKey: ['callbacks', list],
    refetchInterval: 60_000,
    queryFn: async () => (await api.GET('/api/callbacks', { params: { query: { list, limit: 100 } } })).data ?? null
  })
  useFeed(['callback.'], () => { void queries.invalidateQueries({ queryKey: ['callbacks'] }) })
  return { rows: data?.items ?? [], more: data?.next != null, read: data != null }
}

export function useOneCallback (id: string): Callback | null {
  const { data } = useQuery({
    queryKey: ['callbacks', 'one', id],
    queryFn: async () => (await api.GET('/api/callbacks/{id}', { params: { path: { id } } })).data ?? null
  })
  return data ?? null
}

export interface OnMyLine {
  callbackId: string
  callId: string
  rings: boolean
  /** the citizen rang us */
  calledIn: boolean
}

/** The callback whose citizen rings or talks on my telephone: passed on after 0, rung by hand, or ringing us back. */
export function useOnMyLine (): OnMyLine | null {
  const queries = useQueryClient()
  const agent = useMyAgent()
  const callId = agent?.state === 'ringing' || agent?.state === 'talking' ? agent.callId : null
  const { data } = useQuery({
    queryKey: ['callbacks', 'on-my-line', callId],
    enabled: callId !== null,
    queryFn: async () => (await api.GET('/api/callbacks/awaiting', { params: { query: { callId: callId ?? '' } } })).data?.items ?? []
  })
  // In a call by hand the citizen's leg joins a moment after my own telephone.
  useFeed(['call.'], () => { if (callId !== null) void queries.invalidateQueries({ queryKey: ['callbacks', 'on-my-line', callId] }) })
  const call = useCall(callId)
  const found = data?.[0]
  return found !== undefined && callId !== null
    ? { callbackId: found.id, callId, rings: agent?.state === 'ringing', calledIn: call?.direction === 'inbound' }
    : null
}

const of = (id: string) => ({ path: { id }, header: onceKey() })

export interface Answers {
  contacted: boolean | null
  solved: Solved
  grade: number | null
  freeWords: string | null
  reason: Reason | null
  callId: string | null
  calledIn: boolean
}

export const callbackActions = {
  takeOver: async (id: string) => { await api.POST('/api/callbacks/{id}/take-over', { params: of(id) }) },
  dial: async (id: string) => { await api.POST('/api/callbacks/{id}/dial', { params: of(id) }) },
  answer: async (id: string, body: Answers) => { await api.POST('/api/callbacks/{id}/answers', { params: of(id), body }) },
  postpone: async (id: string, until: string, how: string | null) => {
    await api.POST('/api/callbacks/{id}/postpone', { params: of(id), body: { until, ...(how === null ? {} : { how }) } })
  },
  decide: async (id: string, verb: 'explain' | 'rework', reason: Reason, explanation: string) => {
    await api.POST(`/api/callbacks/{id}/${verb}`, { params: of(id), body: { reason, explanation } })
  },
  giveUp: async (id: string, body: { why: 'declined' | 'wrong-number', freeWords: string | null, callId: string | null }) => {
    await api.POST('/api/callbacks/{id}/give-up', { params: of(id), body })
  },
  recording: async (id: string, attempt: number, reason: string): Promise<Blob> => {
    const { data } = await api.POST('/api/callbacks/{id}/attempts/{attempt}/listen',
      { params: { path: { id, attempt } }, body: { reason }, parseAs: 'blob' })
    return data as Blob
  }
}
