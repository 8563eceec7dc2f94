import { Button, Input, Modal } from 'antd'
import { useEffect, useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { holds, useWho } from '../../api/session.tsx'
import { useActorName } from '../../directory/names.ts'
import { moment } from '../../moments/moments.tsx'
import { useAttempt } from '../../shell/refusals.ts'
import { callbackActions, type Attempt, type Callback } from './callbacks.ts'

/** Every attempt with its answers. Its recording is played after a reason is given; reason and listener are audited. */
export function AttemptList ({ callback }: { callback: Callback }): ReactNode {
  const { t } = useTranslation('callbacks')
  const actorName = useActorName()
  const attempt = useAttempt()
  const may = holds(useWho(), 'CALLBACK_OFFICER', 'SHIFT_LEADER', 'SUPERVISOR')
  const [wanted, setWanted] = useState<number | null>(null)
  const [why, setWhy] = useState('')
  const [playing, setPlaying] = useState<{ attempt: number, url: string } | null>(null)
  useEffect(() => () => { if (playing) URL.revokeObjectURL(playing.url) }, [playing])
  const answers = (a: Attempt): string => [
    a.answers.contacted == null ? '' : `${t('contactedQ')} ${t(a.answers.contacted ? 'order:yes' : 'order:no')}`,
    a.answers.solved == null ? '' : `${t('solvedQ')} ${t(`order:${a.answers.solved}`)}`,
    a.answers.grade == null ? '' : t(`order:grade.${a.answers.grade}`)
  ].filter(x => x !== '').join(' · ')
  const listen = async (): Promise<void> => {
    if (wanted === null) return
    const went = await attempt(async () => {
      const recording = await callbackActions.recording(callback.id, wanted, why.trim())
      setPlaying({ attempt: wanted, url: URL.createObjectURL(recording) })
    })
    if (went) setWanted(null)
  }
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
              {a.answered && may && <Button size='small' onClick={() => { setWhy(''); setWanted(a.attempt) }}>{t('listen')}</Button>}
            </span>
            {answers(a) !== '' && <div className='small'>{answers(a)}</div>}
            {playing?.attempt === a.attempt && <audio controls autoPlay src={playing.url} aria-label={t('listen')} />}
          </li>
        ))}
      </ul>
      <Modal
        open={wanted !== null}
        title={t('listen')}
        okText={t('listen')}
        okButtonProps={{ disabled: why.trim().length < 2 }}
        onCancel={() => { setWanted(null) }}
        onOk={() => { void listen() }}
      >
        <Input
          autoFocus
          value={why}
          maxLength={400}
          aria-label={t('listenWhy')}
          placeholder={t('listenHint')}
          onChange={e => { setWhy(e.target.value) }}
          onPressEnter={() => { if (why.trim().length >= 2) void listen() }}
        />
        <p className='muted small'>{t('listenWhy')}</p>
      </Modal>
    </section>
  )
}
