import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef } from 'react'
import { api } from '../../api/client.ts'
import type { paths } from '../../api/api-types.d.ts'
import { useFeed } from '../../feed/feed.ts'
import { useNow } from '../../moments/moments.tsx'

export type Wall = paths['/api/boards/wall']['get']['responses']['200']['content']['application/json']
export type Board = Wall['today']
export type Figure = Board['rates'][number]
export type WaitingCall = paths['/api/calls/waiting']['get']['responses']['200']['content']['application/json']['items'][number]

export type Floor = paths['/api/boards/floor']['get']['responses']['200']['content']['application/json']

/** ms between two readings of the floor; a wall board hears no feed */
const look = 2000
/** ms after which the floor counts as outdated */
const oldAfter = 10_000

/** Waiting citizens and agents now. `outdatedSince`: time of the last reading in ms when it is outdated, else null. */
export function useFloor (): { floor: Floor | null, outdatedSince: number | null } {
  const { data, dataUpdatedAt } = useQuery({
    queryKey: ['floor'],
    refetchInterval: look,
    retry: false,
    queryFn: async () => (await api.GET('/api/boards/floor')).data ?? null
  })
  const shownAt = useNow()
  // The query's time is the machine's own clock's.
  const age = Date.now() - dataUpdatedAt
  return { floor: data ?? null, outdatedSince: dataUpdatedAt > 0 && age > oldAfter ? shownAt - age : null }
}

/** The day's figures; read again a few seconds after orders, calls or callbacks change, and every 30 seconds. */
export function useWall (): Wall | null {
  const queries = useQueryClient()
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined)
  const { data } = useQuery({
    queryKey: ['wall'],
    refetchInterval: 30_000,
    queryFn: async () => (await api.GET('/api/boards/wall')).data ?? null
  })
  useFeed(['order.', 'callback.', 'call.'], () => {
    // There are many wall boards: each asks every five seconds at most.
    timer.current ??= setTimeout(() => {
      timer.current = undefined
      void queries.invalidateQueries({ queryKey: ['wall'] })
    }, 5000)
  })
  useEffect(() => () => { clearTimeout(timer.current); timer.current = undefined }, [])
  return data ?? null
}

/** Citizens who wait now, longest first; null until they have been read. */
export function useWaiting (): readonly WaitingCall[] | null {
  const queries = useQueryClient()
  const { data } = useQuery({
    queryKey: ['waiting'],
    refetchInterval: 20_000,
    queryFn: async () => (await api.GET('/api/calls/waiting')).data?.items ?? []
  })
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined)
  useFeed(['call.', 'queue.now'], () => {
    clearTimeout(timer.current)
    timer.current = setTimeout(() => { void queries.invalidateQueries({ queryKey: ['waiting'] }) }, 250)
  })
  useEffect(() => () => { clearTimeout(timer.current) }, [])
  return data ?? null
}

/** `92.3%`, or a dash when nothing was counted. */
export const percent = (value: number | null): string => value === null ? '—' : `${(value * 100).toFixed(1)}%`
