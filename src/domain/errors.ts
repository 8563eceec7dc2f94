import { keysOf } from './properties.ts'

/**
 * Every refusal the product knows, by a stable code. HTTP maps codes to a status in one table;
 * nothing anywhere decides by message text.
 */
export class DomainError extends Error {
  readonly code: ErrorCode
  /** Facts that help the reader; never a name or a telephone number. */
  readonly details: Record<string, unknown>

  constructor (code: ErrorCode, message: string, details: Record<string, unknown> = {}) {
    super(message)
    this.name = 'DomainError'
    this.code = code
    this.details = details
  }
}

/** Kind of refusal → the HTTP status it becomes. The keys are the stable codes of the API. */
export const errorStatus = {
  // the request is not right
  'invalid-input': 400,
  'outcome-incomplete': 422,
  'not-a-phone-number': 422,
  'emergency-number-refused': 422,
  'number-not-permitted': 422,
  'control-character': 422,
  'unknown-category': 422,
  'unknown-channel': 422,
  'unknown-unit': 422,
  'unknown-person': 422,
  'unknown-town': 422,
  'unknown-plan': 422,
  'nobody-to-dial': 422,
  'unknown-article': 422,
  'not-a-mobile': 422,
  'credit-code': 422,
  'link-in-text': 422,
  'login-name': 422,
  'weak-password': 422,
  'not-a-photo': 422,
  'not-that-type': 422,
  'too-many-orders': 422,
  'extension-too-long': 422,
  'trunk-is-ours': 422,
  'no-network': 422,
  'network-too-wide': 422,
  'srtp-needs-tls': 422,
  'reserve-too-large': 422,
  'no-local-mobiles': 422,
  'address-not-allowed': 422,
  'envelope-unfit': 422,
  'area-crosses-itself': 422,
  'area-overlaps': 422,
  'area-outside': 422,
  'outside-district': 422,
  // the actor may not
  'not-signed-in': 401,
  'wrong-login': 401,
  'signature-wrong': 401,
  'not-allowed': 403,
  'other-units-order': 403,
  'own-units-verification': 403,
  'own-call': 403,
  'own-grading': 403,
  'own-answer': 403,
  'own-parking': 403,
  'wrong-pin': 403,
  // not there
  'not-found': 404,
  // not, or no longer, in that state
  'version-conflict': 409,
  'transition-not-allowed': 409,
  'guard-not-met': 409,
  'already-done': 409,
  'already-graded': 409,
  'node-linked': 409,
  'has-orders': 409,
  'source-number-taken': 409,
  'article-not-valid': 409,
  'urged-just-now': 409,
  'extension-too-late': 409,
  'extension-used-up': 409,
  'objection-used-up': 409,
  'own-decision': 409,
  'park-too-long': 409,
  'outcome-needs-leader': 409,
  'parks-used-up': 409,
  'too-many-photos': 409,
  'too-many-files': 409,
  'not-scanned': 409,
  infected: 409,
  'no-own-telephone': 409,
  'extension-taken': 409,
  'trunk-address-taken': 409,
  'trunk-source-taken': 409,
  'trunk-is-last': 409,
  'trunk-of-settings': 409,
  'trunk-in-use': 409,
  'trunk-is-off': 409,
  'idempotency-key-reused': 409,
  'request-in-progress': 409,
  'outcome-unknown': 409,
  'telephone-not-registered': 409,
  'agent-not-signed-in': 409,
  'agent-busy': 409,
  'already-calling': 409,
  'call-ended': 409,
  'incident-ended': 409,
  'pbx-node-taken': 409,
  'pbx-node-address-taken': 409,
  'pbx-node-misnamed': 409,
  'pbx-node-older': 409,
  'pbx-node-busy': 409,
  'pbx-node-last': 409,
  'pbx-login-refused': 409,
  'interface-taken': 409,
  'endpoint-off': 409,
  'delivery-not-dead': 409,
  'envelope-settled': 409,
  'outside-allowed-hours': 409,
  'declined-calls': 409,
  'key-in-use': 409,
  'too-many-requests': 429,
  'too-large': 413,
  // not possible just now
  'pbx-unavailable': 503,
  'pbx-node-unknown': 503,
  'node-unavailable': 503,
  'pbx-refused': 502,
  'pbx-no-answer': 504,
  'database-unavailable': 503,
  'changed-at-once': 503,
  'queue-unavailable': 503,
  'trunk-not-loopback': 503,
  'speech-unavailable': 503,
  'disk-full': 503
} as const satisfies Record<string, number>

export type ErrorCode = keyof typeof errorStatus
export const errorCodes = keysOf(errorStatus)

/**
 * The PBX cannot be asked now (`pbx-unavailable`), or was told and never answered (`pbx-no-answer`): then nobody knows whether it acted.
 */
export const isPbxAway = (error: unknown): boolean =>
  error instanceof DomainError && (error.code === 'pbx-unavailable' || error.code === 'pbx-no-answer')
