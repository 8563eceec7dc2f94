import { useMemo, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { useNameOf, useUnitName } from '../../../directory/directory.ts'
import { useActorName } from '../../../directory/names.ts'
import { duration } from '../../../moments/moments.tsx'
import { now } from '../../../moments/now.ts'
import { local } from '../../../moments/zone.ts'
import { useCopy } from '../../../shell/copy.ts'
import { KeyButton } from '../../../shell/shortcuts.tsx'
import { memberStates, standsAt, usePlans, type Incident, type Member } from '../incident.ts'
import { Timeline } from './timeline.tsx'

const full = (iso: string | null): string => iso === null ? '' : local(iso).format('YYYY-MM-DD HH:mm:ss')
const hour = (iso: string | null): string => full(iso).slice(11)

/** The report of an ended incident, ready to print: outcome, every person, every step. */
export function IncidentReport ({ incident }: { incident: Incident }): ReactNode {
  const { t } = useTranslation('command')
  const actorName = useActorName()
  const names = useMemo(() => new Map(incident.members.map(m => [m.id, m.name])), [incident])
  const copy = useCopy()
  const plans = usePlans()
  const nameOf = useNameOf()
  const known = plans.find(p => p.code === incident.planCode)
  const plan = incident.planCode === null ? t('adHoc') : known ? nameOf(known) : incident.planCode
  // The chair joined from the console: not dialled, and not counted.
  const people = incident.members.filter(m => !m.chair)
  const reached = people.filter(m => m.joins > 0).length
  const outcomes = [
    ...memberStates.map(s => ({ state: t(`member.${s}`), names: people.filter(m => standsAt(m, s)).map(m => m.name) })),
    { state: t('removed'), names: people.filter(m => m.removed).map(m => m.name) }
  ].filter(({ names }) => names.length > 0)
  const took = incident.endedAt === null ? '' : duration(Date.parse(incident.endedAt) - Date.parse(incident.startedAt))
  const paragraph = (): string => {
    const outcome = outcomes.map(({ state, names }) => t('outcomeOf',
      { state, n: names.length, names: names.join(t('shell:comma')) })).join('')
    return t('paragraph', {
      at: full(incident.startedAt),
      where: incident.place === '' ? '' : `${incident.place}${t('shell:comma')}`,
      title: (incident.drill ? `【${t('drill')}】` : '') + incident.title,
      by: actorName(incident.startedBy),
      plan,
      mode: t(incident.mode),
      all: people.length,
      reached,
      outcome,
      took,
      endedAt: hour(incident.endedAt),
      endedBy: actorName(incident.endedBy)
    })
  }
  const recordedOn = [...new Set(incident.recordings.map(part => part.node))]
  return (
    <article className='report'>
      <div className='row no-print'>
        <Link to='/command'>← {t('back')}</Link>
        <span className='grow' />
        <KeyButton keys='Alt+C' onPress={() => { void copy(paragraph(), t('copied')) }}>{t('copy')}</KeyButton>
        <KeyButton keys='Alt+Shift+P' type='primary' onPress={() => { print() }}>{t('print')}</KeyButton>
      </div>
      <h2>{incident.drill && `【${t('drill')}】`}{incident.title}</h2>
      <p className='report-sub'>{t('report')} · {t('reportNo')} {incident.number}</p>
      <dl className='report-facts'>
        <dt>{t('place')}</dt><dd>{incident.place || '—'}</dd>
        <dt>{t('level')}</dt><dd>{incident.level || '—'}</dd>
        <dt>{t('plan')}</dt><dd>{plan}</dd>
        <dt>{t('mode')}</dt><dd>{t(incident.mode)}</dd>
        <dt>{t('startedBy')}</dt><dd>{actorName(incident.startedBy)} · {full(incident.startedAt)}</dd>
        <dt>{t('endedBy')}</dt><dd>{actorName(incident.endedBy)} · {full(incident.endedAt)}</dd>
        <dt>{t('took')}</dt><dd>{took}</dd>
        <dt>{t('reached')}</dt><dd><b>{reached}</b> / {people.length}</dd>
        {incident.recordings.length > 0 && (
          <>
            <dt>{t('recordings')}</dt>
            <dd>{t('recordingParts', { n: incident.recordings.length, nodes: recordedOn.join(', ') })}</dd>
          </>
        )}
        <dt>{t('reason')}</dt><dd className='wide'>{incident.reason}</dd>
        <dt>{t('textBeside')}</dt><dd className='wide'>{incident.message}</dd>
        <dt>{t('summary')}</dt><dd className='wide'>{outcomes.map(({ state, names }) => `${state} ${names.length}`).join(' · ')}</dd>
      </dl>
      <h3>{t('members')}</h3>
      <MemberTable members={incident.members} names={names} />
      <h3>{t('timeline')}</h3>
      <Timeline entries={incident.timeline} names={names} />
      <p className='report-foot'>
        {t('signature')}{t('shell:colon')}________________{' '}
        <span className='made'>{t('made')} {full(new Date(now()).toISOString())}</span>
      </p>
    </article>
  )
}

function MemberTable ({ members, names }: { members: readonly Member[], names: ReadonlyMap<string, string> }): ReactNode {
  const { t } = useTranslation('command')
  const unitName = useUnitName()
  return (
    <table className='report-table'>
      <thead>
        <tr>
          <th>{t('name')}</th>
          <th>{t('role')}</th>
          <th>{t('unit')}</th>
          <th>{t('result')}</th>
          <th>{t('joinedAt')}</th>
          <th>{t('leftAt')}</th>
          <th>{t('times')}</th>
        </tr>
      </thead>
      <tbody>
        {members.map(m => (
          <tr key={m.id} data-member={m.name} data-state={m.state}>
            <td>
              {m.name}
              {m.deputyOf !== null && <span className='muted'> {t('deputyOf', { name: names.get(m.deputyOf) ?? '' })}</span>}
            </td>
            <td>{m.roles.join(t('shell:comma'))}</td>
            <td>{unitName(m.unitId)}</td>
            <td>
              <b>{t(m.chair ? 'chairRow' : m.removed ? 'removed' : `member.${m.state}`)}</b>
              {m.lockedOut && ` (${t('lockedOut')})`}
              {m.sameTelephoneAs !== null && ` (${t('sameTelephone', { name: names.get(m.sameTelephoneAs) ?? '' })})`}
              {m.admittedBy !== null && ` (${t('admitted')} ${m.admittedBy})`}
            </td>
            <td className='tabular'>{hour(m.joinedAt)}</td>
            <td className='tabular'>{hour(m.leftAt)}</td>
            <td className='tabular'>{m.joins}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
