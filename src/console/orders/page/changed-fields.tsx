import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useCategoryName, useUnitName } from '../../directory/directory.ts'
import type { Order } from '../order-types.ts'
import { fieldWord } from '../words/field-words.ts'

interface Changed { field: string, from: unknown, to: unknown }

/** The fields a correction changed, with old and new values if the reader may see them. */
export function ChangedFields ({ detail }: { detail: Order['timeline'][number]['detail'] }): ReactNode {
  const { t } = useTranslation('order')
  const unitName = useUnitName()
  const categoryName = useCategoryName()
  if (!Array.isArray(detail.changed)) return null
  const said = (field: string, value: unknown): string => {
    if (value === null || value === undefined || value === '') return '—'
    if (typeof value === 'boolean') return t(value ? 'yes' : 'no')
    if (Array.isArray(value)) return value.map(mark => t(`mark.${String(mark)}`, String(mark))).join('、') || '—'
    switch (field) {
      case 'requestType': return t(`type.${String(value)}`)
      case 'urgency': return t(`urgency.${String(value)}`)
      case 'categoryCode': return categoryName(String(value), String(value))
      case 'townId': case 'aboutUnitId': return unitName(String(value))
      default: return String(value)
    }
  }
  return (
    <>
      {(detail.changed as Changed[]).map(({ field, from, to }) => (
        <div key={field} className='words'>
          {t(fieldWord(field))}: {from === null && to === null ? t('notShown') : `${said(field, from)} → ${said(field, to)}`}
        </div>
      ))}
    </>
  )
}
