import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useUnitName } from '../../directory/directory.ts'
import { Due, moment } from '../../moments/moments.tsx'
import type { OrderSummary } from '../../orders/orders.ts'
import { Overtime, StateWord, Urgency } from '../../orders/state-word.tsx'

/** One order in two lines: what and where it stands; who has it and until when. */
export function BoardRow ({ order }: { order: OrderSummary }): ReactNode {
  const { t } = useTranslation('dispatch')
  const unitName = useUnitName()
  return (
    <>
      <div className='line'><StateWord state={order.state} /><Urgency urgency={order.urgency} /><b className='words'>{order.title || '—'}</b><Overtime order={order} /><Due at={order.dueAt ?? order.citizenDueAt} /></div>
      <div className='line sub'><span className='tabular'>{order.number}</span><span className='words'>{order.categoryName} · {unitName(order.townId)} · {order.lead?.name ?? t('unassigned')}{order.reworkCount > 0 ? ` · ${t('order:reworkCount')}${order.reworkCount}` : ''}</span><span className='tabular'>{moment(order.receivedAt)}</span></div>
    </>
  )
}
