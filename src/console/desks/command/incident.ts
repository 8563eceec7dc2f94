import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useCallback, useEffect, useRef, useState } from 'react'
import { api, onceKey } from '../../api/client.ts'
import type { paths } from '../../api/api-types.d.ts'
import { every } from '../../api/closed-lists.ts'
import { resync, useFeed, type FeedEvent } from '../../feed/feed.ts'

type Json<P extends keyof paths> = paths[P] extends { get: { responses: { 200: { content: { 'application/json': infer T } } } } }
  ? T
  : never
export type Plan = Json<'/api/plans'>['items'][number]
export type PlanWithMembers = Json<'/api/plans/{code}'>
export type IncidentSummary = Json<'/api/incidents'>['items'][number]
export type Incident = Json<'/api/incidents/{id}'>
export type Member = Incident['members'][number]
export type MemberState = Member['state']
export type AdHoc =
  NonNullable<NonNullable<paths['/api/incidents']['post']['requestBody']>['content']['application/json']['members']>[number]

/** In the order in which a member goes through them. */
export const memberStates = every<MemberState>()([
  'waiting', 'ringing', 'acknowledged', 'joined', 'cannot-come', 'unreached', 'dropped'
])

export function usePlans (): readonly Plan[] {
  const { data } = useQuery({ queryKey: ['plans'], queryFn: async () => (await api.GET('/api/plans')).data?.items ?? [] })
  return data ?? []
}

export function usePlan (code: string | null): PlanWithMembers | null {
  const { data } = useQuery({
    queryKey: ['plan', code],
    enabled: code !== null,
    queryFn: async () => (await api.GET('/api/plans/{code}', { params: { path: { code: code ?? '' } } })).data ?? null
  })
  return data ?? null
}

/** Incidents, newest first; the first page only. */
export function useIncidents (): readonly IncidentSummary[] {
  const queries = useQueryClient()
  const { data } = useQuery({
    queryKey: ['incidents'],
    queryFn: async () => (await api.GET('/api/incidents', { params: { query: { limit: 30 } } })).data?.items ?? []
  })
  useFeed(['incident.started', 'incident.ended', 'incident.stopped', 'incident.resumed'], () => {
    void queries.invalidateQueries({ queryKey: ['incidents'] })
  })
  return data ?? []
}

/** Whether the count of a state includes this member; the chair and removed members are in no count. */
export const standsAt = (m: Member, state: MemberState): boolean => m.state === state && !m.chair && !m.removed

function recount (members: readonly Member[]): Incident['counts'] {
  const count = (state: MemberState): number => members.filter(m => standsAt(m, state)).length
  return {
    waiting: count('waiting'),
    ringing: count('ringing'),
    acknowledged: count('acknowledged'),
    joined: count('joined'),
    'cannot-come': count('cannot-come'),
    unreached: count('unreached'),
    dropped: count('dropped')
  }
}

/** Applies a member's step from the feed to what is shown; the whole incident is read again a moment later. */
function stepped (incident: Incident, { at, data }: FeedEvent): Incident {
  const said = data as { memberId?: string, state?: MemberState, joins?: number, muted?: boolean, removed?: boolean, room?: string | null }
  const members = incident.members.map((m): Member => m.id !== said.memberId
    ? m
    : {
        ...m,
        state: said.state ?? m.state,
        stateAt: said.state !== undefined && said.state !== m.state ? at : m.stateAt,
        joins: said.joins ?? m.joins,
        muted: said.muted ?? m.muted,
        removed: said.removed ?? m.removed,
        inConference: said.room === undefined ? m.inConference : said.room !== null
      })
  return { ...incident, members, counts: recount(members) }
}

/** Legs that are answered, not ended and outside the conference; `spoken`: `me` has spoken with the person. */
export function openLines (timeline: Incident['timeline'], me: string): ReadonlyMap<string, 'answered' | 'spoken'> {
  const lines = new Map<string, 'answered' | 'spoken'>()
  for (const { legId, kind, actor } of timeline) {
    if (legId === null) continue
    if (kind === 'answered') lines.set(legId, 'answered')
    else if (kind === 'leg-ended') lines.delete(legId)
    else if (kind === 'spoke' && actor === me && lines.has(legId)) lines.set(legId, 'spoken')
  }
  return lines
}

