import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { moment } from '../../../moments/moments.tsx'
import { useIncidents, type IncidentSummary } from '../incident.ts'

function Line ({ incident: i }: { incident: IncidentSummary }): ReactNode {
  const { t } = useTranslation('command')
  return (
    <li>
      <Link to={`/command/${i.id}`}><b>{i.drill && `【${t('drill')}】`}{i.title}</b></Link>
      <span className='muted small'> {i.place} · {i.number} · {moment(i.startedAt)} · {t(`state.${i.state}`)}</span>
    </li>
  )
}

/** Running incidents first, in a striking colour; ended ones open as reports. */
export function IncidentList (): ReactNode {
  const { t } = useTranslation('command')
  const incidents = useIncidents()
  const open = incidents.filter(i => i.state !== 'ended')
  const past = incidents.filter(i => i.state === 'ended')
  return (
    <>
      {open.length > 0 && (
        <section className='box running' aria-label={t('running')}>
          <h3>{t('running')}</h3>
          <ul className='list-plain'>{open.map(i => <Line key={i.id} incident={i} />)}</ul>
        </section>
      )}
      {past.length > 0 && (
        <details className='box'>
          <summary>{t('past')} ({past.length})</summary>
          <ul className='list-plain'>{past.map(i => <Line key={i.id} incident={i} />)}</ul>
        </details>
      )}
    </>
  )
}
