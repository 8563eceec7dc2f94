import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { paths } from '../../api/api-types.d.ts'
import { moment } from '../../moments/moments.tsx'

type Ready = paths['/health/ready']['get']['responses']['200']['content']['application/json']

/** Each part of the running system; red only where orders can no longer be filed. */
export function Health (): ReactNode {
  const { t } = useTranslation('admin')
  const { data } = useQuery({
    queryKey: ['health'],
    refetchInterval: 10_000,
    // 503 carries the same answer: the very moment it is looked at.
    queryFn: async () => await (await fetch('/health/ready')).json() as Ready
  })
  if (!data) return null
  return (
    <div className='box'>
      <h2 className={`health-${data.status}`}>{t(`status.${data.status}`)} <span className='muted small'>{moment(String(data.at))}</span></h2>
      <table className='admin-table'>
        <thead><tr><th>{t('part')}</th><th>{t('state')}</th><th>{t('detail')}</th></tr></thead>
        <tbody>
          {data.parts.map(p => (
            <tr key={p.name}>
              <td>{p.name}{p.vital && <span className='muted small'> · {t('vital')}</span>}</td>
              <td className={p.state === 'ok' ? 'good' : p.vital ? 'late-word' : 'amber'}><b>{t(p.state)}</b></td>
              <td className='small'>{typeof p.detail === 'string' ? p.detail : p.detail === undefined ? '' : Object.entries(p.detail as Record<string, unknown>).map(([k, v]) => `${k} ${String(v)}`).join(' · ')}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
