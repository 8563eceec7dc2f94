import { Input } from 'antd'
import { useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { KeyButton } from '../../shell/shortcuts.tsx'
import type { Answers } from './callbacks.ts'
import type { Noted, Notes } from './notes.ts'
import { ReasonKeys } from './reason-keys.tsx'

interface QuestionsProps {
  noted: Noted
  unsaved: boolean
  note: (change: Notes) => void
  /** the reason is asked for below, with the decision */
  decided: boolean
  onSave: (answers: Omit<Answers, 'callId' | 'calledIn'>) => Promise<boolean>
}

/** The three questions in order. With Alt and Shift, each row of letters on the keyboard answers one of them. */
export function Questions ({
  noted: { contacted, solved, grade, freeWords, reason }, unsaved, note, decided, onSave
}: QuestionsProps): ReactNode {
  const { t } = useTranslation('callbacks')
  const [busy, setBusy] = useState(false)
  const bad = solved === 'partly' || solved === 'no' || (grade !== null && grade <= 2)
  const key = (on: boolean) => ({ type: on ? 'primary' as const : 'default' as const, 'aria-pressed': on })
  const save = async (): Promise<void> => {
    if (solved === null) return
    setBusy(true)
    await onSave({ contacted, solved, grade, freeWords: freeWords.trim() === '' ? null : freeWords.trim(), reason: bad ? reason : null })
    setBusy(false)
  }
  return (
    <section className='box questions' aria-label={t('asked')}>
      <h3>{t('asked')}</h3>
      <div className='question' role='group' aria-label={t('contactedQ')}><span>1 {t('contactedQ')}</span>
        {([['yes', true, 'Alt+Shift+Q'], ['no', false, 'Alt+Shift+W']] as const).map(([word, value, keys]) => (
          <KeyButton key={word} keys={keys} {...key(contacted === value)} onPress={() => { note({ contacted: value }) }}>
            {t(`order:${word}`)}
          </KeyButton>
        ))}
      </div>
      <div className='question' role='group' aria-label={t('solvedQ')}><span>2 {t('solvedQ')}</span>
        {([['yes', 'Alt+Shift+A'], ['partly', 'Alt+Shift+S'], ['no', 'Alt+Shift+D']] as const).map(([value, keys]) => (
          <KeyButton key={value} keys={keys} {...key(solved === value)} onPress={() => { note({ solved: value }) }}>
            {t(`order:${value}`)}
          </KeyButton>
        ))}
      </div>
      <div className='question' role='group' aria-label={t('gradeQ')}><span>3 {t('gradeQ')}</span>
        {([
          [5, 'Alt+Shift+Z'], [4, 'Alt+Shift+X'], [3, 'Alt+Shift+C'], [2, 'Alt+Shift+V'], [1, 'Alt+Shift+B']
        ] as const).map(([value, keys]) => (
          <KeyButton
            key={value}
            keys={keys}
            {...key(grade === value)}
            onPress={() => { note({ grade: grade === value ? null : value }) }}
          >
            {t(`order:grade.${value}`)}
          </KeyButton>
        ))}
        {grade === null && solved !== null && <span className='muted'>{t('wouldNot')}</span>}
      </div>
      {bad && !decided && <ReasonKeys reason={reason} onReason={r => { note({ reason: r }) }} />}
      <Input.TextArea
        autoSize={{ minRows: 2 }}
        maxLength={1000}
        aria-label={t('words')}
        placeholder={t('words')}
        value={freeWords}
        onChange={e => { note({ freeWords: e.target.value }) }}
      />
      <span className='row'>
        <KeyButton
          keys='Ctrl+Enter'
          type='primary'
          loading={busy}
          disabled={solved === null || busy}
          onPress={() => { void save() }}
        >
          {t('save')}
        </KeyButton>
        {unsaved && <span className='muted'>{t('unsaved')}</span>}
      </span>
    </section>
  )
}
