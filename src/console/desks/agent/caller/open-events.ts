import { useQuery, useQueryClient } from '@tanstack/react-query'
import { api } from '../../../api/client.ts'
import { resync, useFeed } from '../../../feed/feed.ts'
import { openStates } from '../../../orders/order-lists.ts'
import type { OrderSummary } from '../../../orders/order-types.ts'

/** Class of 突发事件: outages, floods, gas leaks, about which many people ring at the same time. */
const eventClass = '16'
/** Under verification the incident itself is over. */
const underWay = openStates.filter(state => state !== 'VERIFYING').join(',')

/** Open orders of such incidents, those of this town first. */
export function useOpenEvents (townId: string | null): readonly OrderSummary[] {
  const queries = useQueryClient()
  const { data } = useQuery({
    queryKey: ['open-events'],
    refetchInterval: 30_000,
    queryFn: async () => (await api.GET('/api/work-orders',
      { params: { query: { category: eventClass, state: underWay, limit: 10 } } })).data?.items ?? []
  })
  useFeed(['order.'], ({ topic, subject }) => {
    const shown = data?.some(o => o.id === subject) ?? false
    if (shown || topic === resync || topic === 'order.case.file') void queries.invalidateQueries({ queryKey: ['open-events'] })
  })
  const here = (o: OrderSummary): number => townId !== null && o.townId === townId ? 0 : 1
  return [...data ?? []].sort((a, b) => here(a) - here(b))
}
