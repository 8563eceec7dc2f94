import type { PhoneNumber } from './phone-number.ts'
import type { OrderState, RequestType } from './work-order.ts'

/**
 * Somebody to be asked whether his matter is settled: the order's own complainant (`coComplainantId` null) or a co-complainant
 * who wants to be. What protects him, and what he is told his matter is, are his own.
 */
export interface AskedComplainant {
  coComplainantId: string | null
  number: PhoneNumber
  marks: readonly string[]
  requestType: RequestType | null
  confidential: boolean
  /** what he is told his matter is: the number he was given, the day he complained, its category */
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
