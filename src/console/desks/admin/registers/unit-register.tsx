import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '../../../api/client.ts'
import type { paths } from '../../../api/api-types.d.ts'
import { every } from '../../../api/closed-lists.ts'
import { useUnitName, type Unit } from '../../../directory/directory.ts'
import { header, phone, today, useDay, useReload, useUnitOptions } from './dated-rows.tsx'
import { chosen, text, textOrNull, type Entered } from './entered.ts'
import { Register } from './register.tsx'

type NewUnit = paths['/api/directory/units']['post']['requestBody']['content']['application/json']
const kinds = every<Unit['kind']>()(['centre', 'town', 'department', 'utility', 'office', 'station'])

const newUnit = (values: Entered): NewUnit => ({
  id: text(values.id),
  kind: chosen(kinds, values.kind),
  name: text(values.name),
  nameEn: text(values.nameEn),
  parentId: textOrNull(values.parentId),
  government: values.government !== false,
  areaCode: textOrNull(values.areaCode),
  dutyNumber: textOrNull(values.dutyNumber),
  validFrom: text(values.validFrom),
  validTo: textOrNull(values.validTo)
})

/** Units with the days on which they begin and end. */
export function UnitRegister (): ReactNode {
  const { t } = useTranslation('admin')
  const { day, picker } = useDay()
  const read = async () => (await api.GET('/api/directory/units', { params: { query: { day } } })).data?.items ?? []
  const { data: units = [] } = useQuery({
    queryKey: ['units', day],
    placeholderData: before => before,
    queryFn: read
  })
  const unitName = useUnitName()
  const options = useUnitOptions()
  const reload = useReload('units')
  return (
    <Register<Unit>
      name='units'
      rows={units} keyOf={u => u.id} read={read} reload={reload} beside={picker}
      fresh={{ kind: 'department', nameEn: '', government: true, validFrom: today() }}
      columns={[
        { title: t('id'), dataIndex: 'id' },
        { title: t('name'), dataIndex: 'name' },
        { title: t('kind'), dataIndex: 'kind', render: (k: string) => t(`kind.${k}`) },
        { title: t('parent'), dataIndex: 'parentId', render: (id: string | null) => unitName(id) },
        { title: t('government'), dataIndex: 'government', render: (is: boolean) => is ? '' : t('notGovernment') },
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
        { name: 'government', label: t('governmentMeans'), kind: 'yes' },
        { name: 'areaCode', label: t('area') },
        { name: 'dutyNumber', label: t('duty') },
        { name: 'validFrom', label: t('from'), kind: 'day', required: true },
        { name: 'validTo', label: t('to'), kind: 'day' }
      ]}
      onAdd={async values => {
        await api.POST('/api/directory/units', { params: header(), body: newUnit(values) })
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
