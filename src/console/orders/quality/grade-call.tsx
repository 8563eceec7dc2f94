import './quality-words.ts'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Button, Input } from 'antd'
import { useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { now } from '../../moments/now.ts'
import { local } from '../../moments/zone.ts'
import { useFeed } from '../../feed/feed.ts'
import { useAttempt } from '../../shell/refusals.ts'
import { GradingCard } from './grading-card.tsx'
import { isComplete, PointsForm, totalOf } from './points-form.tsx'
import { formOf, qualityActions, readForms, readGrading, type Form, type Points } from './quality.ts'

/** The grading of a call that somebody hears, or the form to grade it by. */
export function GradeCall ({ callId }: { callId: string }): ReactNode {
  const queries = useQueryClient()
  const { data: grading } = useQuery({ queryKey: ['quality', callId], queryFn: async () => await readGrading(callId) })
  const { data: forms = [] } = useQuery({ queryKey: ['quality-forms'], queryFn: readForms })
  useFeed(['quality.'], () => { void queries.invalidateQueries({ queryKey: ['quality'] }) })
  const form = formOf(forms, local(now()).format('YYYY-MM-DD'))
  if (grading) return <GradingCard grading={grading} />
  return grading === null && form ? <NewGrading key={form.id} callId={callId} form={form} /> : null
}

function NewGrading ({ callId, form }: { callId: string, form: Form }): ReactNode {
  const { t } = useTranslation('quality')
  const attempt = useAttempt()
  const queries = useQueryClient()
  const [points, setPoints] = useState<Points>({})
  const [remark, setRemark] = useState('')
  const [busy, setBusy] = useState(false)
  const save = async (): Promise<void> => {
    setBusy(true)
    await attempt(async () => { await qualityActions.grade(callId, points, remark.trim()) }, t('saved'))
    // Also when refused: somebody else may have graded it.
    await queries.invalidateQueries({ queryKey: ['quality'] })
    setBusy(false)
  }
  return (
    <section className='box' aria-label={t('grade')}>
      <h4>{t('grade')}</h4>
      <PointsForm questions={form.questions} points={points} onChange={setPoints} />
      <Input.TextArea
        rows={2}
        maxLength={1000}
        aria-label={t('remark')}
        placeholder={t('remark')}
        value={remark}
        onChange={e => { setRemark(e.target.value) }}
      />
      <div className='row'>
        <span>{t('total')} <b className='tabular'>{totalOf(points)}</b></span>
        <Button type='primary' size='small' disabled={!isComplete(form.questions, points)} loading={busy} onClick={() => { void save() }}>
          {t('save')}
        </Button>
      </div>
    </section>
  )
}
