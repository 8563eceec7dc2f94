import { Alert, Button } from 'antd'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import './knowledge/article-words.ts'

/** Two versions of the same fields side by side: a person keeps their own (用我的) or the other's (用对方的). */
export function MineOrTheirs ({ title, rows, cell = {}, onKeep }: {
  title: string
  rows: ReadonlyArray<{ name: string, label: string, mine: string, theirs: string }>
  /** how the words of both stand in their cells */
  cell?: { className?: string, lang?: string }
  onKeep: (whose: 'mine' | 'theirs') => void
}): ReactNode {
  const { t } = useTranslation('admin')
  return (
    <Alert
      type='warning' style={{ marginBottom: 12 }} title={title}
      description={
        <>
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
          <span className='row'>
            <Button onClick={() => { onKeep('mine') }}>{t('keepMine')}</Button>
            <Button onClick={() => { onKeep('theirs') }}>{t('keepTheirs')}</Button>
          </span>
        </>
      }
    />
  )
}
