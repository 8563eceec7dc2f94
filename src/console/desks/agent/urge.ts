import { useCallback } from 'react'
import { useTranslation } from 'react-i18next'
import { api, onceKey } from '../../api/client.ts'
import type { OrderSummary } from '../../orders/orders.ts'
import type { Call } from '../../phone/my-agent.ts'
import { useAttempt } from '../../shell/refusals.ts'
import type { Draft, DraftBook } from './draft-book.ts'

/** 催办: the call belongs to an open order; its timeline says so, the draft of the call is not needed. */
export function useUrge (book: DraftBook, draft: Draft, call: Call | null): (order: Pick<OrderSummary, 'id' | 'number'>) => void {
  const { t } = useTranslation('agent')
  const attempt = useAttempt()
  return useCallback(order => {
    void attempt(async () => {
      if (call) await api.POST('/api/calls/{id}/orders', { params: { path: { id: call.id }, header: onceKey() }, body: { orderId: order.id, role: 'reminder' } })
      await api.POST('/api/work-orders/{id}/notes', { params: { path: { id: order.id }, header: onceKey() }, body: { text: `${t('urgeNote')}${draft.fields.description ?? ''}` } })
      if (call) await api.POST('/api/calls/{id}/disposition', { params: { path: { id: call.id }, header: onceKey() }, body: { disposition: 'answered' } })
      book.finish(draft.key, { number: order.number, what: 'urged' })
    })
  }, [attempt, book, draft, call, t])
}
