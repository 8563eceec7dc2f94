import { App, Button } from 'antd'
import { useEffect, useRef, useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useSearchParams } from 'react-router'
import { useActorName } from '../../directory/names.ts'
import { resync, useFeed } from '../../feed/feed.ts'
import { Due, moment } from '../../moments/moments.tsx'
import '../../orders/words/order-words.ts'
import { phoneText } from '../../phone/phone-text.ts'
import { KeyButton } from '../../shell/shortcuts.tsx'
import { lists, useCallbacks, useOnMyLine, type CallbackRow, type List } from './callbacks.ts'
import './callbacks-words.ts'
import './callbacks.css'
import { OneCallback } from './one-callback.tsx'
import { TextReplies } from './text-replies.tsx'

/** Callback officer's desk (回访台): the callbacks due, the answers, and decisions on bad answers. */
export default function CallbacksDesk (): ReactNode {
  const { t } = useTranslation('callbacks')
  const { notification } = App.useApp()
  const [query, setQuery] = useSearchParams()
  const list = lists.find(l => l === query.get('list')) ?? 'due'
  const { rows, more, read } = useCallbacks(list)
  const line = useOnMyLine()
  // A finished callback has left the list and stays open until another one is chosen.
  const [last, setLast] = useState<string | null>(null)
  const chosen = query.get('id') ?? last ?? rows[0]?.id ?? null
  const show = (to: List, id: string | null): void => {
    setQuery({ ...(to === 'due' ? {} : { list: to }), ...(id === null ? {} : { id }) })
  }
  const open = (id: string): void => { show(list, id) }
  useEffect(() => { setLast(chosen) }, [chosen])
  useFeed(['callback.person'], event => {
    if (event.topic === resync) return
    // A citizen asks for a person: any free officer may answer, and the questions open when it is this one.
    notification.warning({
      key: event.subject,
      title: t('personNow'),
      duration: 30,
      actions: <Button type='primary' onClick={() => { open(event.subject); notification.destroy(event.subject) }}>{t('open')}</Button>
    })
  })
  const onMyLine = line?.callbackId ?? null
  const follow = (id: string): void => {
    notification.destroy(id)
    open(id)
  }
  const latest = useRef(follow)
  useEffect(() => { latest.current = follow })
  // Opened once for each citizen on the line, whatever else is drawn anew: the officer may look at another callback meanwhile.
  useEffect(() => { if (onMyLine !== null) latest.current(onMyLine) }, [onMyLine])
  const step = (by: number) => (): void => {
    const at = rows.findIndex(r => r.id === chosen)
    const following = rows[at === -1 ? 0 : (at + by + rows.length) % rows.length]
    if (following) open(following.id)
  }
  return (
    <div className='callbacks'>
      <section className='box callbacks-list' aria-label={t('lists')}>
        <div className='row' role='group' aria-label={t('lists')}>
          {lists.map(l => (
            <Button
              key={l}
              size='small'
              type={list === l ? 'primary' : 'default'}
              aria-pressed={list === l}
              onClick={() => { setLast(null); show(l, null) }}
            >
              {t(`list.${l}`)}
              {list === l && read && ` ${rows.length}${more ? '+' : ''}`}
            </Button>
          ))}
        </div>
        {rows.length === 0 && <p className='muted'>{t(read ? 'empty' : 'shell:notRead')}</p>}
        <ul className='list-plain'>{rows.map(r => <li key={r.id}><Row row={r} chosen={chosen === r.id} onOpen={open} /></li>)}</ul>
        {more && <p className='muted small'>{t('moreRows')}</p>}
        <div className='row'>
          <KeyButton keys='Alt+J' size='small' disabled={rows.length === 0} onPress={step(1)}>{t('next')}</KeyButton>
          <KeyButton keys='Alt+Shift+J' size='small' disabled={rows.length === 0} onPress={step(-1)}>{t('previous')}</KeyButton>
        </div>
        <TextReplies />
      </section>
      {chosen === null ? <p className='muted'>{t('choose')}</p> : <OneCallback key={chosen} id={chosen} line={line} />}
    </div>
  )
}

function Row ({ row: r, chosen, onOpen }: { row: CallbackRow, chosen: boolean, onOpen: (id: string) => void }): ReactNode {
  const { t } = useTranslation('callbacks')
  const actorName = useActorName()
  const facts = [
    t(`order:called.${r.status}`),
    r.number === null ? t('hidden') : phoneText(r.number),
    r.byPersonReason === null ? null : t(`why.${r.byPersonReason}`),
    r.cycle > 1 ? t('cycle', { n: r.cycle }) : null,
    r.officer === null ? null : actorName(r.officer)
  ]
  return (
    <button
      type='button'
      className={`callback-row${chosen ? ' on' : ''}`}
      aria-current={chosen}
      data-callback={r.orderNumber}
      data-status={r.status}
      onClick={() => { onOpen(r.id) }}
    >
      <span className='row'>
        <b className='callback-title'>{r.title || r.orderNumber}</b>
        {r.officerDueAt === null || r.finishedAt !== null
          ? <span className='tabular muted'>{moment(r.finishedAt ?? r.dueAt)}</span>
          : <Due at={r.officerDueAt} />}
      </span>
      <span className='muted small tabular'>{facts.filter(f => f !== null).join(' · ')}</span>
    </button>
  )
}
