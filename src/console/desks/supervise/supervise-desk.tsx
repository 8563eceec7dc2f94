import { Tabs } from 'antd'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useSearchParams } from 'react-router'
import { holds, useWho } from '../../api/session.tsx'
import { Gradings } from '../../orders/quality/gradings.tsx'
import { BlockedNumbers } from './blocking/blocked-numbers.tsx'
import { NumberLimits } from './edges/number-limits.tsx'
import { Objections } from './objections.tsx'
import { Floor } from './floor.tsx'
import { Parkings } from './parkings.tsx'
import { LeaderAsks } from './figures/leader-asks.tsx'
import './supervise-words.ts'
import './supervise.css'

/** Supervision (督办统计): the floor live, and the figures a leader asks for. */
export default function SuperviseDesk (): ReactNode {
  const { t } = useTranslation('supervise')
  const [query, setQuery] = useSearchParams()
  const who = useWho()
  const keeps = holds(who, 'SHIFT_LEADER', 'SUPERVISOR', 'ADMINISTRATOR')
  const supervises = holds(who, 'SHIFT_LEADER', 'SUPERVISOR')
  const blocked = <div className='floor-side'><BlockedNumbers /><NumberLimits /></div>
  return (
    <Tabs
      activeKey={query.get('tab') ?? 'figures'} destroyOnHidden onChange={tab => { setQuery({ tab }) }}
      items={[
        { key: 'figures', label: t('figures'), children: <LeaderAsks /> },
        { key: 'floor', label: t('floor'), children: <Floor /> },
        ...(supervises ? [{ key: 'quality', label: t('quality:title'), children: <Gradings /> }] : []),
        ...(keeps ? [{ key: 'objections', label: t('objection.title'), children: <Objections /> }] : []),
        ...(supervises ? [{ key: 'parkings', label: t('parking.title'), children: <Parkings /> }] : []),
        ...(keeps ? [{ key: 'blocked', label: t('block.title'), children: blocked }] : [])
      ]}
    />
  )
}
