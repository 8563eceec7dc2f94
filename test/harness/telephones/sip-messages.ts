import { createHash, randomBytes } from 'node:crypto'

/** Parts of SIP messages (RFC 3261) for a telephone that writes its own: what an Asterisk as telephone cannot be made to send. */

export const token = (): string => randomBytes(6).toString('hex')

export const headers = (message: string, name: string): string[] =>
  [...message.matchAll(new RegExp(`^${name}:\\s*(.*)$`, 'gmi'))].map(m => (m[1] ?? '').trim())

export const header = (message: string, name: string): string => headers(message, name)[0] ?? ''

export const tagOf = (address: string): string => /;tag=([^;\s]+)/.exec(address)?.[1] ?? ''

export const uriOf = (address: string): string => /<([^>]+)>/.exec(address)?.[1] ?? ''

/** A whole message; the length of its body is counted here. */
export const message = (first: string, lines: readonly string[], sdp = ''): string =>
  [first, ...lines, ...(sdp ? ['Content-Type: application/sdp'] : []), `Content-Length: ${sdp.length}`, '', sdp].join('\r\n')

/** Answer to a digest challenge (RFC 2617), as an Authorization header. */
export function authorization (
  challenge: string,
  { user, password, method, uri }: { user: string, password: string, method: string, uri: string }
): string {
  const md5 = (text: string): string => createHash('md5').update(text).digest('hex')
  const of = (name: string): string => new RegExp(`${name}="([^"]*)"`).exec(challenge)?.[1] ?? ''
  const cnonce = token()
  const secret = md5(`${user}:${of('realm')}:${password}`)
  const response = md5(`${secret}:${of('nonce')}:00000001:${cnonce}:auth:${md5(`${method}:${uri}`)}`)
  const opaque = of('opaque') === '' ? '' : `, opaque="${of('opaque')}"`
  return `Authorization: Digest username="${user}", realm="${of('realm')}", nonce="${of('nonce')}", uri="${uri}", ` +
    `response="${response}", algorithm=MD5, qop=auth, nc=00000001, cnonce="${cnonce}"${opaque}`
}
