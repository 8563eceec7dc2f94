import { useCallback } from 'react'
import { api, onceKey } from '../../../api/client.ts'
import type { OrderSummary } from '../../../orders/order-types.ts'
import type { Call } from '../../../phone/my-agent.ts'
import { useAttempt } from '../../../shell/refusals.ts'
import type { DraftBook } from '../draft/draft-book.ts'
import type { Draft } from '../draft/draft.ts'

/**
 * 并单, 附上来电人: the caller complains about the matter of an open order. They join its complainants and are called back with them.
 * While the call still rings there is no draft to merge: the complainant is added by the call.
 */
export function useAttach (book: DraftBook, draft: Draft, call: Call | null): (order: Pick<OrderSummary, 'id' | 'number'>) => void {
  const attempt = useAttempt()
  return useCallback(order => {
    void attempt(async () => {
      const now = draft.orderId === null ? draft : await book.flush(draft.key)
      if (now.orderId !== null) {
        await api.POST('/api/work-orders/{id}/merge',
          { params: { path: { id: now.orderId }, header: onceKey() }, body: { version: now.version, targetId: order.id } })
      } else {
        const { complainantName: name, description: words, requestType, confidential, marks, complainantKind, creditCode } = now.fields
        const protection = {
          ...(requestType ? { requestType } : {}),
          ...(confidential === undefined ? {} : { confidential }),
          ...(marks ? { marks } : {}),
          ...(complainantKind ? { complainantKind, creditCode: creditCode?.trim() || null } : {})
        }
        const number = /^\+?\d{5,}$/.test(call?.number ?? '') ? call?.number : undefined
        await api.POST('/api/work-orders/{id}/complainants', {
          params: { path: { id: order.id }, header: { 'idempotency-key': `${now.onceKey}-c` } },
          body: {
            ...(call ? { callId: call.id } : {}),
            ...(number === undefined ? {} : { number }),
            name: name?.trim() || null,
            ...(words ? { words } : {}),
            ...protection
          }
        })
      }
      book.finish(draft.key, { number: order.number, what: 'merged' })
    })
  }, [attempt, book, draft, call])
}
