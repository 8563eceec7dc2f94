import type { RequestType } from '../../../../domain/work-order.ts'
import { callbackRequirement } from './order-fields.ts'

/** What protects a complainant, whichever order the complaint stands in. */
export interface Protection { requestType: RequestType | null, marks: readonly string[], confidential: boolean }

/** A person who complains about an order. */
export interface ComplainantFacts extends Protection {
  /** fingerprint of the number in hexadecimal digits; null: none is known */
  number: string | null
  /** whether the person is asked before the order closes */
  asked: boolean
}

interface Reachable extends Protection { wantsCallback: boolean, numberHash: Buffer | null, anonymous: boolean, askedBack: boolean }

/** The person of a request. `askedBack`: as the channel says of the order it was filed with. */
export const complainant = (request: Reachable): ComplainantFacts => ({
  requestType: request.requestType,
  marks: request.marks,
  confidential: request.confidential,
  number: request.anonymous ? null : request.numberHash?.toString('hex') ?? null,
  asked: callbackRequirement({ ...request, hasNumber: request.numberHash !== null }).status === 'PENDING'
})

/** Whether a person with this number complains already. */
export const complains = (all: readonly ComplainantFacts[], number: string | null): boolean =>
  number !== null && all.some(c => c.number === number)

/** Whether a person with this number is asked already: a person who complains twice is asked once. */
export const isAsked = (all: readonly ComplainantFacts[], number: string | null): boolean =>
  number !== null && all.some(c => c.number === number && c.asked)

/** What protects this person: the strictest of all their complaints about the order, under one number. */
export function protectionOf (all: readonly ComplainantFacts[], one: ComplainantFacts): Protection {
  const complaints = one.number === null ? [one] : all.filter(c => c.number === one.number)
  return {
    requestType: complaints.some(c => c.requestType === 'REPORT_OF_WRONG') ? 'REPORT_OF_WRONG' : one.requestType,
    marks: [...new Set(complaints.flatMap(c => c.marks))],
    confidential: complaints.some(c => c.confidential)
  }
}
