import { randomUUID } from 'node:crypto'
import sip, { type Parsed, type Via } from 'sip'

/** Where a SIP message came from or goes to, by UDP. */
export interface Address { host: string, port: number }

/** Header as it came, its name written out. */
export interface Header { name: string, value: string }

/** A message that can be passed on as it came but for what a proxy changes. Text is latin1: a character is a byte. */
export interface Message { first: string, headers: Header[], body: string }

/** A message from the network; `parsed` is what npm `sip` reads in it. */
export interface Received { message: Message, parsed: Parsed, from: Address }

const longNames: Record<string, string> = {
  i: 'Call-ID', m: 'Contact', l: 'Content-Length', c: 'Content-Type', f: 'From', s: 'Subject', k: 'Supported', t: 'To', v: 'Via'
}
/** Headers that hold several values in a line, and what the next value begins with. */
const several: Record<string, RegExp> = { via: /,\s*(?=SIP\s*\/)/i, route: /,\s*(?=<)/, 'record-route': /,\s*(?=<)/ }

/** null: no SIP message, or one that lacks what every message has (RFC 3261 §8.1.1) */
export function read (packet: Buffer, from: Address): Received | null {
  const parsed = sip.parse(packet)
  if (!parsed || !isWhole(parsed)) return null
  const text = packet.toString('latin1').trimStart()
  const [first = '', ...lines] = text.slice(0, text.indexOf('\r\n\r\n')).split(/\r\n(?![ \t])/)
  return { message: { first, headers: lines.flatMap(headersOf), body: parsed.content ?? '' }, parsed, from }
}

function isWhole ({ method, status = 0, headers }: Parsed): boolean {
  const { via, cseq, to, from } = headers
  return (method !== undefined || (status >= 100 && status < 700)) && Array.isArray(via) && via[0] !== undefined &&
    typeof headers['call-id'] === 'string' && typeof cseq === 'object' && typeof to === 'object' && typeof from === 'object'
}

function headersOf (line: string): Header[] {
  const colon = line.indexOf(':')
  const short = line.slice(0, colon).trim()
  const name = longNames[short.toLowerCase()] ?? short
  const value = line.slice(colon + 1).replace(/\r\n[ \t]+/g, ' ').trim()
  const between = several[name.toLowerCase()]
  return (between ? value.split(between) : [value]).map(one => ({ name, value: one }))
}

const once = new Set([
  'call-id', 'content-type', 'cseq', 'date', 'from', 'max-forwards', 'organization', 'priority', 'server', 'subject', 'to', 'user-agent'
])

/** SIP has that header once in a message (sofia-sip: `msg_kind_single`). */
export const standsOnce = (name: string): boolean => once.has(name.toLowerCase())

export const hasTwice = ({ headers }: Message): boolean =>
  headers.some(({ name }, at) => standsOnce(name) && headers.findIndex(isNamed(name)) !== at)

export const isNamed = (name: string) => (header: Header): boolean => header.name.toLowerCase() === name.toLowerCase()

export const headerOf = ({ headers }: Message, name: string): string => headers.find(isNamed(name))?.value ?? ''

/** The first header of that name taken out. */
export function withoutFirst (message: Message, name: string): Message {
  const at = message.headers.findIndex(isNamed(name))
  return { ...message, headers: message.headers.filter((_, i) => i !== at) }
}

/** A header put before all others. */
export const withFirst = (message: Message, name: string, value: string): Message =>
  ({ ...message, headers: [{ name, value }, ...message.headers] })

/** The first header of that name with another value; added where there is none. */
export function withValue (message: Message, name: string, value: string): Message {
  const at = message.headers.findIndex(isNamed(name))
  if (at === -1) return { ...message, headers: [...message.headers, { name, value }] }
  return { ...message, headers: message.headers.map((header, i) => i === at ? { ...header, value } : header) }
}

export function textOf ({ first, headers, body }: Message): string {
  const lines = headers.filter(header => !isNamed('Content-Length')(header)).map(({ name, value }) => `${name}: ${value}`)
  return [first, ...lines, `Content-Length: ${body.length}`, '', body].join('\r\n')
}

/** Address the top Via asks for: `received` and `rport` where the stack added them (RFC 3581). */
export function addressOfVia ({ host, port, params }: Via): Address {
  return { host: String(params.received ?? host), port: Number(params.rport ?? port ?? 5060) }
}

/** null: no SIP URI, or one whose host is a name: the stand-in asks no DNS */
export function addressOfUri (uri: string): Address | null {
  const parsed = sip.parseUri(uri)
  return parsed && /^[\d.]+$/.test(parsed.host) ? { host: parsed.host, port: parsed.port || 5060 } : null
}

/** Names the transaction of a request, and of the CANCEL of it; `via` is the sender's. */
export const transactionOf = ({ headers }: Parsed, via: Via | undefined): string =>
  [headers['call-id'], headers.cseq.method === 'CANCEL' ? 'INVITE' : headers.cseq.method, headers.cseq.seq, via?.params.branch].join('|')

export const newBranch = (): string => `z9hG4bK${randomUUID()}`

/** A message the client wrote: no Via yet, so npm `sip` would not take it. */
export function written (text: string): Message {
  const end = text.indexOf('\r\n\r\n')
  const [first = '', ...lines] = (end === -1 ? text : text.slice(0, end)).split('\r\n')
  const headers = lines.filter(line => line.includes(':')).map(line => {
    const colon = line.indexOf(':')
    return { name: line.slice(0, colon).trim(), value: line.slice(colon + 1).trim() }
  })
  return { first, headers, body: end === -1 ? '' : text.slice(end + 4) }
}
