import './quality-words.ts'
import { useQueryClient } from '@tanstack/react-query'
import { Button, Input } from 'antd'
import { useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { holds, useWho } from '../../api/session.tsx'
import { useActorName } from '../../directory/names.ts'
import { moment } from '../../moments/moments.tsx'
import { useAttempt } from '../../shell/refusals.ts'
import { isComplete, PointsForm, totalOf } from './points-form.tsx'
import { qualityActions, type Grading, type Points } from './quality.ts'

/** One grading: points, remark, the agent's objection and its decision; with the next step for the one whose it is. */
export function GradingCard ({ grading: g }: { grading: Grading }): ReactNode {
  const { t, i18n } = useTranslation('quality')
  const who = useWho()
  const actorName = useActorName()
  const mine = g.agent === who.login
  const decides = !mine && g.gradedBy !== who.login && holds(who, 'SUPERVISOR', 'SHIFT_LEADER')
  return (
    <section className='box' aria-label={t('title')}>
      <div className='row'>
        <b className='tabular'>{g.total}</b>
        <span className={g.passed ? 'muted' : 'late-word'}>{t(g.passed ? 'pass' : 'fail')}</span>
        <span>{t('agent')} {actorName(g.agent)}</span>
        <span className='muted small tabular'>{t('call')} {moment(g.offeredAt)}</span>
        <span className='muted small'>{t('gradedBy')} {actorName(g.gradedBy)} {moment(g.gradedAt)}</span>
      </div>
      <div className='small'>
        {g.questions.map(q => `${i18n.language === 'en' ? q.nameEn : q.name} ${g.scores[q.code] ?? 0}/${q.points}`).join(' · ')}
      </div>
      {g.remark !== '' && <p className='words'>{g.remark}</p>}
      {g.objection !== null && <p className='words'><b>{t('object')}</b> {g.objection}</p>}
      {g.decision !== null && (
        <p className='words'>
          <b>{t(`quality.decision.${g.decision}`)}</b> {g.decisionReason}{' '}
          <span className='muted small'>{actorName(g.decidedBy ?? '')} {moment(g.decidedAt)}</span>
        </p>
      )}
      {g.objection !== null && g.decision === null && (decides ? <Decide grading={g} /> : <p className='muted small'>{t('objected')}</p>)}
      {mine && g.objection === null && <ObjectTo grading={g} />}
    </section>
  )
}

function ObjectTo ({ grading }: { grading: Grading }): ReactNode {
  const { t } = useTranslation('quality')
  const attempt = useAttempt()
  const queries = useQueryClient()
  const [reason, setReason] = useState('')
  const send = async (): Promise<void> => {
    await attempt(async () => { await qualityActions.object(grading.callId, reason.trim()) })
    await queries.invalidateQueries({ queryKey: ['quality'] })
  }
  return (
    <div className='row'>
      <Input
        size='small'
        value={reason}
        maxLength={1000}
        aria-label={t('objection')}
        placeholder={t('objection')}
        onChange={e => { setReason(e.target.value) }}
      />
      <Button size='small' disabled={reason.trim().length < 2} onClick={() => { void send() }}>{t('object')}</Button>
    </div>
  )
}

function Decide ({ grading }: { grading: Grading }): ReactNode {
  const { t } = useTranslation('quality')
  const attempt = useAttempt()
  const queries = useQueryClient()
  const [points, setPoints] = useState<Points>(grading.scores)
  const [reason, setReason] = useState('')
  const changed = grading.questions.some(q => points[q.code] !== grading.scores[q.code])
  const send = async (scores: Points | null): Promise<void> => {
    await attempt(async () => { await qualityActions.decide(grading.callId, reason.trim(), scores) })
    await queries.invalidateQueries({ queryKey: ['quality'] })
  }
  const unready = reason.trim().length < 2
  return (
    <>
      <PointsForm questions={grading.questions} points={points} onChange={setPoints} />
      <div className='row'>
        <Input
          size='small'
          value={reason}
          maxLength={1000}
          aria-label={t('decisionReason')}
          placeholder={t('decisionReason')}
          onChange={e => { setReason(e.target.value) }}
        />
        <Button size='small' disabled={unready} onClick={() => { void send(null) }}>{t('keep')}</Button>
        <Button
          size='small'
          disabled={unready || !changed || !isComplete(grading.questions, points)}
          onClick={() => { void send(points) }}
        >
          {t('change')} {totalOf(points)}
        </Button>
      </div>
    </>
  )
}
