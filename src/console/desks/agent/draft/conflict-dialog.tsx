import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useCategoryName, useUnitName } from '../../../directory/directory.ts'
import { FieldChoices } from '../../../orders/matter/field-choices.tsx'
import type { OrderFields } from '../../../orders/order-types.ts'

const words = {
  title: 'order:title',
  description: 'order:description',
  place: 'order:place',
  occurred: 'order:occurred',
  categoryCode: 'order:category',
  townId: 'order:town',
  urgency: 'order:urgency',
  requestType: 'order:requestType',
  complainantName: 'order:complainant',
  complainantKind: 'order:complainantKind',
  creditCode: 'order:creditCode'
} as const
type Field = keyof typeof words

/** Somebody else changed the same fields of the draft: both versions side by side, a person decides each. */
export function ConflictDialog ({
  mine, theirs, onKeep
}: { mine: OrderFields, theirs: OrderFields, onKeep: (fields: OrderFields) => void }): ReactNode {
  const { t } = useTranslation('order')
  const categoryName = useCategoryName()
  const unitName = useUnitName()
  const reads = (field: Field, value: unknown): string => {
    if (typeof value !== 'string' || value === '') return ''
    switch (field) {
      case 'categoryCode': return categoryName(value, value)
      case 'townId': return unitName(value)
      case 'urgency': return t(`urgency.${value}`)
      case 'requestType': return t(`type.${value}`)
      case 'complainantKind': return t(`kind.${value}`)
      default: return value
    }
  }
  const fields = (Object.keys(words) as Field[]).filter(f => (mine[f] ?? '') !== (theirs[f] ?? ''))
  return (
    <FieldChoices
      rows={fields.map(field => ({
        field,
        word: t(words[field]),
        mine: reads(field, mine[field]),
        theirs: reads(field, theirs[field]),
        proposed: undefined
      }))}
      onTake={chosen => { onKeep({ ...mine, ...Object.fromEntries(fields.filter(f => chosen[f] === 'theirs').map(f => [f, theirs[f]])) }) }}
    />
  )
}
