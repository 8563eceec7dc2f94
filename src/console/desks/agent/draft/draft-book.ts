import { ApiError, api, onceKey } from '../../../api/client.ts'
import { addKeeper } from '../../../api/leaving.ts'
import { randomKey } from '../../../api/random-key.ts'
import { readOrder, type Order, type OrderFields } from '../../../orders/orders.ts'

/** An order being taken down. Every key press is kept in this browser, every pause on the server. */
export interface Draft {
  key: string
  callId: string | null
  /** null until the server has a draft for the call; a draft without a call lives in this browser until it is filed */
  orderId: string | null
  number: string | null
  version: number
  fields: OrderFields
  /** what the server is known to hold */
  saved: OrderFields
  townByHand: boolean
  /** the key under which it is filed: once, however often it is pressed */
  onceKey: string
  openedAt: number
  keeping: 'local' | 'saving' | 'saved' | 'failed'
  /** the field the server refused, and why; the others are saved without it */
  refused?: { field: keyof OrderFields, code: string } | null
  /** somebody else changed the same fields: both are shown */
  theirs: OrderFields | null
  /** the answer being written, the text message being written, and the knowledge article they come from; of this browser only */
  reply?: string | null
  text?: string | null
  article?: { id: string, title: string } | null
  /** what became of it */
  done: { number: string, what: 'filed' | 'dispatched' | 'answered' | 'rejected' | 'merged' | 'urged' | 'urgedQuietly' } | null
}

const empty: OrderFields = { title: '', description: '', place: '', occurred: '', complainantName: '' }
const keys = [
  'requestType', 'categoryCode', 'urgency', 'title', 'description', 'place', 'townId', 'occurred', 'complainantName', 'anonymous',
  'confidential', 'wantsCallback', 'marks', 'aboutUnitId'
] as const

/** What of an order can be written in the form. The number stays out: it may be masked. */
export function fieldsOf (order: Order): OrderFields {
  return {
    requestType: order.requestType,
    categoryCode: order.categoryCode,
    urgency: order.urgency,
    title: order.title,
    description: order.description,
    place: order.place ?? '',
    townId: order.townId,
    occurred: order.occurred,
    complainantName: order.complainant.name ?? '',
    anonymous: order.complainant.anonymous,
    confidential: order.confidential,
    wantsCallback: order.complainant.wantsCallback,
    marks: order.marks,
    aboutUnitId: order.aboutUnit?.id ?? null
  }
}

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a ?? null) === JSON.stringify(b ?? null)

/** The fields that differ from what the server holds. */
export function changed (fields: OrderFields, saved: OrderFields): OrderFields {
  const found: Record<string, unknown> = {}
  for (const key of [...keys, 'complainantNumber'] as const) {
    if (!(key in fields) || same(fields[key], saved[key])) continue
    const value = fields[key]
    // Empty words mean nothing is known; the API takes null for the sealed ones.
    found[key] = value === '' && (key === 'place' || key === 'complainantName' || key === 'complainantNumber') ? null : value
  }
  return found
}

/** Whether anybody has written anything into it. */
export const isWritten = ({ fields: { title, description, place }, reply }: Draft): boolean =>
  `${title ?? ''}${description ?? ''}${place ?? ''}${reply ?? ''}` !== ''

export interface DraftBook {
  drafts: () => readonly Draft[]
  subscribe: (tell: () => void) => () => void
  open: (callId: string | null) => Draft
  write: (key: string, fields: OrderFields, townByHand?: boolean) => void
  /** the server's draft of the call */
  adopt: (key: string, order: Order) => void
  /** writes what is not on the server yet; resolves when it is, or rejects with the refusal */
  flush: (key: string) => Promise<Draft>
  /** answers not yet given; they live in this browser until they are */
  keep: (key: string, change: Pick<Draft, 'reply' | 'text' | 'article'>) => void
  /** what a person decided where two wrote the same fields */
  settle: (key: string, fields: OrderFields) => void
  /** `orderId`: of an order that was made without a call */
  finish: (key: string, done: Draft['done'], orderId?: string) => void
  close: (key: string) => void
}

const pauseMs = 700
const retryMs = 4000

