import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '../api/client.ts'
import './actor-words.ts'

/** Names of people stay a while: somebody new is asked for as soon as he has done something. */
const longLived = 10 * 60_000

/** The name behind a login or an extension; who is no person has a word. */
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
