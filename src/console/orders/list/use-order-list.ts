import { useInfiniteQuery, useQueryClient, type InfiniteData } from '@tanstack/react-query'
import { useEffect, useMemo, useRef } from 'react'
import { api } from '../../api/client.ts'
import { resync, useFeed } from '../../feed/feed.ts'
import type { OrderFilter, OrderPage, OrderSummary } from '../order-types.ts'

const pageSize = 100
/** orders requested at once by their ids */
const maxAsked = 100

/** Where a page begins: overdue orders come first, then the others. */
interface Part { late: boolean, cursor: string | undefined }
type Loaded = InfiniteData<OrderPage, Part>

const isLate = ({ overtime: { onSite, handling, citizen, dispatch } }: OrderSummary): boolean =>
  [onSite, handling, citizen, dispatch].some(at => at !== null)

/** Sorts as the service does: overdue first, then newest first; by `due`: 特急 first, then the earliest deadline. */
function comesBefore (a: OrderSummary, b: OrderSummary, sort: OrderFilter['sort']): boolean {
  if (sort === 'due') {
    if ((a.urgency === 'critical') !== (b.urgency === 'critical')) return a.urgency === 'critical'
    return a.nextDueAt !== b.nextDueAt ? a.nextDueAt < b.nextDueAt : a.id < b.id
  }
  if (isLate(a) !== isLate(b)) return isLate(a)
  if (a.receivedAt !== b.receivedAt) return a.receivedAt > b.receivedAt
  return a.id > b.id
}

/**
 * The loaded pages after some orders have changed: orders that no longer match the filter are removed, those that match are put in their
 * place, without reading a page again. An order that sorts below the last loaded row comes with its page.
 */
export function withChanges (
  loaded: Loaded,
  asked: ReadonlySet<string>,
  found: readonly OrderSummary[],
  ended: boolean,
  sort?: OrderFilter['sort']
): Loaded {
  const pages = loaded.pages.map(page => ({ ...page, items: page.items.filter(o => !asked.has(o.id)) }))
  for (const order of found) {
    const page = pages.find(p => p.items.some(o => comesBefore(order, o, sort)))
    if (page) page.items.splice(page.items.findIndex(o => comesBefore(order, o, sort)), 0, order)
    else if (ended) pages.at(-1)?.items.push(order)
  }
  return { ...loaded, pages }
}

/** `read`: false until the list has been read once */
export interface OrderListRows { rows: readonly OrderSummary[], more: boolean, loadMore: () => void, loading: boolean, read: boolean }

/** Orders, loaded page by page while scrolling; changed orders are read again within a second. */
export function useOrderList (query: OrderFilter): OrderListRows {
  const queries = useQueryClient()
  const key = useMemo(() => ['order-list', query] as const, [query])
  const { data, hasNextPage, fetchNextPage, isFetching } = useInfiniteQuery({
    queryKey: key,
    initialPageParam: { late: query.overtime ?? true, cursor: undefined } as Part,
    // With `overtime` in the filter, or sorted by `due`, one pass over the service's list; else overdue orders first.
    getNextPageParam: (page: OrderPage, _pages: OrderPage[], { late }: Part): Part | undefined =>
      page.next !== null
        ? { late, cursor: page.next }
        : late && query.overtime === undefined && query.sort !== 'due' ? { late: false, cursor: undefined } : undefined,
    queryFn: async ({ pageParam: { late, cursor } }): Promise<OrderPage> => (await api.GET(
      '/api/work-orders',
      {
        params: {
          query: {
            ...query,
            ...(query.sort === 'due' ? {} : { overtime: late }),
            limit: pageSize,
            ...(cursor === undefined ? {} : { cursor })
          }
        }
      }
    )).data ?? { items: [], next: null },
    // The feed updates a list that is on the page; one that was away is read again.
    staleTime: Infinity,
    gcTime: 0,
    refetchOnReconnect: false
  })

  const changed = useRef(new Set<string>())
  const patching = useRef<ReturnType<typeof setTimeout> | undefined>(undefined)
  const counting = useRef<ReturnType<typeof setTimeout> | undefined>(undefined)
  const latest = useRef({ isFetching, hasNextPage, key, query })
  useEffect(() => { latest.current = { isFetching, hasNextPage, key, query } })
  useEffect(() => () => { clearTimeout(patching.current); clearTimeout(counting.current) }, [])

  // Many pages hear the same event: each waits a moment of its own before it asks.
  const patchSoon = (): void => {
    patching.current ??= setTimeout(() => { patching.current = undefined; void patch() }, 400 + Math.random() * 400)
  }

  async function patch (): Promise<void> {
    const { isFetching, key, query } = latest.current
    // A page being read would overwrite what is put in now.
    if (isFetching) { patchSoon(); return }
    const asked = [...changed.current].slice(0, maxAsked)
    for (const id of asked) changed.current.delete(id)
    if (changed.current.size > 0) patchSoon()
    const { data: answer } = await api.GET('/api/work-orders',
      { params: { query: { ...query, ids: asked.join(','), limit: maxAsked } } }).catch(() => ({ data: undefined }))
    if (!answer) return
    queries.setQueryData<Loaded>(
      key,
      loaded => loaded && withChanges(loaded, new Set(asked), answer.items, !latest.current.hasNextPage, query.sort)
    )
  }

  useFeed(['order.'], event => {
    if (event.topic === resync) {
      // After many pages only the first is read again: reading all of them takes longer than scrolling back.
      const few = (queries.getQueryData<Loaded>(key)?.pages.length ?? 0) <= 3
      void (few ? queries.invalidateQueries({ queryKey: key }) : queries.resetQueries({ queryKey: key }))
      return
    }
    counting.current ??= setTimeout(() => {
      counting.current = undefined
      void queries.invalidateQueries({ queryKey: ['counts'] })
    }, 2000 + Math.random() * 2000)
    if (event.topic === 'order.draft.save') return
    changed.current.add(event.subject)
    patchSoon()
  })

  const rows = useMemo(() => data?.pages.flatMap(p => p.items) ?? [], [data])
  return { rows, more: hasNextPage, loadMore: () => { void fetchNextPage() }, loading: isFetching, read: data !== undefined }
}
