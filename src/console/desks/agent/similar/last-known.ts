import { useQuery } from '@tanstack/react-query'
import type { SimilarOrder } from '../../../orders/order-types.ts'
import { readOrder } from '../../../orders/orders.ts'

export interface LastKnown { place: string, name: string, townId: string | null }

/** Place, name and town of this caller's last order, shown before the caller gives them. */
export function useLastKnown (orders: readonly SimilarOrder[]): LastKnown | null {
  const id = orders[0]?.id ?? null
  const { data } = useQuery({
    queryKey: ['last-known', id],
    enabled: id !== null,
    staleTime: 60_000,
    queryFn: async () => {
      const { place, complainant, townId } = await readOrder(id ?? '')
      return { place: place ?? '', name: complainant.name ?? '', townId }
    }
  })
  return id === null || !data || data.place + data.name === '' ? null : data
}
