import { useQuery, useQueryClient } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { paths } from '../../api/api-types.d.ts'
import { api } from '../../api/client.ts'
import { useUnitName } from '../../directory/directory.ts'
import { useFeed } from '../../feed/feed.ts'
import { moment } from '../../moments/moments.tsx'
import { now } from '../../moments/now.ts'
import { local } from '../../moments/zone.ts'
import { OrderActions } from '../../orders/actions/order-actions.tsx'
import { OrderLink } from '../../orders/order-link.tsx'
import '../../orders/words/order-event-words.ts'
import '../../orders/words/order-words.ts'

type Parking = paths['/api/parkings']['get']['responses']['200']['content']['application/json']['items'][number]

/** Steps that begin or end one. */
const endings = ['order.park.', 'order.handling.report', 'order.assignment.hand-over', 'order.return.approve', 'order.help.resolve',
  'order.objection.uphold']

const days = (since: string): number => Math.floor((now() - Date.parse(since)) / 86_400_000)

/** Parked orders (挂账): those that wait for a decision, then those that stand, by unit and age. */
export function Parkings (): ReactNode {
  const { t } = useTranslation('supervise')
  const unitName = useUnitName()
  const queries = useQueryClient()
  useFeed(endings, () => { void queries.invalidateQueries({ queryKey: ['parkings'] }) })
  const { data } = useQuery({ queryKey: ['parkings'], queryFn: async () => (await api.GET('/api/parkings')).data?.items })
  if (data === undefined) return <p className='muted'>{t('shell:notRead')}</p>
  const waiting = data.filter(p => p.approved === null)
  const stand = data.filter(p => p.approved === true)
  const units = [...new Set(stand.map(p => p.unitId))].sort()
  return (
    <>
      <section className='box' aria-label={t('parking.waiting')}>
        <h3>{t('parking.waiting')}</h3>
        {waiting.length === 0 && <p className='muted'>{t('parking.none')}</p>}
        <ul className='list-plain'>{waiting.map(p => <Line key={p.id} parking={p} />)}</ul>
      </section>
      {units.map(unitId => {
        const its = stand.filter(p => p.unitId === unitId)
        return (
          <section key={unitId} className='box' aria-label={unitName(unitId)}>
            <h3>{unitName(unitId)} <span className='muted'>{t('parking.count', { count: its.length })}</span></h3>
            <ul className='list-plain'>{its.map(p => <Line key={p.id} parking={p} />)}</ul>
          </section>
        )
      })}
    </>
  )
}

function Line ({ parking }: { parking: Parking }): ReactNode {
  const { t } = useTranslation('supervise')
  const unitName = useUnitName()
  const { orderId, number, unitId, reason, plan, until, askedAt, beganAt, toldAt, objectedAt } = parking
  return (
    <li>
      <OrderLink order={{ id: orderId, number }} acts={order => <OrderActions order={order} />} />{' '}
      {beganAt === null && <b>{unitName(unitId)}</b>} <span className='state-word'>{t(`order:parking.${reason}`)}</span>{' '}
      {objectedAt !== null && <span className='state-word hand'>{t('parking.objected', { at: moment(objectedAt) })}</span>}
      <div>{plan}</div>
      <div className='small muted'>
        {t('parking.until', { day: local(until).format('YYYY-MM-DD') })}{' '}
        {beganAt === null ? moment(askedAt) : t('parking.age', { days: days(beganAt) })}{' '}
        {beganAt !== null && toldAt === null && t('parking.untold')}
      </div>
    </li>
  )
}
