import { useQuery } from '@tanstack/react-query'
import { Alert } from 'antd'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '../../api/client.ts'
import { moment } from '../../moments/moments.tsx'
import './unit-words.ts'

/** Unallocated numbers of people and units, for those who can correct them; hidden when there are none. */
export function UnallocatedNumbers (): ReactNode {
  const { t } = useTranslation('unit')
  const { data = [] } = useQuery({
    queryKey: ['unallocated-numbers'],
    refetchInterval: 60_000,
    queryFn: async () => (await api.GET('/api/directory/unallocated-numbers')).data?.items ?? []
  })
  if (data.length === 0) return null
  const lines = data.map(n => (
    <li key={`${n.id}-${n.field}`}>
      {n.name} · {t(`number.${n.field}`)}{' '}
      <span className='tabular'>{n.number}</span> ·{' '}
      {t('unallocatedSince', { since: moment(n.since) })}
    </li>
  ))
  return <Alert type='warning' showIcon message={t('unallocated')} description={<ul className='list-plain'>{lines}</ul>} />
}
