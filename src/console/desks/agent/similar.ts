import { useQuery } from '@tanstack/react-query'
import { api } from '../../api/client.ts'
import { useRested } from '../../moments/moments.tsx'
import type { SimilarOrder } from '../../orders/orders.ts'
import type { Call } from '../../phone/my-agent.ts'
import type { Draft } from './draft-book.ts'

/** Orders that may be about the same: of this caller, this place, or this kind in this town. */
export function useSimilar (draft: Draft, call: Call | null): readonly SimilarOrder[] {
  const { place, townId, categoryCode } = draft.fields
  const number = call?.number ?? ''
  // A masked number finds nobody.
  const caller = /^\+?\d{3,}$/.test(number) ? number : undefined
  const asked = useRested(JSON.stringify({
    ...(caller ? { caller } : {}), ...(place && place.length > 1 ? { place } : {}), ...(townId ? { townId } : {}), ...(categoryCode ? { category: categoryCode } : {})
  }))
  const query = JSON.parse(asked) as { caller?: string, place?: string, townId?: string, category?: string }
  const { data } = useQuery({
    queryKey: ['similar', asked],
    enabled: query.caller !== undefined || query.place !== undefined || (query.townId !== undefined && query.category !== undefined),
    placeholderData: before => before,
    queryFn: async () => (await api.GET('/api/work-orders/similar', { params: { query } })).data?.items ?? []
  })
  return (data ?? []).filter(o => o.id !== draft.orderId)
}
