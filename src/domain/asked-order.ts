import type { PhoneNumber } from './telephone/phone-number.ts'
import type { OrderState, RequestType } from './work-order.ts'

/** Where the asking of one complainant stands; `CallbackStatus` of the work order is where all of them together do. */
export const askingStatuses = [
  'SCHEDULED', 'DIALLING', 'CONFIRMED', 'OFFICER', 'EXPLAINED', 'REWORK', 'UNREACHABLE', 'CANCELLED'
] as const
export type AskingStatus = typeof askingStatuses[number]

/** Whether the matter is settled, in the complainant's own words. */
export const solvedWords = ['yes', 'partly', 'no'] as const
export type Solved = typeof solvedWords[number]

/**
 * A person to ask whether the matter is settled, by their request. Protection, marks and the description of the matter are each person's
 * own.
 */
export interface AskedComplainant {
  requestId: string
  number: PhoneNumber
  marks: readonly string[]
  requestType: RequestType | null
  confidential: boolean
  /** how the matter is described to them: their receipt number, the day they said it, its category */
  told: { number: string, categoryName: string | null, receivedAt: Date }
}

/** What a callback asks about, as the work orders tell it. */
export interface AskedOrder {
  id: string
  number: string
  cycle: number
  state: OrderState
  reworkCount: number
  complainants: AskedComplainant[]
}