/** Members who wait for their turn (依次拨打), the next one first; empty for a simultaneous dial. */
export const turnsOf = ({ mode, members }: Pick<Incident, 'mode' | 'members'>): string[] =>
  mode === 'sequential'
    ? members.filter(m => m.state === 'waiting' && m.round === 0 && m.numbers.length > 0 && !m.skipped).map(m => m.id)
    : []

export interface LiveIncident {
  incident: Incident | null
  failed: unknown
  /** legs whose voice is heard now */
  talking: ReadonlySet<string>
  /** the last key pressed on a leg, before it is in the timeline */
  keys: ReadonlyMap<string, string>
  reload: () => void
}

/** One incident, live: the feed updates its members at once, and the whole is read again 300 ms after the last event. */
export function useIncident (id: string): LiveIncident {
  const queries = useQueryClient()
  const [talking, setTalking] = useState<ReadonlySet<string>>(new Set())
  const [keys, setKeys] = useState<ReadonlyMap<string, string>>(new Map())
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined)
  const { data, error } = useQuery({
    queryKey: ['incident', id],
    queryFn: async () => (await api.GET('/api/incidents/{id}', { params: { path: { id } } })).data ?? null
  })
  const reload = useCallback(() => {
    clearTimeout(timer.current)
    timer.current = setTimeout(() => { void queries.invalidateQueries({ queryKey: ['incident', id] }) }, 300)
  }, [queries, id])
  useEffect(() => () => { clearTimeout(timer.current) }, [])

  useFeed(['incident.', 'room.now', 'leg.key'], event => {
    if (event.topic === 'room.now') {
      const { channelId, what } = event.data as { channelId: string, what: string }
      if (what === 'muted' || what === 'unmuted') return
      setTalking(before => {
        if (before.has(channelId) === (what === 'talking')) return before
        const after = new Set(before)
        if (what === 'talking') after.add(channelId)
        else after.delete(channelId)
        return after
      })
      return
    }
    if (event.topic === 'leg.key') {
      const { key } = event.data as { key: string }
      setKeys(before => new Map(before).set(event.subject, key))
      return
    }
    if (event.topic === resync) { reload(); return }
    if (event.subject !== id) return
    if (event.topic === 'incident.member') queries.setQueryData<Incident | null>(['incident', id], now => now ? stepped(now, event) : now)
    reload()
  })
  return { incident: data ?? null, failed: error, talking, keys, reload }
}

type MemberVerb = 'skip' | 'speak' | 'admit' | 'mute' | 'unmute'
type IncidentVerb = 'stop' | 'resume' | 'end' | 'join'
export type Toggle = 'mute' | 'lock' | 'recording'

/** The chair's actions; each request has an idempotency key. */
export const incidentActions = {
  ofMember: async (id: string, memberId: string, verb: MemberVerb) => {
    await api.POST(`/api/incidents/{id}/members/{memberId}/${verb}`, { params: { path: { id, memberId }, header: onceKey() } })
  },
  remove: async (id: string, memberId: string, reason: string) => {
    await api.POST('/api/incidents/{id}/members/{memberId}/remove',
      { params: { path: { id, memberId }, header: onceKey() }, body: { reason } })
  },
  dial: async (id: string, memberIds: string[]) => {
    await api.POST('/api/incidents/{id}/dial', { params: { path: { id }, header: onceKey() }, body: { memberIds } })
  },
  ofIncident: async (id: string, verb: IncidentVerb) => {
    await api.POST(`/api/incidents/{id}/${verb}`, { params: { path: { id }, header: onceKey() } })
  },
  /** @returns the exchanges that did not obey */
  toggle: async (id: string, what: Toggle, on: boolean): Promise<string[]> => {
    const { data } = await api.PUT(`/api/incidents/{id}/${what}`, { params: { path: { id }, header: onceKey() }, body: { on } })
    return data?.notObeyed ?? []
  },
  privately: async (id: string, memberIds: string[], on: boolean) => {
    await api.PUT('/api/incidents/{id}/private', { params: { path: { id }, header: onceKey() }, body: { memberIds, on } })
  },
  /** the new order of the members who wait for their turn */
  reorder: async (id: string, memberIds: string[]) => {
    await api.PUT('/api/incidents/{id}/order', { params: { path: { id }, header: onceKey() }, body: { memberIds } })
  },
  add: async (id: string, members: AdHoc[], standInFor: string | null) => {
    await api.POST('/api/incidents/{id}/members', { params: { path: { id }, header: onceKey() }, body: { members, standInFor } })
  }
}
