import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '../api/client.ts'
import type { paths } from '../api/api-types.d.ts'
import { holds, useWho } from '../api/session.tsx'

export type Unit = paths['/api/directory/units']['get']['responses']['200']['content']['application/json']['items'][number]
export type Category = paths['/api/directory/categories']['get']['responses']['200']['content']['application/json']['items'][number]

const longLived = 10 * 60_000

const noUnits: readonly Unit[] = []

/** Units of the district as of today. */
export function useUnits (): readonly Unit[] {
  // A wall board may read figures alone.
  const enabled = !holds(useWho(), 'WALL')
  const { data } = useQuery({
    queryKey: ['units'],
    enabled,
    staleTime: longLived,
    queryFn: async () => (await api.GET('/api/directory/units')).data?.items ?? []
  })
  return data ?? noUnits
}

/** The name in the reader's language, if the district has entered one. */
export function useNameOf (): (thing: { name: string, nameEn: string }) => string {
  const { i18n: { language } } = useTranslation()
  return useMemo(() => thing => language === 'en' && thing.nameEn !== '' ? thing.nameEn : thing.name, [language])
}

export function useUnitName (): (id: string | null | undefined) => string {
  const units = useUnits()
  const nameOf = useNameOf()
  const names = useMemo(() => new Map(units.map(u => [u.id, nameOf(u)])), [units, nameOf])
  return id => id ? names.get(id) ?? id : ''
}

/** Every category; 67 rows or so. */
export function useCategories (): readonly Category[] {
  const { data } = useQuery({
    queryKey: ['categories'],
    staleTime: longLived,
    queryFn: async () => (await api.GET('/api/directory/categories')).data?.items ?? []
  })
  return data ?? []
}

/** A category's name in the reader's language; default `name`, as the service gave it. */
export function useCategoryName (): (code: string | null, name: string | null) => string {
  const categories = useCategories()
  const nameOf = useNameOf()
  const names = useMemo(() => new Map(categories.map(c => [c.code, nameOf(c)])), [categories, nameOf])
  return (code, name) => (code === null ? undefined : names.get(code)) ?? name ?? ''
}

export type Channel = paths['/api/channels']['get']['responses']['200']['content']['application/json']['items'][number]

const noChannels: readonly Channel[] = []
/** Looked for again sooner than names of units: an order of a channel that began at midnight is shown with its name. */
const minute = 60_000

/** Channels (来源) of today. */
export function useChannels (): readonly Channel[] {
  const { data } = useQuery({
    queryKey: ['channels'],
    staleTime: minute,
    queryFn: async () => (await api.GET('/api/channels')).data?.items ?? []
  })
  return data ?? noChannels
}

/** A channel's name in the reader's language; its code until the names are read. */
export function useChannelName (): (code: string) => string {
  const channels = useChannels()
  const nameOf = useNameOf()
  const names = useMemo(() => new Map(channels.map(c => [c.code, nameOf(c)])), [channels, nameOf])
  return code => names.get(code) ?? code
}

/** Categories that match the typed text, best first. */
export function useCategorySearch (words: string): readonly Category[] {
  const { data } = useQuery({
    queryKey: ['categories', words],
    staleTime: longLived,
    enabled: words.trim() !== '',
    placeholderData: before => before,
    queryFn: async () => (await api.GET('/api/directory/categories',
      { params: { query: { search: words.trim(), limit: 12 } } })).data?.items ?? []
  })
  return data ?? []
}
