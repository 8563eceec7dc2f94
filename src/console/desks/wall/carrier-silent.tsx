import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Alert } from 'antd'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '../../api/client.ts'
import { useFeed } from '../../feed/feed.ts'
import { moment } from '../../moments/moments.tsx'
import './wall-words.ts'

/** A red line while the carrier does not answer: no outside number can be rung, and callbacks wait. */
export function CarrierSilent (): ReactNode {
  const { t } = useTranslation('wall')
  const queries = useQueryClient()
  const { data } = useQuery({
    queryKey: ['trunks', 'silent'],
    refetchInterval: 60_000,
    queryFn: async () => (await api.GET('/api/trunks/silent')).data?.silent ?? []
  })
  useFeed(['trunk.'], () => { void queries.invalidateQueries({ queryKey: ['trunks'] }) })
  const first = data?.[0]
  return first
    ? (
      <Alert
        type='error'
        showIcon
        role='alert'
        className='carrier-silent'
        message={t('carrierSilent', { since: moment(first.silentSince) })}
      />
      )
    : null
}
