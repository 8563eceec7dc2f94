import './order-list.css'
import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query'
import { useVirtualizer } from '@tanstack/react-virtual'
import { useEffect, useMemo, useRef, type KeyboardEvent, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '../api/client.ts'
import { resync, useFeed } from '../feed/feed.ts'
import type { OrderFilter, OrderPage, OrderSummary } from './orders.ts'

const pageSize = 100
const rowHeight = 52

interface Part { late: boolean, cursor: string | undefined }

/** Orders page by page as far as somebody scrolls; changed ones are read again, at most every two seconds. */
export function useOrderList (query: OrderFilter): { rows: readonly OrderSummary[], more: boolean, loadMore: () => void, loading: boolean } {
  const queries = useQueryClient()
  const key = useMemo(() => ['orders', query] as const, [query])
  const { data, hasNextPage, fetchNextPage, isFetching } = useInfiniteQuery({
    queryKey: key,
    initialPageParam: { late: query.overtime ?? true, cursor: undefined } as Part,
    // Overtime first: when those are through, the others follow.
    getNextPageParam: (page: OrderPage, _pages: OrderPage[], { late }: Part): Part | undefined =>
      page.next !== null ? { late, cursor: page.next } : late && query.overtime === undefined ? { late: false, cursor: undefined } : undefined,
    queryFn: async ({ pageParam: { late, cursor } }): Promise<OrderPage> => (await api.GET('/api/work-orders', { params: { query: { ...query, overtime: late, limit: pageSize, ...(cursor === undefined ? {} : { cursor }) } } })).data ?? { items: [], next: null }
  })
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined)
  useEffect(() => () => { clearTimeout(timer.current) }, [])
  useFeed(['order.'], event => {
    if (event.topic === 'order.draft.save') return
    if (event.topic === resync) { void queries.invalidateQueries({ queryKey: ['orders'] }); return }
    timer.current ??= setTimeout(() => {
      timer.current = undefined
      void queries.invalidateQueries({ queryKey: ['orders'] })
      void queries.invalidateQueries({ queryKey: ['counts'] })
    }, 2000)
  })
  const rows = useMemo(() => data?.pages.flatMap(p => p.items) ?? [], [data])
  return { rows, more: hasNextPage, loadMore: () => { void fetchNextPage() }, loading: isFetching }
}

interface OrderListProps {
  query: OrderFilter
  chosen: string | null
  onChoose: (id: string) => void
  label: string
  empty: string
  row: (order: OrderSummary) => ReactNode
  /** pixels a row is high */
  height?: number
}

/** A list of any length: only what is seen is drawn. Arrow keys go through it. */
export function OrderList ({ query, chosen, onChoose, label, empty, row, height = rowHeight }: OrderListProps): ReactNode {
  const { t } = useTranslation('shell')
  const { rows, more, loadMore, loading } = useOrderList(query)
  const frame = useRef<HTMLDivElement>(null)
  const virtual = useVirtualizer({ count: rows.length, getScrollElement: () => frame.current, estimateSize: () => height, overscan: 8 })
  const items = virtual.getVirtualItems()
  const last = items.at(-1)?.index ?? 0
  useEffect(() => { if (more && !loading && last >= rows.length - 20) loadMore() }, [more, loading, last, rows.length, loadMore])

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
    <div ref={frame} className='order-list' role='listbox' tabIndex={0} aria-label={label} aria-activedescendant={chosen === null ? undefined : `row-${chosen}`} onKeyDown={press}>
      {rows.length === 0 && <div className='muted empty'>{loading ? '…' : empty || t('nothing')}</div>}
      <div style={{ height: virtual.getTotalSize(), position: 'relative' }}>
        {items.map(item => {
          const order = rows[item.index]
          return order && (
            <div
              key={order.id} id={`row-${order.id}`} role='option' aria-selected={order.id === chosen} className='order-row'
              style={{ height: item.size, transform: `translateY(${item.start}px)` }} onClick={() => { onChoose(order.id) }}
            >{row(order)}
            </div>
          )
        })}
      </div>
    </div>
  )
}
