import { randomKey } from '../../../api/random-key.ts'
import { every } from '../../../api/closed-lists.ts'
import type { Order, OrderFields } from '../../../orders/order-types.ts'
import type { OrderField } from '../../../orders/words/field-words.ts'
import { now } from '../../../moments/now.ts'

/** An order being taken down. Every key press is kept in this browser; at every pause it is saved on the server. */
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
  /** idempotency key of filing: filed once, however often the button is pressed */
  onceKey: string
  openedAt: number
  keeping: 'local' | 'saving' | 'saved' | 'failed'
  /** the field the server refused, and why; the others are saved without it */
  refused?: { field: keyof OrderFields, code: string } | null
  /** somebody else changed the same fields: both are shown */
  theirs: OrderFields | null
  /** the answer being written, the text message being written, and the knowledge article they come from; in this browser only */
  reply?: string | null
  text?: string | null
  article?: { id: string, title: string } | null
  /** what became of it */
  done: { number: string, what: 'filed' | 'dispatched' | 'answered' | 'rejected' | 'merged' | 'urged' | 'urgedQuietly' } | null
}

const empty: OrderFields = { title: '', description: '', place: '', occurred: '', complainantName: '' }

export const newDraft = (callId: string | null): Draft => ({
  key: callId ?? randomKey(),
  callId,
  orderId: null,
  number: null,
  version: 0,
  fields: empty,
  saved: empty,
  townByHand: false,
  onceKey: randomKey(),
  openedAt: now(),
  keeping: 'local',
  theirs: null,
  done: null
})

/** Fields that no agent enters: the page's map speaks WGS-84. */
type NotInForm = 'unitText' | 'coordinatesFrom'

/** The fields of the form. */
export const formFields = every<Exclude<OrderField, NotInForm>>()([
  'requestType', 'categoryCode', 'urgency', 'title', 'description', 'place', 'townId', 'longitude', 'latitude', 'occurred',
  'complainantName', 'complainantKind', 'creditCode', 'anonymous', 'confidential', 'wantsCallback', 'marks', 'aboutUnitId',
  'complainantNumber'
])

/** What of an order can be written in the form. The number stays out: it may be masked. */
export function fieldsOf (order: Order): Required<Pick<OrderFields, Exclude<typeof formFields[number], 'complainantNumber'>>> {
  return {
    requestType: order.requestType,
    categoryCode: order.categoryCode,
    urgency: order.urgency,
    title: order.title,
    description: order.description,
    place: order.place ?? '',
    townId: order.townId,
    longitude: order.longitude,
    latitude: order.latitude,
    occurred: order.occurred,
    complainantName: order.complainant.name ?? '',
    complainantKind: order.complainant.kind,
    creditCode: order.complainant.creditCode ?? '',
    anonymous: order.complainant.anonymous,
    confidential: order.complainant.confidential,
    wantsCallback: order.complainant.wantsCallback,
    marks: order.marks,
    aboutUnitId: order.aboutUnit?.id ?? null
  }
}

const sealedFields: ReadonlySet<keyof OrderFields> = new Set(['place', 'complainantName', 'complainantNumber', 'creditCode'])

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a ?? null) === JSON.stringify(b ?? null)

/** The fields that differ from what the server holds, as they are sent to it. */
export function changed (fields: OrderFields, saved: OrderFields): OrderFields {
  const found: Record<string, unknown> = {}
  for (const key of formFields) {
    if (!(key in fields) || same(fields[key], saved[key])) continue
    const value = fields[key]
    // An empty text means that nothing is known; the API takes null for the sealed fields.
    found[key] = value === '' && sealedFields.has(key) ? null : value
  }
  // The two are one place, also where one stays as it was.
  if ('longitude' in found || 'latitude' in found) {
    Object.assign(found, { longitude: fields.longitude ?? null, latitude: fields.latitude ?? null })
  }
  return found
}

/** Whether it has any text. */
export const isWritten = ({ fields: { title, description, place }, reply }: Draft): boolean =>
  `${title ?? ''}${description ?? ''}${place ?? ''}${reply ?? ''}` !== ''

/** What the server holds after it has taken `sent` of this draft. */
export const savedWith = ({ saved, fields }: Draft, sent: OrderFields): OrderFields =>
  ({ ...saved, ...Object.fromEntries(formFields.filter(key => key in sent).map(key => [key, fields[key]])) })

/**
 * The draft after somebody else has saved another version of the order: what was written here goes on top of it. `theirs` holds their
 * version when both changed the same field.
 * @param attempted the draft whose saving was refused; `sent` is what it sent, `typed` its fields as they are by now
 */
export function rebased (
  attempted: Draft, sent: OrderFields, typed: OrderFields, order: Order
): Pick<Draft, 'version' | 'saved' | 'fields' | 'theirs'> {
  const theirs: OrderFields = fieldsOf(order)
  // A field that already reads as we wrote it was changed by us: a reload cut off the answer to our own saving.
  const theyChanged = (key: keyof OrderFields): boolean =>
    !same(theirs[key], attempted.saved[key]) && !same(theirs[key], attempted.fields[key])
  const conflict = formFields.some(key => key in sent && key !== 'complainantNumber' && theyChanged(key))
  const ours = formFields.filter(key => key in typed && (key === 'complainantNumber' || !same(typed[key], attempted.saved[key])))
  return {
    version: order.version,
    saved: theirs,
    fields: { ...theirs, ...Object.fromEntries(ours.map(key => [key, typed[key]])) },
    theirs: conflict ? theirs : null
  }
}

/** What became of a draft whose order has left the state DRAFT. */
export function outcomeOf ({ number, state }: Order): NonNullable<Draft['done']> {
  switch (state) {
    case 'ANSWERED': return { number, what: 'answered' }
    case 'REJECTED': return { number, what: 'rejected' }
    case 'MERGED': return { number, what: 'merged' }
    case 'DISPATCHED': return { number, what: 'dispatched' }
    default: return { number, what: 'filed' }
  }
}
