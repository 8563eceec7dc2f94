import { Input, Select } from 'antd'
import { useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { KeyButton } from '../../shell/shortcuts.tsx'
import { reasons, type Callback, type Reason } from './callbacks.ts'

/** What becomes of a bad answer: explained, or back to the unit; within one working day it re-opens by itself. */
export function Decision ({ callback, onDecide }: { callback: Callback, onDecide: (verb: 'explain' | 'rework', reason: Reason, explanation: string) => Promise<void> }): ReactNode {
  const { t } = useTranslation('callbacks')
  const [reason, setReason] = useState<Reason | null>(callback.reason)
  const [explanation, setExplanation] = useState('')
  const ready = reason !== null && explanation.trim() !== ''
  const decide = (verb: 'explain' | 'rework') => () => { if (reason !== null) void onDecide(verb, reason, explanation.trim()) }
  return (
    <section className='box questions' aria-label={t('decide')}>
      <h3>{t('decide')}</h3>
      <div className='question'><span>{t('reason')}</span><Select aria-label={t('reason')} style={{ width: 160 }} value={reason} onChange={setReason} options={reasons.map(r => ({ value: r, label: t(`reason.${r}`) }))} /></div>
      <Input.TextArea autoSize={{ minRows: 2 }} maxLength={1000} aria-label={t('explanation')} placeholder={t('explanation')} value={explanation} onChange={e => { setExplanation(e.target.value) }} />
      <div className='row'>
        <KeyButton keys='Alt+Shift+E' disabled={!ready} onPress={decide('explain')}>{t('explain')}</KeyButton>
        <KeyButton keys='Alt+Shift+R' disabled={!ready} onPress={decide('rework')}>{t('rework')}</KeyButton>
      </div>
    </section>
  )
}
