import type { Tx } from '../db/database.ts'
import { hotlineName } from '../domain/text/hotline-name.ts'
import type { PhoneNumber } from '../domain/telephone/phone-number.ts'

/** Every text begins with the service's signature (domain rule: no links in it). */
export const smsSignature = `【${hotlineName.written}】`

export interface TextMessage {
  /** one message per key is sent */
  key: string
  to: PhoneNumber
  /** without the signature */
  body: string
  /** its owner, for the timeline: `order:<id>`, `incident:<id>` … */
  subject: string
  /** not sent earlier; default at once */
  notBefore?: Date
}

export interface Sms {
  /** Writes the message in the caller's transaction; it is sent after commit, or when its time has come, and tried three times. */
  send: (tx: Tx, ...messages: TextMessage[]) => Promise<void>
}

/** The way a message is sent. */
export interface SmsProvider {
  name: string
  /** Rejects when the message was not taken; it is then tried again under the same `id`. */
  send: (message: { id: string, to: PhoneNumber, text: string }) => Promise<{ providerId: string | null }>
}

/** A text from a citizen or officer. */
export interface SmsReply {
  id: number
  /** null when the gateway's sender is not a telephone number */
  from: PhoneNumber | null
  /** as `sealing.fingerprints(number)` of the messages sent */
  numberHashes: readonly Buffer[]
  body: string
  at: Date
}

/** Part of the transaction that marks the reply; the first listener that answers true has taken it. */
export type SmsReplyListener = (tx: Tx, reply: SmsReply) => Promise<boolean>
