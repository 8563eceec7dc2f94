import { Input } from 'antd'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { KeyButton } from '../../shell/shortcuts.tsx'
import type { Reason } from './callbacks.ts'
import type { Noted, Notes } from './notes.ts'
import { ReasonKeys } from './reason-keys.tsx'

interface DecisionProps {
  noted: Noted
  note: (change: Notes) => void
  onDecide: (verb: 'explain' | 'rework', reason: Reason, explanation: string) => void
}

/** Decides on a bad answer: explained, or back to the unit. After one working day without a decision the order is reopened. */
export function Decision ({ noted: { reason, explanation }, note, onDecide }: DecisionProps): ReactNode {
  const { t } = useTranslation('callbacks')
  const ready = reason !== null && explanation.trim() !== ''
  const decide = (verb: 'explain' | 'rework') => () => { if (reason !== null) onDecide(verb, reason, explanation.trim()) }
  return (
    <section className='box questions' aria-label={t('decide')}>
      <h3>{t('decide')}</h3>
      <ReasonKeys reason={reason} onReason={r => { note({ reason: r }) }} />
      <Input.TextArea
        autoSize={{ minRows: 2 }}
        maxLength={1000}
        aria-label={t('explanation')}
        placeholder={t('explanation')}
        value={explanation}
        onChange={e => { note({ explanation: e.target.value }) }}
      />
      <div className='row'>
        <KeyButton keys='Alt+Shift+E' disabled={!ready} onPress={decide('explain')}>{t('explain')}</KeyButton>
        <KeyButton keys='Alt+Shift+R' disabled={!ready} onPress={decide('rework')}>{t('rework')}</KeyButton>
      </div>
    </section>
  )
}
