import { useQuery } from '@tanstack/react-query'
import { api } from '../../../api/client.ts'
import { useRested } from '../../../moments/moments.tsx'
import type { SimilarOrder } from '../../../orders/orders.ts'
import type { Call } from '../../../phone/my-agent.ts'
import type { Draft } from '../draft/draft.ts'
import { useLastKnown, type LastKnown } from './last-known.ts'

interface Query { callId?: string, place?: string, townId?: string, category?: string }

/** null: asked, and not read yet */
function useSimilar (wanted: Query, without: string | null): readonly SimilarOrder[] | null {
  const asked = useRested(JSON.stringify(wanted))
  const query = JSON.parse(asked) as Query
  const enabled = query.callId !== undefined || query.place !== undefined || (query.townId !== undefined && query.category !== undefined)
  const { data } = useQuery({
    queryKey: ['similar', asked],
    enabled,
    placeholderData: before => before,
    queryFn: async () => (await api.GET('/api/work-orders/similar', { params: { query } })).data?.items ?? []
  })
  return enabled && !data ? null : (enabled ? data ?? [] : []).filter(o => o.id !== without)
}

export interface Alike {
  /** orders of this number */
  open: readonly SimilarOrder[]
  closed: readonly SimilarOrder[]
  /** open orders of this place by others; before a place is written down, of where the caller was last time */
  here: readonly SimilarOrder[]
  /** the same kind of matter in this town */
  kind: readonly SimilarOrder[]
  lastKnown: LastKnown | null
  /** whether the orders of this number have been read */
  read: boolean
  /** whether "none" means that there are none: behind a masked or withheld number nobody is found */
  known: boolean
}

/** Orders that may be about the same: of this caller, this place, or this kind in this town. */
export function useAlike (draft: Draft, call: Call | null): Alike {
  const { place = '', townId, categoryCode } = draft.fields
  // The service finds by the number of a call on one's own line; a withheld one finds nobody.
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
