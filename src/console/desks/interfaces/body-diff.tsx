import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { lineDiff } from './line-diff.ts'

/** JSON as a person reads it; what is none stays as it is. */
export function readable (body: string): string {
  try {
    return JSON.stringify(JSON.parse(body), null, 2)
  } catch {
    return body
  }
}

/** What was taken out of a body, and what was put in. */
export function Diff ({ before, after }: { before: string, after: string }): ReactNode {
  const { t } = useTranslation('interfaces')
  return (
    <pre className='delivery-body' aria-label={t('diff')}>
      {lineDiff(before.split('\n'), after.split('\n')).map(({ sign, line }, i) => (
        <div key={i} className={sign === '+' ? 'diff-new' : sign === '-' ? 'diff-old' : ''}>{sign} {line}</div>
      ))}
    </pre>
  )
}
