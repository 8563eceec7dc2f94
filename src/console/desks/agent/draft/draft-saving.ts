import { ApiError, api, onceKey } from '../../../api/client.ts'
import type { OrderFields } from '../../../orders/order-types.ts'
import { readOrder } from '../../../orders/orders.ts'
import { changed, formFields, rebased, savedWith, type Draft } from './draft.ts'
import type { KeptDrafts } from './kept-drafts.ts'

/** ms without a key press after which a draft is saved */
const pauseMs = 700
/** ms until a saving that failed is tried again */
export const retryMs = 4000

/** Brings drafts to the server. */
export interface DraftSaving {
  /** saves it after a pause (`ms`, default 700); when nothing answers, again until it is saved */
  later: (key: string, ms?: number) => void
  /** saves what is not on the server yet; resolves when it is, or rejects with the refusal */
  now: (key: string) => Promise<Draft>
  cancel: (key: string) => void
  /** nothing is saved any more */
  leave: () => void
}

/** The session may have ended, or the service may be restarting: worth another try. */
const mayPass = (error: unknown): boolean =>
  error instanceof ApiError && (error.status === 0 || error.status === 401 || error.status === 409 || error.status >= 500)

/** The field the server refused, if it is one of those sent. */
function refusedField (error: unknown, sent: OrderFields): { field: keyof OrderFields, code: string } | null {
  if (!(error instanceof ApiError) || error.status >= 500) return null
  const name = error.details.field ?? error.fields[0]?.path.split('/').at(-1)
  const field = formFields.find(key => key in sent && key === name)
  return field === undefined ? null : { field, code: error.code }
}

export function createDraftSaving (kept: KeptDrafts): DraftSaving {
  const timers = new Map<string, ReturnType<typeof setTimeout>>()
  const running = new Map<string, Promise<Draft>>()
  let left = false

  function later (key: string, ms = pauseMs): void {
    clearTimeout(timers.get(key))
    if (left) return
    timers.set(key, setTimeout(() => {
      now(key).catch((error: unknown) => {
        if (mayPass(error) && kept.get(key)?.theirs === null) later(key, retryMs)
      })
    }, ms))
  }

  /** One saving of a draft at a time, in the order in which they were asked for. */
  async function now (key: string): Promise<Draft> {
    clearTimeout(timers.get(key))
    const before = running.get(key)
    const work = (before ?? Promise.resolve()).catch(() => {}).then(async () => await save(key))
    running.set(key, work)
    try {
      return await work
    } finally {
      if (running.get(key) === work) running.delete(key)
    }
  }

  async function save (key: string, mayRepeat = true): Promise<Draft> {
    const draft = kept.current(key)
    const sent = changed(draft.fields, draft.saved)
    if (draft.refused) delete sent[draft.refused.field]
    if (draft.orderId === null || draft.done !== null) return draft
    if (Object.keys(sent).length === 0) {
      kept.change(key, { keeping: draft.refused ? 'failed' : 'saved' })
      return kept.current(key)
    }
    kept.change(key, { keeping: 'saving' })
    try {
      const { data } = await api.PUT('/api/work-orders/{id}/draft',
        { params: { path: { id: draft.orderId }, header: onceKey() }, body: { version: draft.version, ...sent } })
      kept.change(key, { version: data?.version ?? draft.version, saved: savedWith(draft, sent) })
      // What was typed meanwhile is saved at its own pause.
      const { fields, saved } = kept.current(key)
      kept.change(key, { keeping: draft.refused ? 'failed' : Object.keys(changed(fields, saved)).length === 0 ? 'saved' : 'saving' })
    } catch (error) {
      const refused = refusedField(error, sent)
      if (refused && mayRepeat) {
        // The other fields do not wait for the refused one.
        kept.change(key, { refused })
        await save(key, false)
        throw error
      }
      if (error instanceof ApiError && error.code === 'version-conflict') {
        const order = await readOrder(draft.orderId)
        const next = rebased(draft, sent, kept.current(key).fields, order)
        kept.change(key, next)
        if (next.theirs === null && mayRepeat) return await save(key, false)
      }
      kept.change(key, { keeping: 'failed' })
      throw error
    }
    return kept.current(key)
  }

  return {
    later,
    now,
    cancel: key => { clearTimeout(timers.get(key)) },
    leave () {
      left = true
      for (const timer of timers.values()) clearTimeout(timer)
    }
  }
}
