import { Input, Select } from 'antd'
import { useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { KeyButton } from '../../shell/shortcuts.tsx'
import { reasons, type Callback, type Reason, type Solved } from './callbacks.ts'

interface Answers { contacted: boolean | null, solved: Solved, grade: number | null, freeWords: string | null, reason: Reason | null }

/** The three questions as they are asked; with Alt and Shift three rows of the keyboard answer them while the citizen talks. */
export function Questions ({ callback, onSave }: { callback: Callback, onSave: (answers: Answers) => Promise<boolean> }): ReactNode {
  const { t } = useTranslation('callbacks')
  const [contacted, setContacted] = useState(callback.contacted)
  const [solved, setSolved] = useState(callback.solved)
  const [grade, setGrade] = useState<number | null>(callback.grade)
  const [words, setWords] = useState(callback.freeWords ?? '')
  const [reason, setReason] = useState<Reason | null>(callback.reason)
  const [busy, setBusy] = useState(false)
  const bad = solved === 'partly' || solved === 'no' || (grade !== null && grade <= 2)
  const key = (on: boolean) => ({ type: on ? 'primary' as const : 'default' as const, 'aria-pressed': on })
  const save = async (): Promise<void> => {
    if (solved === null) return
    setBusy(true)
    await onSave({ contacted, solved, grade, freeWords: words.trim() === '' ? null : words.trim(), reason: bad ? reason : null })
    setBusy(false)
  }
  return (
    <section className='box questions' aria-label={t('asked')}>
      <h3>{t('asked')}</h3>
      <div className='question'><span>1 {t('contactedQ')}</span>
        <KeyButton keys='Alt+Shift+Q' {...key(contacted === true)} onPress={() => { setContacted(true) }}>{t('yes')}</KeyButton>
        <KeyButton keys='Alt+Shift+W' {...key(contacted === false)} onPress={() => { setContacted(false) }}>{t('no')}</KeyButton>
      </div>
      <div className='question'><span>2 {t('solvedQ')}</span>
        {([['yes', 'Alt+Shift+A', 'yes'], ['partly', 'Alt+Shift+S', 'partly'], ['no', 'Alt+Shift+D', 'no']] as const).map(([value, keys, word]) => <KeyButton key={value} keys={keys} {...key(solved === value)} onPress={() => { setSolved(value) }}>{t(word)}</KeyButton>)}
      </div>
      <div className='question'><span>3 {t('gradeQ')}</span>
        {([[5, 'Alt+Shift+Z'], [4, 'Alt+Shift+X'], [3, 'Alt+Shift+C'], [2, 'Alt+Shift+V'], [1, 'Alt+Shift+B']] as const).map(([value, keys]) => <KeyButton key={value} keys={keys} {...key(grade === value)} onPress={() => { setGrade(grade === value ? null : value) }}>{t(`grade${value}`)}</KeyButton>)}
        {grade === null && <span className='muted'>{t('wouldNot')}</span>}
      </div>
      {bad && <div className='question'><span>{t('reason')}</span><Select allowClear aria-label={t('reason')} style={{ width: 160 }} value={reason} onChange={r => { setReason(r ?? null) }} options={reasons.map(r => ({ value: r, label: t(`reason.${r}`) }))} /></div>}
      <Input.TextArea autoSize={{ minRows: 2 }} maxLength={1000} aria-label={t('words')} placeholder={t('words')} value={words} onChange={e => { setWords(e.target.value) }} />
      <KeyButton keys='Ctrl+Enter' type='primary' loading={busy} disabled={solved === null || busy} onPress={() => { void save() }}>{t('save')}</KeyButton>
    </section>
  )
}
