import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '../../../api/client.ts'
import type { paths } from '../../../api/api-types.d.ts'
import { useUnitName } from '../../../directory/directory.ts'
import { UnallocatedNumbers } from '../../unit/unallocated-numbers.tsx'
import { header, phone, today, useDay, useReload, useUnitOptions } from './dated-rows.tsx'
import { text, textOrNull, type Entered } from './entered.ts'
import { Register } from './register.tsx'

type Person = paths['/api/directory/people']['get']['responses']['200']['content']['application/json']['items'][number]
type NewPerson = paths['/api/directory/people']['post']['requestBody']['content']['application/json']

const newPerson = (values: Entered): NewPerson => ({
  id: text(values.id),
  name: text(values.name),
  title: text(values.title),
  unitId: textOrNull(values.unitId),
  mobile: textOrNull(values.mobile),
  office: textOrNull(values.office),
  deputyId: textOrNull(values.deputyId),
  responsible: values.responsible === true,
  validFrom: text(values.validFrom),
  validTo: textOrNull(values.validTo)
})

export function usePeople (): readonly Person[] {
  const { data } = useQuery({ queryKey: ['people'], queryFn: async () => (await api.GET('/api/directory/people')).data?.items ?? [] })
  return data ?? []
}

/** People, their numbers and deputies; a person who leaves ends on a day. */
export function PeopleRegister (): ReactNode {
  const { t } = useTranslation('admin')
  const { day, picker } = useDay()
  const read = async () => (await api.GET('/api/directory/people', { params: { query: { day } } })).data?.items ?? []
  const { data: people = [] } = useQuery({
    queryKey: ['people', day],
    placeholderData: before => before,
    queryFn: read
  })
  const unitName = useUnitName()
  const options = useUnitOptions()
  const reload = useReload('people')
  return (
    <>
      <UnallocatedNumbers />
      <Register<Person>
        name='people'
        rows={people} keyOf={p => p.id} read={read} reload={reload} beside={picker}
        fresh={{ responsible: false, title: '', validFrom: today() }}
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
          await api.POST('/api/directory/people', { params: header(), body: newPerson(values) })
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
