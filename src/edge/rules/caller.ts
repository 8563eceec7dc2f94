import { callerNumber, type PhoneNumber } from '../../domain/telephone/phone-number.ts'

const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text)
  } catch {
    return ''
  }
}

/**
 * Who calls, from a From header, as `inbound` in the dialplan takes it: the user of the last address, digits alone; null when it is
 * withheld, or holds anything but digits.
 * @param privacy the Privacy header (RFC 3323), or nothing
 */
export function callerOf (from: string, privacy: string | undefined): PhoneNumber | null {
  if (privacy !== undefined && privacy.trim() !== '' && privacy.trim().toLowerCase() !== 'none') return null
  const address = from.slice(from.lastIndexOf('<') + 1)
  const user = /^\s*(?:sips?:([^@>]*)@|tel:([^>]*))/i.exec(address)
  const text = decoded((user?.[1] ?? user?.[2] ?? '').split(';')[0] ?? '')
  return /^\+?[\d*#.()\x20-]{3,40}$/.test(text) ? callerNumber(text.replace(/[^\d+]/g, '')) : null
}

/**
 * What was dialled, from a request's URI: 3 to 20 of the characters the dialplan takes, without parameters; null for anything else.
 * An open form would let `%0d%0a` through.
 */
export function dialledOf (uri: string): string | null {
  const user = /^sips?:([^@;:]+)(?:[;:][^@]*)?@/i.exec(uri)?.[1] ?? ''
  return /^[+*0-9]\d{2,19}$/.test(user) ? user : null
}
