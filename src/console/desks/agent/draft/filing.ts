import { useQueryClient } from '@tanstack/react-query'
import { App } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api, onceKey } from '../../../api/client.ts'
import type { Suggestion } from '../../../orders/order-types.ts'
import { useAttempt } from '../../../shell/refusals.ts'
import type { DraftBook } from './draft-book.ts'
import { changed, type Draft } from './draft.ts'
import type { Rejection } from './reject-dialog.tsx'
import type { LiveNumber } from './reply-dialogs.tsx'

/** What can become of a draft. */
export interface Filing {
  busy: boolean
  /** names of the fields without which it cannot be filed */
  missing: readonly string[]
  file: () => void
  fileAndDispatch: () => void
  /** `live`: whom the caller was put through to */
  answer: (reply: string, live: LiveNumber | null) => void
  reject: (rejection: Rejection, reply: string) => void
}

/** `suggestion`: the unit it is dispatched to. */
export function useFiling (book: DraftBook, draft: Draft, suggestion: Suggestion): Filing {
  const { t } = useTranslation('agent')
  const { message } = App.useApp()
  const attempt = useAttempt()
  const queries = useQueryClient()
  const [busy, setBusy] = useState(false)
  const { fields, key } = draft
  const missing = [
    ...(fields.title ? [] : [t('what')]),
    ...(fields.categoryCode ? [] : [t('category').replace(/\s*[（(].*/, '')]),
    ...(fields.requestType ? [] : [t('order:requestType')])
  ]
  const askFor = (words: string): void => { void message.warning(`${t('missing')}${t('shell:colon')}${words}`) }
  const work = (doing: () => Promise<void>): void => {
    if (busy || draft.done) return
    setBusy(true)
    void attempt(doing).finally(() => {
      setBusy(false)
      void queries.invalidateQueries({ queryKey: ['my-orders'] })
    })
  }

  return {
    busy,
    missing,
    file () {
      if (missing.length > 0) { askFor(missing.join(t('shell:comma'))); return }
      work(async () => {
        const { id, number } = await onServer(book, key, true)
        book.finish(key, { number, what: 'filed' }, id)
      })
    },
    fileAndDispatch () {
      if (!suggestion || missing.length > 0) { askFor(missing.join(t('shell:comma')) || t('suggestion')); return }
      work(async () => {
        const { id, number, version } = await onServer(book, key, true)
        book.finish(key, { number, what: 'filed' }, id)
        await api.POST('/api/work-orders/{id}/dispatch', {
          params: { path: { id }, header: onceKey() },
          body: { version, mode: 'single', unitIds: [suggestion.unitId], basis: suggestion.basis }
        })
        book.finish(key, { number, what: 'dispatched' })
      })
    },
    answer (reply, live) {
      work(async () => {
        const { id, number, version } = await onServer(book, key, false)
        const outcome = live === null ? {} : { outcome: 'live-transfer', outcomeBody: live } as const
        await api.POST('/api/work-orders/{id}/answer',
          { params: { path: { id }, header: onceKey() }, body: { version, reply, article: draft.article?.id ?? null, ...outcome } })
        book.finish(key, { number, what: 'answered' }, id)
      })
    },
    reject (rejection, reply) {
      work(async () => {
        const { id, number, version } = await onServer(book, key, false)
        await api.POST('/api/work-orders/{id}/reject',
          { params: { path: { id }, header: onceKey() }, body: { version, reply, ...rejection } })
        book.finish(key, { number, what: 'rejected' }, id)
      })
    }
  }
}

/** The order on the server, filed or merely received: made from the call's draft, or as a new one. */
async function onServer (book: DraftBook, key: string, file: boolean): Promise<{ id: string, number: string, version: number }> {
  const now = await book.flush(key)
  if (now.orderId !== null) {
    if (!file) return { id: now.orderId, number: now.number ?? '', version: now.version }
    const { data } = await api.POST('/api/work-orders/{id}/file',
      { params: { path: { id: now.orderId }, header: { 'idempotency-key': now.onceKey } }, body: { version: now.version } })
    if (data) return data
  } else {
    const { data } = await api.POST('/api/work-orders', {
      params: { header: { 'idempotency-key': `${now.onceKey}-${file ? 'f' : 'r'}` } },
      body: { ...changed(now.fields, {}), channel: 'HOTLINE_962000', ...(now.callId ? { callId: now.callId } : {}), file }
    })
    if (data) return data
  }
  throw new Error('no answer')
}
