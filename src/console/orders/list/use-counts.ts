import { useQuery } from '@tanstack/react-query'
import { api } from '../../api/client.ts'
import type { paths } from '../../api/api-types.d.ts'
import { orderStates } from '../order-lists.ts'
import type { OrderFilter } from '../order-types.ts'

export type Counts = paths['/api/work-orders/counts']['get']['responses']['200']['content']['application/json']

/** How many orders are in one of the states that a filter names, by commas. */
export const countOfStates = ({ byState }: Counts, { state = '' }: OrderFilter): number => {
  const named = state.split(',')
  return orderStates.reduce((sum, one) => sum + (named.includes(one) ? byState[one] ?? 0 : 0), 0)
}

/** Numbers of orders by state, town and unit, with the time of counting. */
export function useCounts ({ sort: _, ...query }: OrderFilter): Counts | null {
  const { data } = useQuery({
    queryKey: ['counts', query],
    refetchInterval: 30_000,
    placeholderData: before => before,
    queryFn: async () => (await api.GET('/api/work-orders/counts', { params: { query } })).data ?? null
  })
  return data ?? null
}
