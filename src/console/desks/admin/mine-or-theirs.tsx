import { Alert, Button } from 'antd'
import { useEffect, useRef, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import './knowledge/article-words.ts'

/**
 * Two versions of the same fields side by side: a person keeps their own (用我的) or the other's (用对方的). The question comes into view
 * by itself and takes the focus: the field that was written in may be far below it.
 */
export function MineOrTheirs ({ title, rows, cell = {}, onKeep }: {
  title: string
  rows: ReadonlyArray<{ name: string, label: string, mine: string, theirs: string }>
  /** how the words of both stand in their cells */
  cell?: { className?: string, lang?: string }
  onKeep: (whose: 'mine' | 'theirs') => void
}): ReactNode {
  const { t } = useTranslation('admin')
  const question = useRef<HTMLDivElement>(null)
  useEffect(() => {
    question.current?.scrollIntoView({ block: 'nearest' })
    question.current?.focus({ preventScroll: true })
  }, [])
  return (
    <div ref={question} className='question' tabIndex={-1}>
      <Alert
        type='warning' style={{ marginBottom: 12 }} title={title}
        description={
          <>
            <div className='versions'>
              <table className='plain-table admin-table'>
                <thead>
                  <tr><th scope='col' aria-label={t('part')} /><th scope='col'>{t('mine')}</th><th scope='col'>{t('theirs')}</th></tr>
                </thead>
                <tbody>
                  {rows.map(row => (
                    <tr key={row.name}>
                      <th scope='row'>{row.label}</th>
                      <td {...cell}>{row.mine}</td>
                      <td {...cell}>{row.theirs}</td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
            <span className='row'>
              <Button onClick={() => { onKeep('mine') }}>{t('keepMine')}</Button>
              <Button onClick={() => { onKeep('theirs') }}>{t('keepTheirs')}</Button>
            </span>
          </>
        }
      />
    </div>
  )
}
