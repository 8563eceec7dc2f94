import '../dispatch/dispatch-words.ts'
import { App } from 'antd'
import { type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useSearchParams } from 'react-router'
import { holds, useWho } from '../../api/session.tsx'
import { resync, useFeed } from '../../feed/feed.ts'
import { OrderActions } from '../../orders/actions/order-actions.tsx'
import { OrderContact } from '../../orders/page/order-contact.tsx'
import { OrderList } from '../../orders/list/order-list.tsx'
import OrderPage from '../../orders/page/order-page.tsx'
import type { OrderFilter } from '../../orders/order-types.ts'
import { countOfStates, useCounts } from '../../orders/list/use-counts.ts'
import { BoardRow } from '../dispatch/board-row.tsx'
import { UnallocatedNumbers } from './unallocated-numbers.tsx'
import './unit-desk.css'
import './unit-words.ts'

const none: OrderFilter = {}
const views: Readonly<Record<string, OrderFilter>> = {
  sign: { task: 'sign', sort: 'due' },
  work: { task: 'work', sort: 'due' },
  reported: { task: 'reported', sort: 'due' },
  report: { state: 'REPORTED', sort: 'due' },
  help: { state: 'COORDINATING', sort: 'due' },
  done: { task: 'done' }
}

/** Views of orders that wait for an action. */
const waits: readonly string[] = ['sign', 'report', 'help']

/** 承办单位 and 分中心: orders to sign and to handle, with the next step of each. Fits a desk and a mobile. */
export default function UnitDesk (): ReactNode {
  const { t } = useTranslation('unit')
  const who = useWho()
  const [params, setParams] = useSearchParams()
  const counts = useCounts(none)
  const { message } = App.useApp()
  // A sub-centre also accepts reports.
  const shown = Object.keys(views).filter(v => holds(who, 'SUBCENTRE_OPERATOR') ? v !== 'reported' : v !== 'report' && v !== 'help')
  const view = params.get('view') ?? 'sign'
  const order = params.get('order')
  useFeed(['order.case.urge'], event => {
    if (event.topic !== resync) void message.warning(`${String(event.data.number)} ${t('order:event.case.urge')}`, 8)
  })
  const go = (to: Record<string, string>): void => { setParams(to) }
  return (
    <div className={`unit-desk ${order ? 'one' : ''}`}>
      <div className='list'>
        <h2 className='desk-title'>{who.unit?.name}</h2>
        <UnallocatedNumbers />
        <div className='views' role='group' aria-label={t('orders')}>
          {shown.map(v => {
            const filter = views[v] ?? none
            const count = counts ? (filter.task ? counts.byTask[filter.task] : countOfStates(counts, filter)) : 0
            return (
              <button
                key={v}
                type='button'
                aria-pressed={view === v}
                className={waits.includes(v) && count > 0 ? 'hand' : ''}
                onClick={() => { go({ view: v }) }}
              >
                {t(`view.${v}`)}
                {counts && <b>{count}</b>}
              </button>
            )
          })}
        </div>
        <OrderList
          query={views[view] ?? none}
          chosen={order}
          onChoose={id => { go({ view, order: id }) }}
          label={t('orders')}
          empty={t('none')}
          row={o => <BoardRow order={o} />}
        />
      </div>
      <div className='whole'>
        {order
          ? (
            <>
              <button type='button' className='back' onClick={() => { go({ view }) }}>‹ {t('back')}</button>
              <OrderPage key={order} id={order}>{o => <><OrderActions order={o} /><OrderContact order={o} /></>}</OrderPage>
            </>
            )
          : <div className='box muted' style={{ padding: 40, textAlign: 'center' }}>{t('choose')}</div>}
      </div>
    </div>
  )
}
