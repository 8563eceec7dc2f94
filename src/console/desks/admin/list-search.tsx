import { Input } from 'antd'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'

interface ListSearchProps {
  said: string
  onSaid: (said: string) => void
  /** entries shown, and all */
  shown: number
  all: number
  /** other filters and keys of the list */
  children?: ReactNode
}

/** The row above a list: a search field, what else narrows or adds, and how many are shown of how many. */
export function ListSearch ({ said, onSaid, shown, all, children }: ListSearchProps): ReactNode {
  const { t } = useTranslation('admin')
  return (
    <div className='row'>
      <Input.Search
        allowClear
        value={said}
        placeholder={t('search')}
        aria-label={t('search')}
        style={{ width: 260 }}
        onChange={e => { onSaid(e.target.value) }}
      />
      {children}
      <span className='muted'>{shown} / {all}</span>
    </div>
  )
}