/** The drafts of one login in this browser, each in a place of its own: what is written in one tab stands in the others at once. */
export function createDraftBook (login: string): DraftBook {
  const place = `liandong-drafts:${login}:`
  const listeners = new Set<() => void>()
  const timers = new Map<string, ReturnType<typeof setTimeout>>()
  const running = new Map<string, Promise<Draft>>()
  let drafts: readonly Draft[] = read()
  let left = false

  /** None where it cannot be read: the others stand all the same. */
  function readOne (name: string): Draft[] {
    try {
      return [JSON.parse(localStorage.getItem(name) ?? '') as Draft]
    } catch {
      return []
    }
  }
  function read (): Draft[] {
    const kept = Object.keys(localStorage).filter(name => name.startsWith(place)).flatMap(readOne)
    return kept.sort((a, b) => a.openedAt - b.openedAt)
  }
  function set (next: readonly Draft[]): void {
    if (!left) {
      for (const draft of next) if (!drafts.includes(draft)) localStorage.setItem(place + draft.key, JSON.stringify(draft))
      for (const { key } of drafts) if (!next.some(d => d.key === key)) localStorage.removeItem(place + key)
    }
    drafts = next
    for (const tell of listeners) tell()
  }
  /** Another tab has written. Should it go before the service has its words, they are brought there from here. */
  function hear ({ key: name }: StorageEvent): void {
    if (name !== null && !name.startsWith(place)) return
    drafts = read()
    for (const tell of listeners) tell()
    const draft = drafts.find(d => place + d.key === name)
    if (draft?.keeping === 'saving') later(draft.key, retryMs)
  }
  const get = (key: string): Draft | undefined => drafts.find(d => d.key === key)
  const change = (key: string, to: Partial<Draft>): void => { set(drafts.map(d => d.key === key ? { ...d, ...to } : d)) }
  const current = (key: string): Draft => {
    const draft = get(key)
    if (!draft) throw new Error('this draft is closed')
    return draft
  }

  /** Tried again until it is there: the session may have ended, the service may be restarting. */
  function later (key: string, ms = pauseMs): void {
    clearTimeout(timers.get(key))
    if (left) return
    timers.set(key, setTimeout(() => {
      flush(key).catch((error: unknown) => {
        const passing = error instanceof ApiError &&
          (error.status === 0 || error.status === 401 || error.status === 409 || error.status >= 500)
        if (passing && get(key)?.theirs === null) later(key, retryMs)
      })
    }, ms))
  }

  async function flush (key: string): Promise<Draft> {
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

  async function save (key: string, again = true): Promise<Draft> {
    const draft = current(key)
    const difference = changed(draft.fields, draft.saved)
    if (draft.refused) delete difference[draft.refused.field]
    if (draft.orderId === null || draft.done !== null) return draft
    if (Object.keys(difference).length === 0) {
      change(key, { keeping: draft.refused ? 'failed' : 'saved' })
      return current(key)
    }
    change(key, { keeping: 'saving' })
    try {
      const { data } = await api.PUT('/api/work-orders/{id}/draft',
        { params: { path: { id: draft.orderId }, header: onceKey() }, body: { version: draft.version, ...difference } })
      change(key, {
        version: data?.version ?? draft.version,
        saved: { ...draft.saved, ...Object.fromEntries(Object.keys(difference).map(k => [k, draft.fields[k as keyof OrderFields]])) }
      })
      // What was typed meanwhile is saved at its own pause.
      change(key, {
        keeping: draft.refused ? 'failed' : Object.keys(changed(current(key).fields, current(key).saved)).length === 0 ? 'saved' : 'saving'
      })
    } catch (error) {
      const field = error instanceof ApiError && error.status < 500
        ? (error.details.field ?? error.fields[0]?.path.split('/').at(-1)) as keyof OrderFields | undefined
        : undefined
      if (field !== undefined && field in difference && again) {
        // One field is wrong: the others are not to wait for it.
        change(key, { refused: { field, code: (error as ApiError).code } })
        await save(key, false)
        throw error
      }
      if (error instanceof ApiError && error.code === 'version-conflict') {
        const order = await readOrder(draft.orderId)
        const theirs = fieldsOf(order)
        // Our own words, whose answer a reload cut off, are nobody else's.
        const theirOwn = (k: keyof OrderFields): boolean => !same(theirs[k], draft.saved[k]) && !same(theirs[k], draft.fields[k])
        const both = (Object.keys(difference) as Array<keyof OrderFields>).filter(k => theirOwn(k) && k !== 'complainantNumber')
        // Only the version moved, or other fields: nothing of anybody is lost by writing ours on top. What was typed meanwhile is ours too.
        const { fields } = current(key)
        const ours = Object.fromEntries(Object.entries(fields).filter(
          ([k, v]) => k === 'complainantNumber' || !same(v, draft.saved[k as keyof OrderFields])
        ))
        change(key, { version: order.version, saved: theirs, fields: { ...theirs, ...ours }, theirs: both.length > 0 ? theirs : null })
        if (both.length === 0 && again) return await save(key, false)
      }
      change(key, { keeping: 'failed' })
      throw error
    }
    return current(key)
  }

  addKeeper({
    save: async () => {
      await Promise.allSettled(drafts.filter(d => d.done === null && d.orderId !== null &&
        d.keeping !== 'saved').map(async d => await flush(d.key)))
    },
    unsaved: () => drafts.filter(d => d.done === null && isWritten(d) &&
      (d.orderId === null || d.keeping !== 'saved' || Boolean(d.reply))).length,
    forget () {
      left = true
      removeEventListener('storage', hear)
      for (const timer of timers.values()) clearTimeout(timer)
      set([])
    }
  })

  addEventListener('storage', hear)
  // After a reload: what had not reached the server yet.
  for (const { key } of drafts) later(key)
  addEventListener('online', () => { for (const { key } of drafts) later(key) })

  return {
    drafts: () => drafts,
    subscribe (tell) {
      listeners.add(tell)
      return () => { listeners.delete(tell) }
    },
    open (callId) {
      const known = callId === null ? undefined : drafts.find(d => d.callId === callId)
      if (known) return known
      const draft: Draft = {
        key: callId ?? randomKey(),
        callId,
        orderId: null,
        number: null,
        version: 0,
        fields: empty,
        saved: empty,
        townByHand: false,
        onceKey: randomKey(),
        openedAt: Date.now(),
        keeping: 'local',
        theirs: null,
        done: null
      }
      // A new call: what was finished, and calls of which nothing was written down, make room.
      const kept = callId === null ? drafts : drafts.filter(d => d.done === null && (d.callId === null || isWritten(d)))
      set([...kept, draft])
      return draft
    },
    write (key, fields, townByHand) {
      const draft = get(key)
      if (!draft || draft.done) return
      const mended = draft.refused && draft.refused.field in fields ? { refused: null } : {}
      change(key, {
        ...mended,
        fields: { ...draft.fields, ...fields },
        keeping: draft.orderId === null ? 'local' : 'saving',
        ...(townByHand === undefined ? {} : { townByHand })
      })
      later(key)
    },
    adopt (key, order) {
      const draft = get(key)
      if (!draft || draft.done) return
      if (draft.orderId === order.id && (order.state !== 'DRAFT' || order.version <= draft.version)) {
        if (order.state !== 'DRAFT') {
          change(key, {
            done: {
              number: order.number,
              what: order.state === 'ANSWERED'
                ? 'answered'
                : order.state === 'REJECTED'
                  ? 'rejected'
                  : order.state === 'MERGED' ? 'merged' : order.state === 'DISPATCHED' ? 'dispatched' : 'filed'
            }
          })
        }
        return
      }
      const theirs = fieldsOf(order)
      const mine = changed(draft.fields, draft.saved)
      change(key, {
        orderId: order.id,
        number: order.number,
        version: order.version,
        saved: theirs,
        fields: { ...theirs, ...mine },
        keeping: 'saved'
      })
      later(key)
    },
    flush,
    keep: (key, to) => { change(key, to) },
    settle (key, fields) {
      if (!get(key)) return
      change(key, { theirs: null, fields })
      later(key)
    },
    finish: (key, done, orderId) => { change(key, { done, ...(orderId === undefined ? {} : { orderId }) }) },
    close (key) {
      clearTimeout(timers.get(key))
      set(drafts.filter(d => d.key !== key))
    }
  }
}
