import { Input } from 'antd'
import { useMemo, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { usePlans } from '../incident.ts'
import { searchPlans } from './plan-search.ts'

/** A field for what happened, and the plans that match it. */
export function PlanPicker ({ said, onSaid, code, onCode }: {
  said: string, onSaid: (said: string) => void, code: string | null, onCode: (code: string | null) => void
}): ReactNode {
  const { t } = useTranslation('command')
  const plans = usePlans()
  const found = useMemo(() => searchPlans(plans, said), [plans, said])
  return (
    <section className='box' aria-label={t('plans')}>
      <label htmlFor='what'><h3>{t('whatHappened')}</h3></label>
      <Input.TextArea
        id='what'
        autoFocus
        autoSize={{ minRows: 2, maxRows: 4 }}
        maxLength={200}
        value={said}
        placeholder={t('whatHint')}
        onChange={e => { onSaid(e.target.value.replaceAll('\n', ' ')) }}
      />
      <ul className='plan-list' aria-label={t('plans')}>
        {found.map(({ plan: p, words }) => (
          <li key={p.code}>
            <button
              type='button'
              className={code === p.code ? 'on' : ''}
              aria-pressed={code === p.code}
              onClick={() => { onCode(code === p.code ? null : p.code) }}
            >
              <span className='plan-name'>{p.name}</span>
              {p.status !== 'EFFECTIVE' && <span className='plan-warn'>⚠ {t(`status.${p.status}`)}</span>}
              <span className='muted small'>
                {p.code} · {p.people}{t('people')}
                {words.length > 0 && <> · {t('matched')} <b>{words.join('、')}</b></>}
              </span>
            </button>
          </li>
        ))}
        {found.length === 0 && <li className='muted'>{t('noPlan')}</li>}
      </ul>
    </section>
  )
}
