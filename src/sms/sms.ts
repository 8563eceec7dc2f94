import type { Tx } from '../db/database.ts'
import type { PhoneNumber } from '../domain/phone-number.ts'

/** Every text begins with the service's signature (domain rule: no links in it). */
export const smsSignature = '【闵行962000】'

export interface TextMessage {
  /** the same key is sent once */
  key: string
  to: PhoneNumber
  /** without the signature */
  body: string
  /** what it belongs to, for the timeline: `order:<id>`, `incident:<id>` … */
  subject: string
}

export interface Sms {
  /** Writes the message in the caller's transaction; it is sent after commit and tried three times. */
  send: (tx: Tx, ...messages: TextMessage[]) => Promise<void>
}
