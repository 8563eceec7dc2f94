import { addKeeper } from '../../../api/leaving.ts'
import type { Order, OrderFields } from '../../../orders/order-types.ts'
import { changed, fieldsOf, isWritten, newDraft, outcomeOf, type Draft } from './draft.ts'
import { createDraftSaving, retryMs, type DraftSaving } from './draft-saving.ts'
import { keepDrafts, type KeptDrafts } from './kept-drafts.ts'

export interface DraftBook {
  drafts: () => readonly Draft[]
  subscribe: (tell: () => void) => () => void
  open: (callId: string | null) => Draft
  write: (key: string, fields: OrderFields, townByHand?: boolean) => void
  /** the server's draft of the call */
  adopt: (key: string, order: Order) => void
  /** saves what is not on the server yet; resolves when it is, or rejects with the refusal */
  flush: (key: string) => Promise<Draft>
  /** answers not yet given; they live in this browser until they are */
  keep: (key: string, change: Pick<Draft, 'reply' | 'text' | 'article'>) => void
  /** what a person decided where two wrote the same fields */
  settle: (key: string, fields: OrderFields) => void
  /** `orderId`: of an order that was made without a call */
  finish: (key: string, done: Draft['done'], orderId?: string) => void
  close: (key: string) => void
}

/** The drafts of one login: kept in this browser at every key press, saved on the server at every pause. */
export function createDraftBook (login: string): DraftBook {
  // The other tab may close before its draft is on the server: it is saved from here.
  const kept = keepDrafts(login, draft => { if (draft.keeping === 'saving') saving.later(draft.key, retryMs) })
  const saving = createDraftSaving(kept)

  addKeeper({
    save: async () => {
      const unsaved = kept.all().filter(d => d.done === null && d.orderId !== null && d.keeping !== 'saved')
      await Promise.allSettled(unsaved.map(async d => await saving.now(d.key)))
    },
    unsaved: () => kept.all().filter(d => d.done === null && isWritten(d) &&
      (d.orderId === null || d.keeping !== 'saved' || Boolean(d.reply))).length,
    forget () {
      saving.leave()
      kept.leave()
    }
  })

  // After a reload, or when the network is back: what has not reached the server yet.
  const saveAll = (): void => { for (const { key } of kept.all()) saving.later(key) }
  saveAll()
  addEventListener('online', saveAll)

  return {
    drafts: kept.all,
    subscribe: kept.subscribe,
    open: callId => open(kept, callId),
    write: (key, fields, townByHand) => { write(kept, saving, key, { fields, townByHand }) },
    adopt: (key, order) => { adopt(kept, saving, key, order) },
    flush: saving.now,
    keep: kept.change,
    settle (key, fields) {
      if (!kept.get(key)) return
      kept.change(key, { theirs: null, fields })
      saving.later(key)
    },
    finish: (key, done, orderId) => { kept.change(key, { done, ...(orderId === undefined ? {} : { orderId }) }) },
    close (key) {
      saving.cancel(key)
      kept.set(kept.all().filter(d => d.key !== key))
    }
  }
}

function open (kept: KeptDrafts, callId: string | null): Draft {
  const known = callId === null ? undefined : kept.all().find(d => d.callId === callId)
  if (known) return known
  const draft = newDraft(callId)
  // A new call makes room: drafts that are done go, and those of calls in which nothing was written.
  const others = callId === null ? kept.all() : kept.all().filter(d => d.done === null && (d.callId === null || isWritten(d)))
  kept.set([...others, draft])
  return draft
}

function write (
  kept: KeptDrafts, saving: DraftSaving, key: string, { fields, townByHand }: { fields: OrderFields, townByHand: boolean | undefined }
): void {
  const draft = kept.get(key)
  if (!draft || draft.done) return
  const mended = draft.refused && draft.refused.field in fields ? { refused: null } : {}
  kept.change(key, {
    ...mended,
    fields: { ...draft.fields, ...fields },
    keeping: draft.orderId === null ? 'local' : 'saving',
    ...(townByHand === undefined ? {} : { townByHand })
  })
  saving.later(key)
}

function adopt (kept: KeptDrafts, saving: DraftSaving, key: string, order: Order): void {
  const draft = kept.get(key)
  if (!draft || draft.done) return
  if (draft.orderId === order.id && (order.state !== 'DRAFT' || order.version <= draft.version)) {
    if (order.state !== 'DRAFT') kept.change(key, { done: outcomeOf(order) })
    return
  }
  const theirs = fieldsOf(order)
  kept.change(key, {
    orderId: order.id,
    number: order.number,
    version: order.version,
    saved: theirs,
    fields: { ...theirs, ...changed(draft.fields, draft.saved) },
    keeping: 'saved'
  })
  saving.later(key)
}
