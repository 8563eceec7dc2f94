import { useQuery } from '@tanstack/react-query'
import { Button, Input, Select } from 'antd'
import { useMemo, useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '../../api/client.ts'
import { useUnitName } from '../../directory/directory.ts'
import { KeyButton } from '../../shell/shortcuts.tsx'
import type { AdHoc } from './incident.ts'

export interface Added { member: AdHoc, label: string, numbers: readonly string[] }

interface PeoplePickerProps {
  onAdd: (added: Added) => void | Promise<unknown>
  /** Who is added is dialled at once: a choice is shown with its numbers and has a key of its own. */
  dials?: boolean
  autoFocus?: boolean
}

/** Picks a person of the directory by name or unit, or takes a name and a number by hand. */
export function PeoplePicker ({ onAdd, dials = false, autoFocus = false }: PeoplePickerProps): ReactNode {
  const { t } = useTranslation('command')
  const unitName = useUnitName()
  const [name, setName] = useState('')
  const [number, setNumber] = useState('')
  const [chosen, setChosen] = useState<Added | null>(null)
  const { data: people = [] } = useQuery({
    queryKey: ['people'],
    staleTime: 60_000,
    queryFn: async () => (await api.GET('/api/directory/people')).data?.items ?? []
  })
  const options = useMemo(() => people.map(p => ({ value: p.id, label: `${p.name} ${p.title} ${unitName(p.unitId)}` })), [people, unitName])
  const byHand = (): void => {
    void onAdd({ member: { name: name.trim(), number: number.trim() }, label: name.trim(), numbers: [number.trim()] })
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
          if (!person) return
          const numbers = [person.mobile, person.office].filter(n => n !== null)
          const choice = { member: { personId: person.id }, label: person.name, numbers }
          if (dials) setChosen(choice)
          else void onAdd(choice)
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
      <Button disabled={name.trim() === '' || number.trim() === ''} onClick={byHand}>{t(dials ? 'addAndDial' : 'add')}</Button>
      {chosen && (
        <div className='row chosen-person' role='group' aria-label={t('person')}>
          <b>{chosen.label}</b>
          <span className='tabular'>{chosen.numbers.join('  ') || t('noNumber')}</span>
          <KeyButton keys='Ctrl+Enter' type='primary' onPress={async () => { await onAdd(chosen) }}>{t('addAndDial')}</KeyButton>
        </div>
      )}
    </div>
  )
}
