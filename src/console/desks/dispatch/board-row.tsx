import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useCategoryName, useUnitName } from '../../directory/directory.ts'
import { Due, moment } from '../../moments/moments.tsx'
import type { OrderSummary } from '../../orders/order-types.ts'
import { Overtime, StateWord, Urged, Urgency } from '../../orders/state-word.tsx'

/**
 * One order in two lines: title and state; unit and deadline. `mark`: a box to mark it with the mouse; the keyboard has a key for that.
 */
export function BoardRow ({ order, mark }: { order: OrderSummary, mark?: { on: boolean, set: () => void } }): ReactNode {
  const { t } = useTranslation('dispatch')
  const unitName = useUnitName()
  const categoryName = useCategoryName()
  return (
    <>
      <div className='line'>
        {mark && (
          <span className={`mark ${mark.on ? 'on' : ''}`} title={t('mark')} onClick={event => { event.stopPropagation(); mark.set() }}>
            {mark.on ? <span>✓<span className='unseen'>{t('marked')}</span></span> : null}
          </span>
        )}
        <StateWord state={order.state} />
        <Urgency urgency={order.urgency} />
        <b className='words'>{order.title || '—'}</b>
        <Urged order={order} />
        <Overtime order={order} />
        {order.closedAt === null && <Due at={order.nextDueAt} />}
      </div>
      <div className='line sub'>
        <span className='tabular'>{order.number}</span>
        <span className='words'>
          {order.place && <b className='place'>{order.place} · </b>}
          {categoryName(order.categoryCode, order.categoryName)} · {unitName(order.townId)}
          {order.lead ? ` · ${unitName(order.lead.id)}` : order.closedAt === null && ` · ${t('unassigned')}`}
          {order.reworkCount > 0 ? ` · ${t('order:reworkCount')}${order.reworkCount}` : ''}
        </span>
        <span className='tabular'>{moment(order.receivedAt)}</span>
      </div>
    </>
  )
}
