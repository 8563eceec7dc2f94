import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Button } from 'antd'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { api, onceKey } from '../../../api/client.ts'
import { moment } from '../../../moments/moments.tsx'
import { useAttempt } from '../../../shell/refusals.ts'

/** Journal rows that could not be handled, with the reason; handled again on request. */
export function ParkedRows (): ReactNode {
  const { t } = useTranslation('admin')
  const attempt = useAttempt()
  const queries = useQueryClient()
  const { data: rows } = useQuery({
    queryKey: ['parked'],
    refetchInterval: 30_000,
    queryFn: async () => (await api.GET('/api/journal/parked')).data?.items ?? []
  })
  const retry = (linkedId?: string) => () => {
    void attempt(
      async () => {
        await api.POST('/api/journal/retry', { params: { header: onceKey() }, body: linkedId === undefined ? {} : { linkedId } })
      },
      t('retried')
    ).then(() => setTimeout(() => { void queries.invalidateQueries({ queryKey: ['parked'] }) }, 1000))
  }
  if (rows === undefined || rows.length === 0) return <p className='muted'>{t(rows ? 'noParked' : 'shell:notRead')}</p>
  return (
    <div className='box'>
      <Button onClick={retry()}>{t('retryAll')}</Button>
      <table className='admin-table'>
        <thead><tr><th>{t('at')}</th><th>{t('event1')}</th><th>{t('call')}</th><th>{t('error')}</th><th>{t('actions')}</th></tr></thead>
        <tbody>
          {rows.map(r => (
            <tr key={r.id}>
              <td>{moment(r.at)}</td>
              <td>{r.event}</td>
              <td>{r.linkedId}</td>
              <td>{r.error}</td>
              <td><Button size='small' onClick={retry(r.linkedId)}>{t('retry')}</Button></td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
