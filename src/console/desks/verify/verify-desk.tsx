import { App } from 'antd'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useSearchParams } from 'react-router'
import { addWords } from '../../words/words.ts'
import { OrderActions } from '../../orders/actions/order-actions.tsx'
import { OrderContact } from '../../orders/page/order-contact.tsx'
import { OrderList } from '../../orders/list/order-list.tsx'
import OrderPage from '../../orders/page/order-page.tsx'
import type { OrderFilter } from '../../orders/order-types.ts'
import { BoardRow } from '../dispatch/board-row.tsx'
import '../unit/unit-desk.css'
import '../dispatch/dispatch-words.ts'

addWords('verify', {
  zh: { spots: '待核查地点', none: '没有待核查的地点', choose: '选一个地点', recorded: '核查结果已记录', back: '返回列表' },
  en: {
    spots: 'Spots to check',
    none: 'No spot to check',
    choose: 'Choose a spot',
    recorded: 'The result is recorded',
    back: 'Back to the list'
  }
})

const waiting: OrderFilter = { state: 'VERIFYING', verification: 'PENDING' }

/** 现场核查: the places to check; each passes or fails with photos, then the next one opens. */
export default function VerifyDesk (): ReactNode {
  const { t } = useTranslation('verify')
  const { message } = App.useApp()
  const [params, setParams] = useSearchParams()
  const order = params.get('order')
  return (
    <div className={`unit-desk ${order ? 'one' : ''}`}>
      <div className='list'>
        <h2 className='desk-title'>{t('spots')}</h2>
        <OrderList
          query={waiting}
          chosen={order}
          onChoose={id => { setParams({ order: id }) }}
          label={t('spots')}
          empty={t('none')}
          row={o => <BoardRow order={o} />}
        />
      </div>
      <div className='whole'>
        {order
          ? (
            <>
              <button type='button' className='back' onClick={() => { setParams({}) }}>‹ {t('back')}</button>
              <OrderPage key={order} id={order}>
                {o => (
                  <>
                    <OrderActions
                      order={o}
                      only={['verification.pass', 'verification.fail']}
                      onDone={() => { void message.success(t('recorded')); setParams({}) }}
                    />
                    <OrderContact order={o} />
                  </>
                )}
              </OrderPage>
            </>
            )
          : <div className='box muted' style={{ padding: 40, textAlign: 'center' }}>{t('choose')}</div>}
      </div>
    </div>
  )
}
