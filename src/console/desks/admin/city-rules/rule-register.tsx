import { useQuery } from '@tanstack/react-query'
import { Button } from 'antd'
import { useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '../../../api/client.ts'
import { useActorName } from '../../../directory/names.ts'
import { today, useReload } from '../registers/dated-rows.tsx'
import { NewRule } from './new-rule.tsx'
import type { Rule, Rules } from './rule-types.ts'

/** Figures the city chooses (规则): what holds today, and what is to come. */
export function RuleRegister (): ReactNode {
  const { t, i18n } = useTranslation('admin')
  const actorName = useActorName()
  const reload = useReload('rules')
  const [changing, setChanging] = useState<Rule | null>(null)
  const { data } = useQuery({ queryKey: ['rules'], queryFn: async () => (await api.GET('/api/policies/rules')).data })
  if (data === undefined) return <p className='muted'>{t('shell:notRead')}</p>
  const coming = (name: Rule['name']): Rules['items'] => data.items.filter(row => row.name === name && row.validFrom > today()).reverse()
  return (
    <div className='box'>
      <p className='muted'>{t('rule.means')}</p>
      <table className='admin-table stacks'>
        <thead>
          <tr>
            <th>{t('rule.name')}</th><th>{t('rule.value')}</th><th>{t('rule.bounds')}</th><th>{t('rule.coming')}</th>
            <th>{t('actions')}</th>
          </tr>
        </thead>
        <tbody>
          {data.rules.map(rule => (
            <tr key={rule.name} data-rule={rule.name}>
              <td>{i18n.language === 'en' ? rule.labelEn : rule.label}</td>
              <td data-head={t('rule.value')}>
                <b>{rule.value}</b> {t(`rule.unit.${rule.unit}`)}
                <div className='muted small'>{rule.since === null ? t('rule.shipped') : t('rule.since', { day: rule.since })}</div>
              </td>
              <td className='tabular' data-head={t('rule.bounds')}>{rule.min}–{rule.max}</td>
              <td data-head={t('rule.coming')}>
                {coming(rule.name).map(row => (
                  <div key={row.validFrom}>
                    {t('rule.comingFrom', { day: row.validFrom, value: row.value, by: actorName(row.enteredBy) })}
                  </div>
                ))}
              </td>
              <td><Button size='small' onClick={() => { setChanging(rule) }}>{t('change')}</Button></td>
            </tr>
          ))}
        </tbody>
      </table>
      {changing !== null && <NewRule rule={changing} onClose={() => { setChanging(null) }} onSaved={reload} />}
    </div>
  )
}
