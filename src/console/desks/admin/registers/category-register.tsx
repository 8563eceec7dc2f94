import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '../../../api/client.ts'
import type { paths } from '../../../api/api-types.d.ts'
import { every } from '../../../api/closed-lists.ts'
import { useUnitName, type Category } from '../../../directory/directory.ts'
import { urgencies } from '../../../orders/order-lists.ts'
import { header, today, useDay, useReload, useUnitOptions } from './dated-rows.tsx'
import { chosen, numberOrNull, text, textOrNull, type Entered } from './entered.ts'
import { Register } from './register.tsx'

type NewCategory = paths['/api/directory/categories']['post']['requestBody']['content']['application/json']
const kinds = every<Category['kind']>()(['component', 'event'])
const calendars = every<Category['calendar']>()(['clock', 'working'])
const verifications = every<Category['verification']>()(['on-site', 'callback-only'])

/** The first two digits of a category's code are its class. */
const newCategory = (values: Entered): NewCategory => ({
  code: text(values.code),
  classCode: text(values.code).slice(0, 2),
  className: text(values.className),
  classNameEn: text(values.classNameEn),
  name: text(values.name),
  nameEn: text(values.nameEn),
  kind: chosen(kinds, values.kind),
  leadUnitId: textOrNull(values.leadUnitId),
  urgency: chosen(urgencies, values.urgency),
  onSiteMinutes: numberOrNull(values.onSiteMinutes),
  handlingMinutes: Number(values.handlingMinutes),
  calendar: chosen(calendars, values.calendar),
  verification: chosen(verifications, values.verification),
  searchWords: text(values.searchWords),
  validFrom: text(values.validFrom),
  validTo: null
})

/** Categories with their time limits. A change applies from a day on; orders filed earlier keep the limits they were filed under. */
export function CategoryRegister (): ReactNode {
  const { t } = useTranslation('admin')
  const { day, picker } = useDay()
  const read = async (on: string) => (await api.GET('/api/directory/categories', { params: { query: { day: on } } })).data?.items ?? []
  const { data: categories = [] } = useQuery({
    queryKey: ['categories', 'on', day],
    placeholderData: before => before,
    queryFn: async () => await read(day)
  })
  const unitName = useUnitName()
  const options = useUnitOptions()
  const reload = useReload('categories')
  const choice = (name: string, label: string, values: readonly string[], word: (v: string) => string) => ({
    name, label, kind: 'select' as const, required: true, options: values.map(v => ({ value: v, label: word(v) }))
  })
  return (
    <Register<Category>
      name='categories' rows={categories} keyOf={c => c.code} reload={reload} beside={picker} changing={{ validFrom: today() }}
      // What stands on the day from which it is changed.
      read={async ({ validFrom }) => await read(textOrNull(validFrom) ?? day)}
      fresh={{
        kind: 'event',
        urgency: 'normal',
        calendar: 'working',
        verification: 'on-site',
        searchWords: '',
        nameEn: '',
        classNameEn: '',
        validFrom: today()
      }}
      columns={[
        { title: t('code'), dataIndex: 'code' },
        { title: t('className'), dataIndex: 'className' },
        { title: t('name'), dataIndex: 'name' },
        { title: t('lead'), dataIndex: 'leadUnitId', render: (id: string | null) => id === null ? t('kind.town') : unitName(id) },
        { title: t('urgency'), dataIndex: 'urgency', render: (u: string) => t(`order:urgency.${u}`) },
        { title: t('onSite'), dataIndex: 'onSiteMinutes', align: 'right' },
        { title: t('handling'), dataIndex: 'handlingMinutes', align: 'right' },
        { title: t('calendar'), dataIndex: 'calendar', render: (c: string) => t(`calendar.${c}`) },
        { title: t('verification'), dataIndex: 'verification', render: (v: string) => t(`verification.${v}`) },
        { title: t('from'), dataIndex: 'validFrom' },
        { title: t('to'), dataIndex: 'validTo' }
      ]}
      fields={[
        { name: 'code', label: t('code'), required: true, onlyNew: true },
        { name: 'validFrom', label: t('changeFrom'), kind: 'day', required: true },
        { name: 'className', label: t('className'), required: true },
        { name: 'classNameEn', label: t('classNameEn'), required: true },
        { name: 'name', label: t('name'), required: true },
        { name: 'nameEn', label: t('nameEn'), required: true },
        choice('kind', t('kind'), kinds, v => t(v)),
        { name: 'leadUnitId', label: t('lead'), kind: 'select', options },
        choice('urgency', t('urgency'), urgencies, v => t(`order:urgency.${v}`)),
        { name: 'onSiteMinutes', label: t('onSite'), kind: 'number' },
        { name: 'handlingMinutes', label: t('handling'), kind: 'number', required: true },
        choice('calendar', t('calendar'), calendars, v => t(`calendar.${v}`)),
        choice('verification', t('verification'), verifications, v => t(`verification.${v}`)),
        { name: 'searchWords', label: t('words') }
      ]}
      onAdd={async values => { await api.POST('/api/directory/categories', { params: header(), body: newCategory(values) }) }}
      onChange={async (category, { validFrom, ...change }) => {
        await api.PATCH('/api/directory/categories/{code}', {
          params: { path: { code: category.code }, ...header() },
          body: {
            from: String(validFrom),
            change: { ...change, ...('searchWords' in change ? { searchWords: text(change.searchWords) } : {}) }
          }
        })
      }}
      onEnd={async (category, lastDay) => {
        await api.POST('/api/directory/categories/{code}/end',
          { params: { path: { code: category.code }, ...header() }, body: { lastDay } })
      }}
    />
  )
}
