import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { moment } from '../moments/moments.tsx'
import { local } from '../moments/zone.ts'
import type { OrderState, OrderSummary } from './order-types.ts'

/** States that wait for the Centre. */
const needsCentre: readonly OrderState[] = ['RECEIVED', 'FILED', 'RETURN_REQUESTED', 'COORDINATING', 'REWORK', 'REPORTED']

export function StateWord ({ state }: { state: OrderState }): ReactNode {
  const { t } = useTranslation('order')
  return <span className={`state-word ${needsCentre.includes(state) ? 'hand' : ''}`}>{t(`state.${state}`)}</span>
}

/** Which clocks are overdue, in words; empty when none is. */
export function Overtime ({ order }: { order: Pick<OrderSummary, 'overtime'> }): ReactNode {
  const { t } = useTranslation('order')
  const kinds = (['onSite', 'handling', 'citizen', 'dispatch', 'firstContact'] as const).filter(k => order.overtime[k] !== null)
  return kinds.length === 0
    ? null
    : (
      <span className='late-word small' title={kinds.map(k => t(`overtime.${k}`)).join('、')}>
        {t(`overtime.${kinds[0] ?? 'onSite'}`)}
        {kinds.length > 1 ? ` +${kinds.length - 1}` : ''}
      </span>
      )
}

export function Urgency ({ urgency }: { urgency: OrderSummary['urgency'] }): ReactNode {
  const { t } = useTranslation('order')
  return urgency === 'normal' ? null : <span className={urgency === 'critical' ? 'late-word' : 'due soon'}>{t(`urgency.${urgency}`)}</span>
}

type Asked = Pick<OrderSummary, 'urgeCount' | 'urgedAt' | 'extensionAskedAt' | 'objectionAskedAt' | 'parkingAskedAt' | 'parkedUntil'>

/** 催办: how often, and since when; what waits for a decision; 挂账 with its day. */
export function Urged ({ order }: { order: Asked }): ReactNode {
  const { t } = useTranslation('order')
  return (
    <>
      {order.urgeCount > 0 && (
        <span className='due soon small' title={moment(order.urgedAt)}>{t('urged')}{order.urgeCount > 1 ? `×${order.urgeCount}` : ''}</span>
      )}
      {order.extensionAskedAt !== null && <span className='state-word hand'>{t('extensionAsked')}</span>}
      {order.objectionAskedAt !== null && <span className='state-word hand'>{t('objectionAsked')}</span>}
      {order.parkingAskedAt !== null && <span className='state-word hand'>{t('parkingAsked')}</span>}
      {order.parkedUntil !== null && (
        <span className='state-word'>{t('parked', { day: local(order.parkedUntil).format('YYYY-MM-DD') })}</span>
      )}
    </>
  )
}
