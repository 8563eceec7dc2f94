import type { Refusal } from './admission.ts'

/** `status` null: no answer at all. `retryAfter` in seconds. */
export interface Answer { status: number | null, reason: string, retryAfter?: number }

/**
 * What the carrier is told (RFC 3261 §21). Only 503 and silence move a carrier to its second route. A refusal that concerns one caller,
 * or a budget that is used up, is final: on the second route it would be the same call again.
 */
const answers: Record<Refusal, Answer> = {
  method: { status: 405, reason: 'Method Not Allowed' },
  malformed: { status: 404, reason: 'Not Found' },
  loop: { status: 482, reason: 'Loop Detected' },
  stranger: { status: 403, reason: 'Forbidden' },
  flood: { status: null, reason: '' },
  'too-fast': { status: 480, reason: 'Temporarily Unavailable', retryAfter: 2 },
  blocked: { status: 486, reason: 'Busy Here' },
  'too-many': { status: 486, reason: 'Busy Here' },
  'no-capacity': { status: 480, reason: 'Temporarily Unavailable', retryAfter: 10 },
  'no-node': { status: 503, reason: 'Service Unavailable' }
}

export const answerTo = (refusal: Refusal): Answer => answers[refusal]
