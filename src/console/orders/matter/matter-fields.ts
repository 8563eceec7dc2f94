import { every } from '../../api/closed-lists.ts'
import type { Order, OrderFields } from '../order-types.ts'
import type { OrderField } from '../words/field-words.ts'
import type { Whose } from './field-choices.tsx'

/** Fields that are corrected elsewhere, or nowhere at a desk. */
type NotHere = 'complainantName' | 'complainantNumber' | 'complainantKind' | 'creditCode' | 'anonymous' | 'confidential' |
  'wantsCallback' | 'marks' | 'aboutUnitId' | 'longitude' | 'latitude' | 'coordinatesFrom'

/** Fields of an order's matter that can be corrected at a desk, in the order of the form. */
export const matterFields = every<Exclude<OrderField, NotHere>>()([
  'title', 'requestType', 'categoryCode', 'urgency', 'townId', 'place', 'occurred', 'description', 'unitText'
])
export type MatterField = typeof matterFields[number]
export type Matter = Pick<OrderFields, MatterField>

export const matterOf = (
  { title, requestType, categoryCode, urgency, townId, place, occurred, description, unitText }: Order
): Required<Matter> =>
  ({ title, requestType, categoryCode, urgency, townId, place: place ?? '', occurred, description, unitText })

/** A correction being written: the version it began with, the fields in that version, and the fields as they are now. */
export interface Correction { version: number, base: Matter, mine: Matter }

export const differing = (a: Matter, b: Matter): MatterField[] => matterFields.filter(f => (a[f] ?? '') !== (b[f] ?? ''))

/** The version proposed for each field that differs; undefined when both changed it and a person has to decide. */
export function proposed ({ base, mine }: Correction, theirs: Matter): Array<{ field: MatterField, proposed: Whose | undefined }> {
  const [byMe, byThem] = [differing(base, mine), differing(base, theirs)]
  return differing(mine, theirs).map(field => ({
    field,
    proposed: byMe.includes(field) && byThem.includes(field) ? undefined : byMe.includes(field) ? 'mine' : 'theirs'
  }))
}

const place = (orderId: string): string => `matter:${orderId}`

/** Kept in this tab until it is saved or dropped, also when the dialogue is closed or the page is lost. */
export const keepCorrection = (
  orderId: string, correction: Correction
): void => { sessionStorage.setItem(place(orderId), JSON.stringify(correction)) }
export const dropCorrection = (orderId: string): void => { sessionStorage.removeItem(place(orderId)) }
export function keptCorrection (orderId: string): Correction | null {
  try {
    return JSON.parse(sessionStorage.getItem(place(orderId)) ?? 'null') as Correction | null
  } catch {
    return null
  }
}
