import { useQuery, useQueryClient } from '@tanstack/react-query'
import { DatePicker } from 'antd'
import dayjs from 'dayjs'
import { useMemo, useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { api, onceKey } from '../../../api/client.ts'
import type { paths } from '../../../api/api-types.d.ts'
import { useNameOf, useUnitName, useUnits, type Category, type Unit } from '../../../directory/directory.ts'
import { local } from '../../../moments/zone.ts'
import { phoneText } from '../../../phone/phone-text.ts'
import { UnallocatedNumbers } from '../../unit/unallocated-numbers.tsx'
import { Register } from './register.tsx'

type Body<P extends keyof paths, M extends string> = paths[P] extends Record<M, {
  requestBody?: { content: { 'application/json': infer B } }
}>
  ? B
  : never
export type Person = paths['/api/directory/people']['get']['responses']['200']['content']['application/json']['items'][number]
const kinds = ['centre', 'town', 'department', 'utility', 'office', 'station'] as const
const phone = (number: string | null): string => phoneText(number ?? '')
const header = (): { header: { 'idempotency-key': string } } => ({ header: onceKey() })

export const useUnitOptions = (): Array<{ value: string, label: string }> => {
  const units = useUnits()
  const nameOf = useNameOf()
  return useMemo(() => units.map(u => ({ value: u.id, label: `${u.id} ${nameOf(u)}` })), [units, nameOf])
}

const today = (): string => local(Date.now()).format('YYYY-MM-DD')

/** The district as it stands on a day: what begins next month can be seen and changed before. */
function useDay (): { day: string, picker: ReactNode } {
  const { t } = useTranslation('admin')
  const [day, setDay] = useState(today)
  return {
    day,
    picker: (
      <label className='row'>
        {t('standsOn')}{' '}
        <DatePicker allowClear={false} value={dayjs(day)} onChange={d => { if (d) setDay(d.format('YYYY-MM-DD')) }} />
      </label>
    )
  }
}

function useReload (...keys: string[]): () => void {
  const queries = useQueryClient()
  return () => { for (const key of keys) void queries.invalidateQueries({ queryKey: [key] }) }
}

/** Units with the days on which they begin and end. */
export function UnitRegister (): ReactNode {
  const { t } = useTranslation('admin')
  const { day, picker } = useDay()
  const { data: units = [] } = useQuery({
    queryKey: ['units', day],
    placeholderData: before => before,
    queryFn: async () => (await api.GET('/api/directory/units', { params: { query: { day } } })).data?.items ?? []
  })
  const unitName = useUnitName()
  const options = useUnitOptions()
  const reload = useReload('units')
  return (
    <Register<Unit>
      rows={units} keyOf={u => u.id} reload={reload} beside={picker} fresh={{ kind: 'department', nameEn: '', validFrom: today() }}
      columns={[
        { title: t('id'), dataIndex: 'id' },
        { title: t('name'), dataIndex: 'name' },
        { title: t('kind'), dataIndex: 'kind', render: (k: string) => t(`kind.${k}`) },
        { title: t('parent'), dataIndex: 'parentId', render: (id: string | null) => unitName(id) },
        { title: t('duty'), dataIndex: 'dutyNumber', render: phone },
        { title: t('from'), dataIndex: 'validFrom' },
        { title: t('to'), dataIndex: 'validTo' }
      ]}
      fields={[
        { name: 'id', label: t('id'), required: true, onlyNew: true },
        { name: 'kind', label: t('kind'), kind: 'select', required: true, options: kinds.map(k => ({ value: k, label: t(`kind.${k}`) })) },
        { name: 'name', label: t('name'), required: true },
        { name: 'nameEn', label: t('nameEn'), required: true },
        { name: 'parentId', label: t('parent'), kind: 'select', options },
        { name: 'areaCode', label: t('area') },
        { name: 'dutyNumber', label: t('duty') },
        { name: 'validFrom', label: t('from'), kind: 'day', required: true },
        { name: 'validTo', label: t('to'), kind: 'day' }
      ]}
      onAdd={async values => {
        await api.POST('/api/directory/units', { params: header(), body: values as Body<'/api/directory/units', 'post'> })
      }}
      onChange={async (unit, values) => {
        await api.PATCH('/api/directory/units/{id}', { params: { path: { id: unit.id }, ...header() }, body: values })
      }}
      onEnd={async (unit, lastDay) => {
        await api.POST('/api/directory/units/{id}/end', { params: { path: { id: unit.id }, ...header() }, body: { lastDay } })
      }}
    />
  )
}

/** Categories with their limits; a change holds from a day on, what was filed before keeps what it was filed under. */
export function CategoryRegister (): ReactNode {
  const { t } = useTranslation('admin')
  const { day, picker } = useDay()
  const { data: categories = [] } = useQuery({
    queryKey: ['categories', 'on', day],
    placeholderData: before => before,
    queryFn: async () => (await api.GET('/api/directory/categories', { params: { query: { day } } })).data?.items ?? []
  })
  const unitName = useUnitName()
  const options = useUnitOptions()
  const reload = useReload('categories')
  const choice = (name: string, label: string, values: string[], word: (v: string) => string) => ({
    name, label, kind: 'select' as const, required: true, options: values.map(v => ({ value: v, label: word(v) }))
  })
  return (
    <Register<Category>
      rows={categories} keyOf={c => c.code} reload={reload} beside={picker} changing={{ validFrom: today() }}
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
        choice('kind', t('kind'), ['component', 'event'], v => t(v)),
        { name: 'leadUnitId', label: t('lead'), kind: 'select', options },
        choice('urgency', t('urgency'), ['normal', 'urgent', 'critical'], v => t(`order:urgency.${v}`)),
        { name: 'onSiteMinutes', label: t('onSite'), kind: 'number' },
        { name: 'handlingMinutes', label: t('handling'), kind: 'number', required: true },
        choice('calendar', t('calendar'), ['clock', 'working'], v => t(`calendar.${v}`)),
        choice('verification', t('verification'), ['on-site', 'callback-only'], v => t(`verification.${v}`)),
        { name: 'searchWords', label: t('words') }
      ]}
      onAdd={async values => {
        const code = String(values.code)
        await api.POST('/api/directory/categories', {
          params: header(),
          body: {
            ...values,
            classCode: code.slice(0, 2),
            searchWords: values.searchWords ?? '',
            validTo: null
          } as Body<'/api/directory/categories', 'post'>
        })
      }}
      onChange={async (category, { validFrom, ...change }) => {
        await api.PATCH('/api/directory/categories/{code}', {
          params: { path: { code: category.code }, ...header() },
          body: {
            from: String(validFrom),
            change: { ...change, ...('searchWords' in change ? { searchWords: (change.searchWords as string | null) ?? '' } : {}) }
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

export function usePeople (): readonly Person[] {
  const { data } = useQuery({ queryKey: ['people'], queryFn: async () => (await api.GET('/api/directory/people')).data?.items ?? [] })
  return data ?? []
}

/** People, their numbers and deputies; who leaves does so on a day. */
export function PeopleRegister (): ReactNode {
  const { t } = useTranslation('admin')
  const { day, picker } = useDay()
  const { data: people = [] } = useQuery({
    queryKey: ['people', day],
    placeholderData: before => before,
    queryFn: async () => (await api.GET('/api/directory/people', { params: { query: { day } } })).data?.items ?? []
  })
  const unitName = useUnitName()
  const options = useUnitOptions()
  const reload = useReload('people')
  return (
    <>
      <UnallocatedNumbers />
      <Register<Person>
        rows={people} keyOf={p => p.id} reload={reload} beside={picker} fresh={{ responsible: false, title: '', validFrom: today() }}
        columns={[
          { title: t('id'), dataIndex: 'id' },
          { title: t('person'), dataIndex: 'name' },
          { title: t('title'), dataIndex: 'title' },
          { title: t('unit'), dataIndex: 'unitId', render: (id: string | null) => unitName(id) },
          { title: t('mobile'), dataIndex: 'mobile', render: phone },
          { title: t('office'), dataIndex: 'office', render: phone },
          { title: t('deputy'), dataIndex: 'deputyId', render: (id: string | null) => people.find(p => p.id === id)?.name ?? id },
          { title: t('responsible'), dataIndex: 'responsible', render: (r: boolean) => r ? '✓' : '' }
        ]}
        fields={[
          { name: 'id', label: t('id'), required: true, onlyNew: true },
          { name: 'name', label: t('person'), required: true },
          { name: 'title', label: t('title'), required: true },
          { name: 'unitId', label: t('unit'), kind: 'select', options },
          { name: 'mobile', label: t('mobile') },
          { name: 'office', label: t('office') },
          { name: 'deputyId', label: t('deputy'), kind: 'select', options: people.map(p => ({ value: p.id, label: `${p.id} ${p.name}` })) },
          { name: 'responsible', label: t('responsible'), kind: 'yes' },
          { name: 'validFrom', label: t('from'), kind: 'day', required: true },
          { name: 'validTo', label: t('to'), kind: 'day' }
        ]}
        onAdd={async values => {
          await api.POST('/api/directory/people', { params: header(), body: values as Body<'/api/directory/people', 'post'> })
        }}
        onChange={async (person, values) => {
          await api.PATCH('/api/directory/people/{id}', { params: { path: { id: person.id }, ...header() }, body: values })
        }}
        onEnd={async (person, lastDay) => {
          await api.POST('/api/directory/people/{id}/end', { params: { path: { id: person.id }, ...header() }, body: { lastDay } })
        }}
      />
    </>
  )
}
