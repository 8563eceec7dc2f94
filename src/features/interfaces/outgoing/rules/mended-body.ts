import { DomainError } from '../../../../domain/errors.ts'
import type { EventType } from './event-of.ts'

/** Source: Standard Webhooks, "Payload size": under 20 kB. */
export const maxBodyBytes = 20_000

/**
 * A body as a person has mended it, in the form in which it is sent: an event of the same type, with a time and data.
 * @throws DomainError `too-large`, `invalid-input` with `body`
 */
export function mendedBody (text: string, type: EventType): string {
  const unfit = (why: string): DomainError => new DomainError('invalid-input', why, { field: 'body' })
  let body: unknown
  try {
    body = JSON.parse(text)
  } catch {
    throw unfit('this is no JSON')
  }
  if (typeof body !== 'object' || body === null || !('type' in body) || body.type !== type) throw unfit(`the type stays ${type}`)
  if (!('timestamp' in body) || typeof body.timestamp !== 'string' || Number.isNaN(Date.parse(body.timestamp))) {
    throw unfit('timestamp is a moment, ISO 8601')
  }
  if (!('data' in body) || typeof body.data !== 'object' || body.data === null || Array.isArray(body.data)) throw unfit('data is an object')
  const sent = JSON.stringify(body)
  if (new TextEncoder().encode(sent).length > maxBodyBytes) {
    throw new DomainError('too-large', `an event has ${maxBodyBytes} bytes at most`, { field: 'body' })
  }
  return sent
}
