import { useQuery, useQueryClient } from '@tanstack/react-query'
import { api } from '../api/client.ts'
import { resync, useFeed } from '../feed/feed.ts'
import type { Order } from './order-types.ts'
import './words/order-event-words.ts'
import './words/order-words.ts'

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
