import { Alert, App, Button } from 'antd'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useUnitName } from '../../../directory/directory.ts'
import type { PlanWithMembers } from '../incident.ts'
import { PeoplePicker, type Added } from '../people-picker.tsx'

type PlannedPerson = PlanWithMembers['members'][number] & { roles: string[] }

/** One row for each person, with all the roles they hold: nobody is dialled twice. */
export function peopleOf (plan: PlanWithMembers | null): PlannedPerson[] {
  const byPerson = new Map<string, PlannedPerson>()
  for (const m of plan?.members ?? []) {
    const known = byPerson.get(m.personId)
    if (known) known.roles.push(m.role)
    else byPerson.set(m.personId, { ...m, roles: [m.role] })
  }
  return [...byPerson.values()]
}

interface DialledPeopleProps {
  plan: PlanWithMembers | null
  people: readonly PlannedPerson[]
  added: readonly Added[]
  onAdded: (added: readonly Added[]) => void
  dialled: number
}

/** The people who will be dialled: the plan's, and those added for this incident. */
export function DialledPeople ({ plan, people, added, onAdded, dialled }: DialledPeopleProps): ReactNode {
  const { t } = useTranslation('command')
  const { message } = App.useApp()
  const unitName = useUnitName()
  return (
    <section className='box command-middle' aria-label={t('members')}>
      <h3>{plan ? plan.name : t('adHoc')}<span className='muted'>{dialled}{t('people')}</span></h3>
      {plan && plan.status !== 'EFFECTIVE' && (
        <Alert type='warning' showIcon title={`${t(`status.${plan.status}`)} — ${t('notEffective')}`} />
      )}
      {plan && (
        <p className='muted small'>
          {t('levels')} {plan.levels} · {t('startWhen')} {plan.startWhen} · {t('lastDrill')}{' '}
          {plan.lastDrill}
        </p>
      )}
      <table className='people-table'>
        <tbody>
          {people.map(m => (
            <tr key={m.personId}>
              <td className='tabular muted'>{m.order}</td>
              <td><b>{m.name}</b></td>
              <td>
                {m.roles.join(t('shell:comma'))}
                {m.commander && <span className='tag'>{t('commander')}</span>}
                {m.mustAnswer && <span className='tag'>{t('mustAnswer')}</span>}
              </td>
              <td className='muted small'>{unitName(m.unitId)}</td>
              <td className='tabular'>
                {m.numbers.length > 0 ? m.numbers.map(n => <div key={n}>{n}</div>) : <b className='late-word'>{t('noNumber')}</b>}
              </td>
              <td />
            </tr>
          ))}
          {added.map((a, i) => (
            <tr key={`${a.label}-${i}`}>
              <td className='muted'>+</td><td><b>{a.label}</b></td><td /><td />
              <td className='tabular'>{a.numbers.join(' ')}</td>
              <td><Button size='small' onClick={() => { onAdded(added.filter(other => other !== a)) }}>{t('take')}</Button></td>
            </tr>
          ))}
        </tbody>
      </table>
      <h4>{t('addPeople')}</h4>
      <PeoplePicker
        onAdd={a => {
          const person = 'personId' in a.member ? a.member.personId : null
          const there = person !== null &&
            (people.some(p => p.personId === person) || added.some(o => 'personId' in o.member && o.member.personId === person))
          if (there) void message.info(t('already'))
          else onAdded([...added, a])
        }}
      />
    </section>
  )
}
