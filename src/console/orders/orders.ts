import { useQuery, useQueryClient } from '@tanstack/react-query'
import { api } from '../api/client.ts'
import type { paths } from '../api/api-types.d.ts'
import { resync, useFeed } from '../feed/feed.ts'
import './words/order-event-words.ts'
import './words/order-words.ts'

export type OrderPage = paths['/api/work-orders']['get']['responses']['200']['content']['application/json']
export type OrderSummary = OrderPage['items'][number]
export type Order = paths['/api/work-orders/{id}']['get']['responses']['200']['content']['application/json']
export type OrderState = Order['state']
export type OrderFilter = NonNullable<paths['/api/work-orders']['get']['parameters']['query']>
export type SimilarOrder = paths['/api/work-orders/similar']['get']['responses']['200']['content']['application/json']['items'][number]
export type Suggestion = paths['/api/work-orders/route']['get']['responses']['200']['content']['application/json']['suggestion']
export type OrderFields = Omit<paths['/api/work-orders/{id}/draft']['put']['requestBody']['content']['application/json'], 'version'>

export async function readOrder (id: string): Promise<Order> {
  const { data } = await api.GET('/api/work-orders/{id}', { params: { path: { id } } })
  if (!data) throw new Error('no answer')
  return data
}

/** One whole order; read again when the feed reports a change. */
export function useOrder (id: string | null): { order: Order | null, error: Error | null, reload: () => Promise<unknown> } {
  const queries = useQueryClient()
  const { data, error, refetch } = useQuery({
    queryKey: ['order', id],
    enabled: id !== null,
    queryFn: async () => await readOrder(id ?? '')
  })
  useFeed(['order.', 'callback.'], event => {
    if (id !== null && (event.topic === resync || event.subject === id || event.data.orderId === id)) {
      void queries.invalidateQueries({ queryKey: ['order', id] })
    }
  })
  return { order: data ?? null, error, reload: refetch }
}
