import { useQuery, useQueryClient } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { paths } from '../../api/api-types.d.ts'
import { api } from '../../api/client.ts'
import { useUnitName } from '../../directory/directory.ts'
import { useActorName } from '../../directory/names.ts'
import { useFeed } from '../../feed/feed.ts'
import { moment } from '../../moments/moments.tsx'
import { now } from '../../moments/now.ts'
import { OrderActions } from '../../orders/actions/order-actions.tsx'
import { OrderLink } from '../../orders/order-link.tsx'
import '../../orders/words/order-event-words.ts'
import '../../orders/words/order-words.ts'

type Objection = paths['/api/objections']['get']['responses']['200']['content']['application/json']['items'][number]

/** Steps that begin or end one: a report or a new unit leaves nothing to decide. */
const endings = ['order.objection.', 'order.handling.report', 'order.assignment.hand-over', 'order.return.approve', 'order.help.resolve']

/** Objections to dispatches (派单异议): those that wait are decided on the order; each upheld one proposes a row of the catalogue. */
export function Objections (): ReactNode {
  const { t } = useTranslation('supervise')
  const queries = useQueryClient()
  useFeed(endings, () => { void queries.invalidateQueries({ queryKey: ['objections'] }) })
  const { data } = useQuery({ queryKey: ['objections'], queryFn: async () => (await api.GET('/api/objections')).data?.items })
  if (data === undefined) return <p className='muted'>{t('shell:notRead')}</p>
  const waiting = data.filter(o => o.decidedAt === null)
  const upheld = data.filter(o => o.decidedAt !== null)
  return (
    <>
      <section className='box' aria-label={t('objection.waiting')}>
        <h3>{t('objection.waiting')}</h3>
        {waiting.length === 0 && <p className='muted'>{t('objection.none')}</p>}
        <ul className='list-plain'>{waiting.map(o => <Line key={o.id} objection={o} />)}</ul>
      </section>
      {upheld.length > 0 && (
        <section className='box' aria-label={t('objection.upheld')}>
          <h3>{t('objection.upheld')}</h3>
          <p className='muted small'>{t('objection.proposes')}</p>
          <ul className='list-plain'>{upheld.map(o => <Line key={o.id} objection={o} />)}</ul>
        </section>
      )}
    </>
  )
}

function Line ({ objection }: { objection: Objection }): ReactNode {
  const { t } = useTranslation('supervise')
  const unitName = useUnitName()
  const actorName = useActorName()
  const { orderId, number, unitId, code, reason, evidence, instance, askedAt, dueAt, decidedBy, decision, proposal } = objection
  const late = decidedBy === null && Date.parse(dueAt) <= now()
  return (
    <li>
      <OrderLink order={{ id: orderId, number }} acts={order => <OrderActions order={order} />} /> <b>{unitName(unitId)}</b>{' '}
      <span className='state-word'>{t(`order:objection.${code}`)}</span>{' '}
      {instance === 2 && <span className='state-word hand'>{t('objection.second')}</span>}
      <div>{reason} <span className='muted'>{evidence}</span></div>
      <div className='small'>
        {moment(askedAt)} <span className={late ? 'late-word' : 'muted'}>{t('objection.due', { at: moment(dueAt) })}</span>
      </div>
      {decidedBy !== null && <div className='small'>{actorName(decidedBy)}{t('shell:colon')}{decision}</div>}
      {proposal && (
        <div className='small'>
          {t('objection.proposal')}{t('shell:colon')}{proposal.categoryCode} {unitName(proposal.townId)} → {unitName(proposal.leadUnit)}
        </div>
      )}
    </li>
  )
}
