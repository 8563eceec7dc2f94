import { Select } from 'antd'
import { useMemo, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useSearchParams } from 'react-router'
import type { paths } from '../../../api/api-types.d.ts'
import { every } from '../../../api/closed-lists.ts'
import { useCategories, useChannels, useNameOf, useUnits } from '../../../directory/directory.ts'
import { orderStates, requestTypes, urgencies } from '../../../orders/order-lists.ts'
import '../../../orders/words/order-words.ts'
import { KeyButton } from '../../../shell/shortcuts.tsx'

export type FiguresFilter = NonNullable<paths['/api/boards/orders']['get']['parameters']['query']>
const spans = every<NonNullable<FiguresFilter['span']>>()(['today', 'yesterday', 'week', 'month'])
const fields = ['townId', 'unitId', 'categoryCode', 'state', 'channel', 'requestType', 'urgency', 'overtime'] as const
/** A draft is in no figure. */
const states = orderStates.filter(state => state !== 'DRAFT')

// Not figures: in a call those put a citizen through to the emergency centres.
const spanKeys = ['Y', 'U', 'I', 'O']

/** The filter is in the address, so that it can be sent and returned to. The API refuses a word it does not know. */
export function useFiguresFilter (): { filter: FiguresFilter, change: (field: string, value: string | undefined) => void } {
  const [query, setQuery] = useSearchParams()
  const filter = useMemo((): FiguresFilter => {
    const asked: Record<string, unknown> = { span: spans.find(s => s === query.get('span')) ?? 'today' }
    for (const field of fields) {
      const value = query.get(field)
      if (value) asked[field] = field === 'overtime' ? value === 'true' : value
    }
    return asked as FiguresFilter
  }, [query])
  const change = (field: string, value: string | undefined): void => {
    const next = new URLSearchParams(query)
    if (value === undefined) next.delete(field)
    else next.set(field, value)
    setQuery(next, { replace: true })
  }
  return { filter, change }
}

/** Days and fields by which the figures are filtered. */
export function FilterRow ({ filter, change }: ReturnType<typeof useFiguresFilter>): ReactNode {
  const { t } = useTranslation('supervise')
  const units = useUnits()
  const categories = useCategories()
  const channels = useChannels()
  const nameOf = useNameOf()
  const choose = (field: typeof fields[number], word: string, options: Array<{ value: string, label: string }>): ReactNode => (
    <Select
      key={field}
      allowClear
      showSearch
      optionFilterProp='label'
      className='asks-field'
      placeholder={t(word)}
      aria-label={t(word)}
      value={filter[field] === undefined ? null : String(filter[field])}
      onChange={(v: string | undefined) => { change(field, v ?? undefined) }}
      options={options}
    />
  )
  const ofOrder = (kind: string, values: readonly string[]): Array<{ value: string, label: string }> =>
    values.map(v => ({ value: v, label: t(`order:${kind}.${v}`) }))
  const classes = useMemo(
    () => [
      ...new Map(categories.map(c => [c.classCode, nameOf({ name: c.className, nameEn: c.classNameEn })]))
    ].map(([value, label]) => ({ value, label: `${value} ${label}` })),
    [categories, nameOf]
  )
  const towns = units.filter(u => u.kind === 'town').map(u => ({ value: u.id, label: nameOf(u) }))
  return (
    <div className='row'>
      <span className='spans' role='group' aria-label={t('span')}>
        {spans.map((s, i) => (
          <KeyButton
            key={s}
            keys={`Alt+Shift+${spanKeys[i] ?? ''}`}
            type={filter.span === s ? 'primary' : 'default'}
            onPress={() => { change('span', s) }}
          >
            {t(s)}
          </KeyButton>
        ))}
      </span>
      {choose('townId', 'order:town', towns)}
      {choose('unitId', 'order:unit', units.filter(u => u.kind !== 'centre').map(u => ({ value: u.id, label: nameOf(u) })))}
      {choose('categoryCode', 'category', [...classes, ...categories.map(c => ({ value: c.code, label: `${c.code} ${nameOf(c)}` }))])}
      {choose('state', 'order:state', ofOrder('state', states))}
      {choose('channel', 'order:channel', channels.map(c => ({ value: c.code, label: nameOf(c) })))}
      {choose('requestType', 'order:requestType', ofOrder('type', requestTypes))}
      {choose('urgency', 'order:urgency', ofOrder('urgency', urgencies))}
      {choose('overtime', 'overtime', [{ value: 'true', label: t('yes') }, { value: 'false', label: t('no') }])}
    </div>
  )
}
