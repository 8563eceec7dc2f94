import { useQuery } from '@tanstack/react-query'
import { Button, Input, Select } from 'antd'
import { useMemo, useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '../../api/client.ts'
import { useUnitName } from '../../directory/directory.ts'
import type { AdHoc } from './incident.ts'

export interface Added { member: AdHoc, label: string, numbers: readonly string[] }

/** Picks a person of the directory by name or unit, or takes a name and a number by hand. */
export function PeoplePicker ({ onAdd, autoFocus = false }: { onAdd: (added: Added) => void, autoFocus?: boolean }): ReactNode {
  const { t } = useTranslation('command')
  const unitName = useUnitName()
  const [name, setName] = useState('')
  const [number, setNumber] = useState('')
  const { data: people = [] } = useQuery({
    queryKey: ['people'],
    staleTime: 60_000,
    queryFn: async () => (await api.GET('/api/directory/people')).data?.items ?? []
  })
  const options = useMemo(() => people.map(p => ({ value: p.id, label: `${p.name} ${p.title} ${unitName(p.unitId)}` })), [people, unitName])
  const byHand = (): void => {
    onAdd({ member: { name: name.trim(), number: number.trim() }, label: name.trim(), numbers: [number.trim()] })
    setName('')
    setNumber('')
  }
  return (
    <div className='row'>
      <Select
        showSearch
        autoFocus={autoFocus}
        value={null}
        options={options}
        optionFilterProp='label'
        style={{ width: 250 }}
        placeholder={t('person')}
        aria-label={t('person')}
        onChange={(id: string | null) => {
          const person = people.find(p => p.id === id)
          if (person) {
            onAdd(
              { member: { personId: person.id }, label: person.name, numbers: [person.mobile, person.office].filter(n => n !== null) }
            )
          }
        }}
      />
      <Input
        value={name}
        onChange={e => { setName(e.target.value) }}
        placeholder={t('orName')}
        aria-label={t('orName')}
        style={{ width: 100 }}
        maxLength={60}
      />
      <Input
        value={number}
        onChange={e => { setNumber(e.target.value) }}
        placeholder={t('orNumber')}
        aria-label={t('orNumber')}
        style={{ width: 140 }}
        maxLength={40}
        inputMode='tel'
        onPressEnter={e => { e.preventDefault(); if (name.trim() !== '' && number.trim() !== '') byHand() }}
      />
      <Button disabled={name.trim() === '' || number.trim() === ''} onClick={byHand}>{t('add')}</Button>
    </div>
  )
}
