import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '../../api/client.ts'
import { moment } from '../../moments/moments.tsx'
import { OrderLink } from '../../orders/order-link.tsx'
import { StateWord } from '../../orders/state-word.tsx'
import type { Call } from '../../phone/my-agent.ts'
import { phoneText } from '../../phone/phone-text.ts'
import { KeyButton } from '../../shell/shortcuts.tsx'
import { AwaitedCallback } from './awaited-callback.tsx'
import type { Draft, DraftBook } from './draft-book.ts'
import { useSimilar } from './similar.ts'
import { useUrge } from './urge.ts'

/** Who calls: number, earlier calls, orders of this number. Shown while it rings. */
export function CallerPanel ({ call, draft, book }: { call: Call, draft: Draft, book: DraftBook }): ReactNode {
  const { t } = useTranslation('agent')
  const urge = useUrge(book, draft, call)
  const earlier = useQuery({ queryKey: ['earlier', call.id], queryFn: async () => (await api.GET('/api/calls/{id}/earlier', { params: { path: { id: call.id } } })).data?.items ?? [] })
  const orders = useSimilar(draft, call).filter(o => o.why.includes('caller'))
  const open = orders.filter(o => o.open)
  const closed = orders.filter(o => !o.open)
  return (
    <section className='box' aria-label={t('history')}>
      <h3>{t('history')}</h3>
      <div className='caller tabular'>{call.withheld ? t('withheld') : phoneText(call.number) || '…'}</div>
      {call.service && <div>{t('service')}：<b>{call.service}</b></div>}
      <AwaitedCallback callId={call.id} />
      <h4>{t('openOrders')}</h4>
      <ul className='list-plain'>
        {open.length === 0 && <li className='muted small'>{t('noOrders')}</li>}
        {open.map((o, i) => (
          <li key={o.id}>
            <div className='order-line'><OrderLink order={o} /><StateWord state={o.state} /></div>
            <div>{o.title} <span className='muted small'>{o.lead?.name}</span></div>
            <KeyButton size='small' {...(i === 0 && !draft.done ? { keys: 'Alt+U' } : {})} disabled={draft.done !== null} onPress={() => { urge(o) }}>{t('urge')}</KeyButton>
          </li>
        ))}
      </ul>
      {closed.length > 0 && <h4>{t('closedOrders')}</h4>}
      <ul className='list-plain small'>{closed.slice(0, 5).map(o => <li key={o.id} className='order-line'><OrderLink order={o} />{o.title}</li>)}</ul>
      <h4>{t('earlier')}</h4>
      <ul className='list-plain small'>
        {earlier.data?.length === 0 && <li className='muted'>{t('noEarlier')}</li>}
        {earlier.data?.slice(0, 6).map(c => <li key={c.id} className='tabular'>{moment(c.offeredAt)} {c.answeredBy ?? '—'} {c.disposition ? t(`phone:end.${c.disposition}`) : ''}</li>)}
      </ul>
    </section>
  )
}
