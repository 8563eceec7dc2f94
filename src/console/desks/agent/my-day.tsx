import { useQuery, useQueryClient } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '../../api/client.ts'
import { useWho } from '../../api/session.tsx'
import { resync, useFeed } from '../../feed/feed.ts'
import { duration, moment, Since, today, tomorrow } from '../../moments/moments.tsx'
import { Gradings } from '../../orders/quality/gradings.tsx'
import { StateWord } from '../../orders/state-word.tsx'
import { phoneText } from '../../phone/phone-text.ts'
import { OrderLink } from '../../orders/order-link.tsx'

/** Who waits now, and what this agent did today. */
export function MyDay (): ReactNode {
  const { t } = useTranslation('agent')
  const who = useWho()
  const queries = useQueryClient()
  const from = today()
  const waiting = useQuery({
    queryKey: ['waiting'],
    refetchInterval: 15_000,
    queryFn: async () => (await api.GET('/api/calls/waiting')).data?.items ?? []
  })
  const calls = useQuery({
    queryKey: ['my-calls', from],
    queryFn: async () => (await api.GET('/api/calls',
      { params: { query: { agent: who.extension ?? '', from, limit: 6 } } })).data?.items ?? [],
    enabled: who.extension !== null
  })
  // Counted by the service: a day may have more calls and orders than a page.
  const answered = useQuery({
    queryKey: ['my-calls', from, 'figures'],
    queryFn: async () => (await api.GET('/api/calls/figures',
      { params: { query: { answeredBy: who.extension ?? '', from, to: tomorrow() } } })).data ?? null,
    enabled: who.extension !== null
  })
  const mine = { createdBy: who.login, from, filed: true }
  const orders = useQuery({
    queryKey: ['my-orders', from],
    queryFn: async () => (await api.GET('/api/work-orders', { params: { query: { ...mine, limit: 8 } } })).data?.items ?? []
  })
  const filedCount = useQuery({
    queryKey: ['my-orders', from, 'count'],
    queryFn: async () => (await api.GET('/api/work-orders/counts', { params: { query: mine } })).data?.total ?? 0
  })
  useFeed(['queue.now', 'call.queued', 'call.abandoned', 'call.answered'], () => {
    void queries.invalidateQueries({ queryKey: ['waiting'] })
  })
  useFeed(['call.ended', 'call.answered', 'call.disposition'], () => { void queries.invalidateQueries({ queryKey: ['my-calls'] }) })
  useFeed(['order.'], event => {
    // Filed by whomever, or one of the orders shown: its state is told to who rings and asks.
    const shown = orders.data?.some(o => o.id === event.subject) ?? false
    if (shown || event.topic === resync || ['order.case.file', 'order.intake.answer'].includes(event.topic)) {
      void queries.invalidateQueries({ queryKey: ['my-orders'] })
    }
  })
  const first = waiting.data?.[0]
  const filed = orders.data ?? []
  const talkSeconds = answered.data?.talkSeconds ?? null
  const figure = (word: string, value: ReactNode): ReactNode => <span>{word}<br /><span className='figure'>{value}</span></span>
  return (
    <section className='box' aria-label={t('myDay')}>
      <h3>{t('waiting')}</h3>
      <div className='figures'>
        {figure(t('people'), waiting.data?.length ?? '–')}
        {figure(t('longest'), first ? <Since at={Date.parse(first.queuedAt ?? first.offeredAt)} /> : '–')}
      </div>
      <h3 style={{ marginTop: 10 }}>{t('myDay')}</h3>
      <div className='figures'>
        {figure(t('answeredToday'), answered.data?.answeredIn15s.denominator ?? '–')}
        {figure(t('filedToday'), filedCount.data ?? '–')}
        {figure(t('averageTalk'), talkSeconds === null ? '–' : duration(talkSeconds * 1000))}
      </div>
      <ul className='list-plain'>
        {filed.map(o => (
          <li key={o.id} className='order-line'><OrderLink order={o} /><span>{o.title}</span><StateWord state={o.state} /></li>
        ))}
      </ul>
      {calls.data && calls.data.length > 0 && <h4>{t('lastCalls')}</h4>}
      <ul className='list-plain small'>
        {calls.data?.map(c => (
          <li key={c.id} className='tabular'>
            {moment(c.offeredAt)} {t(`phone:direction.${c.direction}`)}{' '}
            {phoneText(c.number) || (c.direction === 'inbound' ? t('withheld') : c.did)}{' '}
            {c.disposition ? t(`phone:end.${c.disposition}`) : ''}
          </li>
        ))}
      </ul>
      <Gradings own />
    </section>
  )
}
