import './order-list.css'
import { useVirtualizer } from '@tanstack/react-virtual'
import { useEffect, useRef, type KeyboardEvent, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { OrderFilter, OrderSummary } from '../order-types.ts'
import { useOrderList } from './use-order-list.ts'

const rowHeight = 52
/** rows before the end at which the next page is loaded */
const ahead = 60

interface OrderListProps {
  query: OrderFilter
  chosen: string | null
  onChoose: (id: string) => void
  label: string
  empty: string
  row: (order: OrderSummary) => ReactNode
  /** height of a row in pixels */
  height?: number
}

/** A list of any length: only the rows in view are drawn. Arrow keys move through it. */
export function OrderList ({ query, chosen, onChoose, label, empty, row, height = rowHeight }: OrderListProps): ReactNode {
  const { t } = useTranslation('shell')
  const { rows, more, loadMore, loading, read } = useOrderList(query)
  const frame = useRef<HTMLDivElement>(null)
  const virtual = useVirtualizer({ count: rows.length, getScrollElement: () => frame.current, estimateSize: () => height, overscan: 8 })
  const items = virtual.getVirtualItems()
  const last = items.at(-1)?.index ?? 0
  useEffect(() => { if (more && !loading && last >= rows.length - ahead) loadMore() }, [more, loading, last, rows.length, loadMore])

  const at = rows.findIndex(r => r.id === chosen)
  function press (event: KeyboardEvent): void {
    const step = { ArrowDown: 1, ArrowUp: -1, PageDown: 10, PageUp: -10 }[event.key]
    if (step === undefined) return
    event.preventDefault()
    const next = rows[Math.max(0, Math.min(rows.length - 1, at + step))]
    if (!next) return
    onChoose(next.id)
    virtual.scrollToIndex(rows.indexOf(next))
  }
  return (
    <div
      ref={frame}
      className='order-list'
      role={rows.length > 0 ? 'listbox' : 'status'}
      tabIndex={0}
      aria-label={label}
      aria-activedescendant={items.some(i => rows[i.index]?.id === chosen) ? `row-${chosen}` : undefined}
      onKeyDown={press}
    >
      {rows.length === 0 && <div className='muted empty'>{loading ? '…' : read ? empty || t('nothing') : t('notRead')}</div>}
      <div style={{ height: virtual.getTotalSize(), position: 'relative' }}>
        {items.map(item => {
          const order = rows[item.index]
          return order && (
            <div
              key={order.id}
              id={`row-${order.id}`}
              role='option'
              aria-selected={order.id === chosen}
              aria-posinset={item.index + 1}
              aria-setsize={more ? -1 : rows.length}
              className='order-row'
              style={{ height: item.size, transform: `translateY(${item.start}px)` }} onClick={() => { onChoose(order.id) }}
            >{row(order)}
            </div>
          )
        })}
      </div>
    </div>
  )
}
