import { App } from 'antd'
import { useCallback } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '../../../api/client.ts'
import type { OrderSummary } from '../../../orders/order-types.ts'
import type { Call } from '../../../phone/my-agent.ts'
import { useAttempt } from '../../../shell/refusals.ts'
import type { DraftBook } from '../draft/draft-book.ts'
import type { Draft } from '../draft/draft.ts'

/**
 * 催办: the call is about an open order, and the unit that has it is told. The call's draft is finished with it, unless another matter has
 * been begun in the draft: then it stays open.
 */
export function useUrge (book: DraftBook, draft: Draft, call: Call | null): (order: Pick<OrderSummary, 'id' | 'number'>) => void {
  const { t } = useTranslation('agent')
  const { message } = App.useApp()
  const attempt = useAttempt()
  return useCallback(order => {
    const { title, categoryCode, description } = draft.fields
    const another = Boolean(title) || Boolean(categoryCode)
    void attempt(async () => {
      const { data } = await api.POST('/api/work-orders/{id}/urge', {
        params: { path: { id: order.id }, header: { 'idempotency-key': `${draft.onceKey}-u-${order.id}` } },
        body: { reason: (another ? '' : description?.trim().slice(0, 400)) || t('urgeReason'), ...(call ? { callId: call.id } : {}) }
      })
      const what = data?.told === false ? 'urgedQuietly' : 'urged'
      if (another) void message.success(`${t(what)} ${order.number}`, 8)
      else book.finish(draft.key, { number: order.number, what })
    })
  }, [attempt, message, book, draft, call, t])
}
