import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '../../../api/client.ts'
import { useUnitName } from '../../../directory/directory.ts'
import { useActorName } from '../../../directory/names.ts'
import { moment } from '../../../moments/moments.tsx'
import { OrderLink } from '../../../orders/order-link.tsx'
import type { OrderSummary } from '../../../orders/order-types.ts'
import { StateWord } from '../../../orders/state-word.tsx'
import type { Call } from '../../../phone/my-agent.ts'
import { phoneText } from '../../../phone/phone-text.ts'
import { useKeyHolder } from '../../../shell/key-holder.ts'
import { KeyButton } from '../../../shell/shortcuts.tsx'
import { useAttach } from '../similar/attach.ts'
import { AwaitedCallback } from './awaited-callback.tsx'
import type { DraftBook } from '../draft/draft-book.ts'
import type { Draft } from '../draft/draft.ts'
import { useOpenEvents } from './open-events.ts'
import { useSimilarOrders } from '../similar/similar-orders.ts'
import { useUrge } from '../similar/urge.ts'

/** The caller: number, place and name of the last order, open orders of this number and place, earlier calls. Shown from ringing on. */
export function CallerPanel ({ call, draft, book }: { call: Call, draft: Draft, book: DraftBook }): ReactNode {
  const { t } = useTranslation('agent')
  const actorName = useActorName()
  const urge = useUrge(book, draft, call)
  const attach = useAttach(book, draft, call)
  const earlier = useQuery({
    queryKey: ['earlier', call.id],
    queryFn: async () => (await api.GET('/api/calls/{id}/earlier', { params: { path: { id: call.id } } })).data?.items ?? []
  })
  const { open, closed, here, lastKnown, read, known } = useSimilarOrders(draft, call)
  const townId = draft.fields.townId ?? lastKnown?.townId ?? null
  const shown = new Set([...open, ...here].map(o => o.id))
  const events = useOpenEvents(townId).filter(o => !shown.has(o.id)).slice(0, 3)
  const live = draft.done === null
  const urgeHolder = useKeyHolder(draft.key, open.slice(0, 5).map(o => o.id))
  const hereHolder = useKeyHolder(draft.key, here.slice(0, 3).map(o => o.id))
  const eventHolder = useKeyHolder(draft.key, events.map(o => o.id))
  const take = (): void => {
    if (lastKnown === null) return
    book.write(draft.key, {
      ...(draft.fields.place ? {} : { place: lastKnown.place }),
      ...(draft.fields.complainantName ? {} : { complainantName: lastKnown.name })
    })
  }
  const urgeKey = (o: OrderSummary, keys?: string): ReactNode =>
    <KeyButton size='small' {...(keys ? { keys } : {})} disabled={!live} onPress={() => { urge(o) }}>{t('urge')}</KeyButton>
  const attachKey = (o: OrderSummary, keys?: string): ReactNode =>
    <KeyButton size='small' {...(keys ? { keys } : {})} disabled={!live} onPress={() => { attach(o) }}>{t('attach')}</KeyButton>

  return (
    <section className='box' aria-label={t('history')}>
      <h3>{t('history')}</h3>
      <div className='caller tabular'>{call.withheld ? t('withheld') : phoneText(call.number) || '…'}</div>
      {call.service && <div>{t('service')}{t('shell:colon')}<b>{call.service}</b></div>}
      {lastKnown && (
        <div className='last-known'>
          <div>{lastKnown.name && <b>{lastKnown.name} </b>}{lastKnown.place}</div>
          {live && !(draft.fields.place && draft.fields.complainantName) && (
            <KeyButton size='small' keys='Alt+L' onPress={take}>{t('takeLast')}</KeyButton>
          )}
        </div>
      )}
      <AwaitedCallback call={call} />
      <h4>{t('openOrders')}</h4>
      <ul className='list-plain'>
        {open.length === 0 && (
          <li className='muted small'>
            {t(!read ? 'shell:notRead' : known ? 'noOrders' : call.withheld ? 'withheldNotKnown' : 'maskedNotKnown')}
          </li>
        )}
        {open.slice(0, 5).map(o => <Line key={o.id} order={o}>{urgeKey(o, o.id === urgeHolder ? 'Alt+U' : undefined)}</Line>)}
      </ul>
      {here.length > 0 && <h4>{t('openHere')}</h4>}
      <ul className='list-plain'>
        {here.slice(0, 3).map(o => <Line key={o.id} order={o}>{attachKey(o, o.id === hereHolder ? 'Alt+M' : undefined)}{urgeKey(o)}</Line>)}
      </ul>
      {events.length > 0 && <h4>{t('openEvents')}</h4>}
      <ul className='list-plain'>
        {events.map(o => <Line key={o.id} order={o}>{attachKey(o, o.id === eventHolder ? 'Alt+G' : undefined)}</Line>)}
      </ul>
      {closed.length > 0 && <h4>{t('closedOrders')}</h4>}
      <ul className='list-plain small'>
        {closed.slice(0, 5).map(o => <li key={o.id} className='order-line'><OrderLink order={o} />{o.title}</li>)}
      </ul>
      <h4>{t('earlier')}</h4>
      <ul className='list-plain small'>
        {earlier.data?.length === 0 && (
          <li className='muted'>{t(call.withheld ? 'withheldNotKnown' : known ? 'noEarlier' : 'maskedNotKnown')}</li>
        )}
        {earlier.data?.slice(0, 6).map(c => (
          <li key={c.id} className='tabular'>
            {moment(c.offeredAt)} {actorName(c.answeredBy) || '—'}{' '}
            {c.disposition ? t(`phone:end.${c.disposition}`) : ''}
          </li>
        ))}
      </ul>
    </section>
  )
}

function Line ({ order, children }: { order: OrderSummary, children: ReactNode }): ReactNode {
  const unitName = useUnitName()
  return (
    <li>
      <div className='order-line'><OrderLink order={order} /><StateWord state={order.state} /></div>
      <div>
        {order.title}{' '}
        <span className='muted small'>{[unitName(order.townId), unitName(order.lead?.id)].filter(Boolean).join(' · ')}</span>
      </div>
      <span className='row'>{children}</span>
    </li>
  )
}
