import { Drawer } from 'antd'
import { lazy, Suspense, useState, type ReactNode } from 'react'
import type { Order, OrderSummary } from './order-types.ts'

const OrderPage = lazy(async () => await import('./page/order-page.tsx'))

/** The drawer opens below the bar, so that the telephone stays in reach. */
const belowTheBar = (): HTMLElement => document.querySelector<HTMLElement>('.shell > .body') ?? document.body

interface OrderLinkProps {
  order: Pick<OrderSummary, 'id' | 'number'>
  /** what can be done with it there; default nothing */
  acts?: (order: Order) => ReactNode
}

/** An order's number; pressing it opens the whole order in a drawer. */
export function OrderLink ({ order, acts }: OrderLinkProps): ReactNode {
  const [open, setOpen] = useState(false)
  return (
    <>
      <a
        className='tabular'
        href={`/dispatch?order=${order.id}`}
        onClick={event => { event.preventDefault(); setOpen(true) }}
      >
        {order.number}
      </a>
      <Drawer
        open={open}
        onClose={() => { setOpen(false) }}
        size={760}
        title={order.number}
        destroyOnHidden
        rootStyle={{ position: 'absolute' }}
        getContainer={belowTheBar}
      >
        <Suspense><OrderPage id={order.id} {...(acts && { children: acts })} /></Suspense>
      </Drawer>
    </>
  )
}
