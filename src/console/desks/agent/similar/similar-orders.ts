import { useQuery, useQueryClient } from '@tanstack/react-query'
import { api } from '../../../api/client.ts'
import { resync, useFeed } from '../../../feed/feed.ts'
import { useDebounced } from '../../../moments/moments.tsx'
import type { SimilarOrder } from '../../../orders/order-types.ts'
import type { Call } from '../../../phone/my-agent.ts'
import type { Draft } from '../draft/draft.ts'
import { useLastKnown, type LastKnown } from './last-known.ts'

interface Query { callId?: string, place?: string, townId?: string, category?: string }

/** null until the answer is there */
function useSimilar (wanted: Query, without: string | null): readonly SimilarOrder[] | null {
  const queries = useQueryClient()
  const query = useDebounced(wanted)
  const enabled = query.callId !== undefined || query.place !== undefined || (query.townId !== undefined && query.category !== undefined)
  const { data } = useQuery({
    queryKey: ['similar', query],
    enabled,
    placeholderData: before => before,
    queryFn: async () => (await api.GET('/api/work-orders/similar', { params: { query } })).data?.items ?? []
  })
  useFeed(['order.'], ({ topic, subject }) => {
    const shown = data?.some(o => o.id === subject) ?? false
    if (shown || topic === resync || topic === 'order.case.file') void queries.invalidateQueries({ queryKey: ['similar', query] })
  })
  return enabled && !data ? null : (enabled ? data ?? [] : []).filter(o => o.id !== without)
}

export interface SimilarOrders {
  /** orders of this number */
  open: readonly SimilarOrder[]
  closed: readonly SimilarOrder[]
  /** open orders of other callers at this place; until a place is written, at the place of the caller's last order */
  here: readonly SimilarOrder[]
  /** the same kind of matter in this town */
  kind: readonly SimilarOrder[]
  lastKnown: LastKnown | null
  /** whether the orders of this number have been read */
  read: boolean
  /** whether an empty list means that there are none: a masked or withheld number cannot be looked up */
  known: boolean
}

/** Orders that may be about the same matter: of this caller, at this place, or of this category in this town. */
export function useSimilarOrders (draft: Draft, call: Call | null): SimilarOrders {
  const { place = '', townId, categoryCode } = draft.fields
  // The service looks up the number of the agent's own call; a withheld number finds nothing.
  const found = useSimilar(call !== null && call.number !== '' ? { callId: call.id } : {}, draft.orderId)
  const own = found ?? []
  const lastKnown = useLastKnown(own)
  const where = place !== null && place.trim().length > 1 ? place : lastKnown?.place ?? ''
  const others = (useSimilar(
    { ...(where.length > 1 ? { place: where } : {}), ...(townId ? { townId } : {}), ...(categoryCode ? { category: categoryCode } : {}) },
    draft.orderId
  ) ?? [])
    .filter(o => !own.some(mine => mine.id === o.id))
  const ofPlace = (o: SimilarOrder): boolean => o.why.includes('place') || o.why.includes('near')
  return {
    open: own.filter(o => o.open),
    closed: own.filter(o => !o.open),
    here: others.filter(o => o.open && ofPlace(o)),
    kind: others.filter(o => !(o.open && ofPlace(o))),
    lastKnown,
    read: found !== null,
    known: call !== null && /^\+?\d+$/.test(call.number)
  }
}
