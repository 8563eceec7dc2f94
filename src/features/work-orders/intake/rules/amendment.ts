import { keysOf } from '../../../../domain/properties.ts'
import type { OrderState, RequestType } from '../../../../domain/work-order.ts'

type Words = string | null

/**
 * One field as it was and as it is now, for the timeline. `sealed`: the citizen's own, or words that may name them; `from` and `to` are
 * sealed there and opened for readers who may see them.
 */
export interface Amended { field: string, from: unknown, to: unknown, sealed?: true }

/**
 * Fields of the matter that are told as they are; the column has the field's name. The citizen's own text is not among them. `marks`,
 * which the page withholds with that text, are codes: their correction is withheld, too, and not sealed.
 */
const plain = [
  'requestType', 'categoryCode', 'urgency', 'townId', 'aboutUnitId', 'longitude', 'latitude', 'coordinatesFrom', 'anonymous',
  'confidential', 'wantsCallback', 'marks', 'complainantKind'
] as const
/** The column that holds a field of words, which may name the citizen. */
const words = { title: 'title', description: 'description', unitText: 'unitText', occurred: 'occurredText' } as const
/** The column that holds a field sealed. */
const sealed = {
  place: 'placeSealed', complainantName: 'nameSealed', complainantNumber: 'numberSealed', creditCode: 'creditCodeSealed'
} as const

/** Fields of the matter that hold text a person types; `order-fields.ts` says how long each may be. */
export type TextField = keyof typeof words | keyof typeof sealed
/** Every field of the matter: no other can be entered, since its correction would be told nowhere. */
export type MatterField = typeof plain[number] | TextField

/** The matter of an order as its columns hold it. */
export type Matter = { requestType: RequestType | null, confidential: boolean } & Readonly<
  Record<typeof plain[number], unknown> & Record<typeof words[keyof typeof words], Words> &
  Record<typeof sealed[keyof typeof sealed], Buffer | null>>

/** What a correction changes of the matter, old and new. `seal` and `open` are the keeper's of sealed columns. */
export function amended (
  before: Matter, changes: Partial<Matter>, seal: (words: string) => string, open: (sealed: Buffer) => string
): Amended[] {
  const found: Amended[] = []
  for (const field of plain) {
    const to = changes[field]
    if (to !== undefined && JSON.stringify(to) !== JSON.stringify(before[field])) found.push({ field, from: before[field], to })
  }
  const closed = (text: Words): Words => text === null || text === '' ? null : seal(text)
  const add = (field: string, from: Words, to: Words): void => {
    if ((from ?? '') !== (to ?? '')) found.push({ field, from: closed(from), to: closed(to), sealed: true })
  }
  for (const field of keysOf(words)) {
    const [from, to] = [before[words[field]], changes[words[field]]]
    if (to !== undefined) add(field, from, to)
  }
  for (const field of keysOf(sealed)) {
    const [from, to] = [before[sealed[field]], changes[sealed[field]]]
    if (to !== undefined) add(field, from && open(from), to && open(to))
  }
  return found
}

type Protecting = Pick<Matter, 'confidential' | 'requestType'>

/** Whether a correction takes away what protects the citizen: 保密, or that the matter is a report of a wrong (举报). */
export const liftsProtection = (before: Protecting, changes: Partial<Protecting>): boolean =>
  (before.confidential && changes.confidential === false) ||
  (before.requestType === 'REPORT_OF_WRONG' && changes.requestType !== undefined && changes.requestType !== 'REPORT_OF_WRONG')

/**
 * Whether a correction turns an order taken in as something else into praise. In a draft nothing was taken in yet; the person who took
 * it in without a type says it.
 */
export const makesPraise = (
  before: Pick<Matter, 'requestType'> & { state: OrderState },
  changes: Partial<Pick<Matter, 'requestType'>>,
  own: boolean
): boolean =>
  changes.requestType === 'PRAISE' && before.requestType !== 'PRAISE' && before.state !== 'DRAFT' && !(own && before.requestType === null)

/** Whether the conditions of closing are settled: from the report on a correction changes none of it. */
export const checksSettled = (state: OrderState): boolean => state === 'REPORTED' || state === 'VERIFYING'
