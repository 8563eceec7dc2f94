import { Alert, Spin } from 'antd'
import { useMemo, useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { Since } from '../../../moments/moments.tsx'
import { useAttempt, useRefusal } from '../../../shell/refusals.ts'
import { useWho } from '../../../api/session.tsx'
import { memberStates, openLines, standsAt, turnsOf, useIncident, incidentActions, type MemberState } from '../incident.ts'
import { IncidentReport } from './incident-report.tsx'
import { ChairActions } from './chair-actions.tsx'
import { MemberCard } from './member-card.tsx'
import { Timeline } from './timeline.tsx'

const none: readonly string[] = []

/** One incident: its head, the chair's actions, the live roster in big type, and the timeline. An ended one is a report. */
export function IncidentBoard ({ id }: { id: string }): ReactNode {
  const { t } = useTranslation('command')
  const refusal = useRefusal()
  const attempt = useAttempt()
  const { incident, failed, talking, keys, reload } = useIncident(id)
  const [only, setOnly] = useState<MemberState | null>(null)
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set())
  const me = useWho().login
  const lines = useMemo(() => openLines(incident?.timeline ?? [], me), [incident, me])
  // Members in private talks. Two of them come back together; with more pairs it is not known here who talks with whom.
  const apart = useMemo(() => incident?.members.filter(m => m.private).map(m => m.id) ?? [], [incident])
  const names = useMemo(() => new Map(incident?.members.map(m => [m.id, m.name])), [incident])
  if (!incident) return failed ? <Alert type='error' showIcon title={refusal(failed)} /> : <Spin />
  if (incident.state === 'ended') return <IncidentReport incident={incident} />
  const shown = incident.members.filter(m => only === null || standsAt(m, only))
  const choose = (memberId: string, on: boolean): void => {
    const next = new Set(chosen)
    if (on) next.add(memberId)
    else next.delete(memberId)
    setChosen(next)
  }
  const turns = turnsOf(incident)
  const move = (memberId: string, to: number): void => {
    const order = turns.filter(t => t !== memberId)
    order.splice(to, 0, memberId)
    void attempt(async () => { await incidentActions.reorder(id, order) }).then(reload)
  }
  return (
    <div className={`board${incident.members.length > 24 ? ' many' : ''}`}>
      <header className='board-head'>
        <div>
          <Link to='/command' className='small'>← {t('back')}</Link>
          <h2>{incident.drill && <span className='drill-word'>{t('drill')}</span>}{incident.title}</h2>
          <span>{[incident.place, incident.level, t(incident.mode), incident.number].filter(said => said !== '').join(' · ')}</span>
        </div>
        <div className='board-marks'>
          <b className={`incident-state ${incident.state}`}>{t(`state.${incident.state}`)}</b>
          <span>{t('since')} <b><Since at={Date.parse(incident.startedAt)} /></b></span>
          {incident.pin !== null && <span title={t('byPhone')}>{t('pin')} <b className='tabular'>{incident.pin}</b></span>}
          {incident.locked && <b className='mark'>{t('locked')}</b>}
          {incident.mutedAll && <b className='mark'>{t('mutedAll')}</b>}
          {incident.recording && <b className='mark'>● {t('recording')}</b>}
        </div>
      </header>
      <ChairActions incident={incident} chosen={chosen} onChosen={setChosen} reload={reload} />
      <div className='tiles' role='group' aria-label={t('summary')}>
        <button type='button' className='tile' aria-pressed={only === null} onClick={() => { setOnly(null) }}>
          <b>{incident.members.length}</b>
          <span>{t('all')}</span>
        </button>
        {memberStates.map(s => (
          <button
            key={s}
            type='button'
            className={`tile ${s}${(s === 'unreached' || s === 'dropped') && incident.counts[s] > 0 ? ' hand' : ''}`}
            aria-pressed={only === s}
            data-count={s}
            onClick={() => { setOnly(only === s ? null : s) }}
          >
            <b>{incident.counts[s]}</b><span>{t(`member.${s}`)}</span>
          </button>
        ))}
      </div>
      <div className='board-body'>
        <ul className='roster' aria-label={t('members')}>
          {shown.map(m => (
            <MemberCard
              key={m.id} incidentId={id} member={m} line={m.legId === null ? undefined : lines.get(m.legId)} speaking={m.inConference &&
                m.legId !== null && talking.has(m.legId)} pressed={m.legId === null ? undefined : keys.get(m.legId)}
              deputyOf={m.deputyOf === null
                ? null
                : names.get(m.deputyOf) ?? null} sameTelephone={m.sameTelephoneAs === null ? null : names.get(m.sameTelephoneAs) ?? null}
                chosen={chosen.has(m.id)} onChoose={choose} reload={reload}
                turn={turns.indexOf(m.id)} onMove={turns.length > 1 ? move : undefined} together={apart.length === 2 ? apart : none}
            />
          ))}
        </ul>
        <aside className='board-side' aria-label={t('timeline')}>
          <details className='box'><summary>{t('textBeside')}</summary><p>{incident.message}</p></details>
          <section className='box'><h3>{t('timeline')}</h3><Timeline entries={incident.timeline} names={names} newestFirst /></section>
        </aside>
      </div>
    </div>
  )
}
