import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { paths } from '../../../api/api-types.d.ts'
import { moment } from '../../../moments/moments.tsx'

type Ready = paths['/health/ready']['get']['responses']['200']['content']['application/json']

/** The state of each part of the system; red only when orders cannot be filed. */
export function Health (): ReactNode {
  const { t, i18n } = useTranslation('admin')
  const { data } = useQuery({
    queryKey: ['health'],
    refetchInterval: 10_000,
    // A 503 has the same body.
    queryFn: async () => await (await fetch('/health/ready')).json() as Ready
  })
  if (!data) return null
  const word = (key: string, otherwise: string, v = ''): string => i18n.exists(`admin:${key}`) ? t(key, { v }) : otherwise
  return (
    <div className='box'>
      <h2 className={`health-${data.status}`}>
        {t(`status.${data.status}`)}{' '}
        <span className='muted small'>{moment(String(data.at))}</span>
      </h2>
      <table className='admin-table'>
        <thead><tr><th>{t('part')}</th><th>{t('state')}</th><th>{t('detail')}</th></tr></thead>
        <tbody>
          {data.parts.map(p => (
            <tr key={p.name}>
              <td>{word(`part.${p.name}`, p.name)}{p.vital && <span className='muted small'> · {t('vital')}</span>}</td>
              <td className={p.state === 'ok' ? 'good' : p.vital ? 'late-word' : 'amber'}><b>{t(p.state)}</b></td>
              <td className='small'>
                {detailOf(
                  p.detail,
                  (key, value) => word(`detail.${key}`, `${key} ${value}`, i18n.exists(`error:${value}`) ? t(`error:${value}`) : value),
                  p.state === 'ok' ? '' : word(`trouble.${p.name}`, '')
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

const hasSomething = (value: unknown): boolean =>
  value !== null && value !== undefined && value !== '' && !(Array.isArray(value) && value.length === 0)

/** A part's figures in words; for a failing part, first what the failure means. */
function detailOf (detail: unknown, word: (key: string, value: string) => string, trouble: string): string {
  if (typeof detail === 'string') return trouble || detail
  const figures = typeof detail === 'object' && detail !== null
    ? Object.entries(detail).filter(([, v]) => hasSomething(v)).map(([k, v]) => word(k, String(v)))
    : []
  return [...trouble === '' ? [] : [trouble], ...figures].join(' · ')
}
