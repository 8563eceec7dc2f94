import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '../api/client.ts'
import './actor-words.ts'

/** Names are kept for a while; an unknown login or extension is asked for at once. */
const longLived = 10 * 60_000

/** The name behind a login or an extension; actors that are no person have a word. */
export function useActorName (): (actor: string | null | undefined) => string {
  const { t, i18n } = useTranslation('actor')
  const { data } = useQuery({
    queryKey: ['names'],
    staleTime: longLived,
    queryFn: async () => (await api.GET('/api/directory/names')).data?.items ?? []
  })
  const names = useMemo(() => new Map(data?.map(n => [n.id, n.name])), [data])
  return actor => {
    if (!actor) return ''
    const [kind, name] = actor.split(':')
    if (kind === 'integration') return `${t('integration')} ${name ?? ''}`
    return names.get(actor) ?? (i18n.exists(`actor:${actor}`) ? t(actor) : actor)
  }
}
