import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { holds, useWho } from '../../api/session.tsx'
import { useActorName } from '../../directory/names.ts'
import { moment } from '../../moments/moments.tsx'
import { Listen } from '../../orders/recordings/listen.tsx'
import { callbackActions, type Attempt, type Callback } from './callbacks.ts'

/** Every attempt with its answers. Its recording is played after a reason is given; reason and listener are audited. */
export function AttemptList ({ callback }: { callback: Callback }): ReactNode {
  const { t } = useTranslation('callbacks')
  const actorName = useActorName()
  const may = holds(useWho(), 'CALLBACK_OFFICER', 'SHIFT_LEADER', 'SUPERVISOR')
  const answers = (a: Attempt): string => [
    a.answers.contacted == null ? '' : `${t('contactedQ')} ${t(a.answers.contacted ? 'order:yes' : 'order:no')}`,
    a.answers.solved == null ? '' : `${t('solvedQ')} ${t(`order:${a.answers.solved}`)}`,
    a.answers.grade == null ? '' : t(`order:grade.${a.answers.grade}`)
  ].filter(x => x !== '').join(' · ')
  return (
    <section className='box' aria-label={t('attemptList')}>
      <h3>{t('attemptList')}</h3>
      <ul className='list-plain'>
        {callback.attemptList.map(a => (
          <li key={a.attempt}>
            <span className='row'>
              <b>{a.attempt}</b><span className='tabular'>{moment(a.startedAt)}</span><span>{t(`method.${a.method}`)}</span>
              {a.outcome !== null && <span>{t([`o.${a.outcome}`, `leg:${a.outcome}`], a.outcome)}</span>}
              {a.person && <b>{t('pressedZero')}</b>}
              <span className='muted small'>{actorName(a.actor)}</span>
              {a.answered && may && (
                <Listen name={t('listen')} read={async reason => await callbackActions.recording(callback.id, a.attempt, reason)} />
              )}
            </span>
            {answers(a) !== '' && <div className='small'>{answers(a)}</div>}
          </li>
        ))}
      </ul>
    </section>
  )
}
