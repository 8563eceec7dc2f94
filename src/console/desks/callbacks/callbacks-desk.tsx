import { App, Button } from 'antd'
import { useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useSearchParams } from 'react-router'
import { resync, useFeed } from '../../feed/feed.ts'
import { Due, moment } from '../../moments/moments.tsx'
import '../../orders/order-words.ts'
import { KeyButton } from '../../shell/shortcuts.tsx'
import { lists, useCallbacks, type List } from './callbacks.ts'
import './callbacks-words.ts'
import './callbacks.css'
import { OneCallback } from './one-callback.tsx'

/** Callback officer's desk (回访台): whom to ring now, what he said, and what becomes of a bad answer. */
export default function CallbacksDesk (): ReactNode {
  const { t } = useTranslation('callbacks')
  const { notification } = App.useApp()
  const [query, setQuery] = useSearchParams()
  const [list, setList] = useState<List>('due')
  const { rows, more } = useCallbacks(list)
  const chosen = query.get('id') ?? rows[0]?.id ?? null
  const open = (id: string): void => { setQuery({ id }) }
  useFeed(['callback.person'], event => {
    if (event.topic === resync) return
    // Whoever is free takes the citizen at the telephone; the questions stand here when he does.
    notification.warning({ key: event.subject, title: t('personNow'), duration: 30, actions: <Button type='primary' onClick={() => { open(event.subject); notification.destroy(event.subject) }}>{t('open')}</Button> })
  })
  const next = (): void => {
    const at = rows.findIndex(r => r.id === chosen)
    const following = rows[at + 1] ?? rows[0]
    if (following) open(following.id)
  }
  return (
    <div className='callbacks'>
      <section className='box callbacks-list' aria-label={t('lists')}>
        <div className='row' role='group' aria-label={t('lists')}>{lists.map(l => <Button key={l} size='small' type={list === l ? 'primary' : 'default'} aria-pressed={list === l} onClick={() => { setList(l); setQuery({}) }}>{t(`list.${l}`)}</Button>)}</div>
        {rows.length === 0 && <p className='muted'>{t('empty')}</p>}
        <ul className='list-plain'>
          {rows.map(r => (
            <li key={r.id}>
              <button type='button' className={`callback-row${chosen === r.id ? ' on' : ''}`} aria-current={chosen === r.id} data-callback={r.orderNumber} onClick={() => { open(r.id) }}>
                <span className='row'><b className='tabular'>{r.orderNumber}</b>{r.officerDueAt === null ? <span className='tabular muted'>{moment(r.dueAt)}</span> : <Due at={r.officerDueAt} />}</span>
                <span className='muted small'>{t(`status.${r.status}`)} · {r.number}{r.byPersonReason !== null && ` · ${t(`why.${r.byPersonReason}`, r.byPersonReason)}`}{r.cycle > 1 && ` · ${t('cycle', { n: r.cycle })}`}{r.officer !== null && ` · ${r.officer}`}</span>
              </button>
            </li>
          ))}
        </ul>
        {more && <p className='muted small'>{t('moreRows')}</p>}
        {rows.length > 1 && <KeyButton keys='Alt+J' size='small' onPress={next}>{t('next')}</KeyButton>}
      </section>
      {chosen === null ? <p className='muted'>{t('choose')}</p> : <OneCallback key={chosen} id={chosen} />}
    </div>
  )
}
