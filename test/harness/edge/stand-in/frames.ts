import type { Address } from './messages.ts'

/**
 * Frames of drachtio's link: the number of bytes in at most five digits, `#`, then tokens parted by `|`; after the first CR LF a SIP
 * message. Read in drachtio-server 0.9.4 `client.cpp` and drachtio-srf 5.0.29 `wire-protocol.js`.
 */
export interface Frame { tokens: string[], text: string }

export const frame = (payload: string): Buffer => {
  const bytes = Buffer.from(payload, 'latin1')
  return Buffer.concat([Buffer.from(`${bytes.length}#`), bytes])
}

/** Takes pieces as they come. @throws Error where no length stands: the server closes that link */
export function frameReader (): (piece: Buffer) => Frame[] {
  let rest: Buffer = Buffer.alloc(0)
  return piece => {
    rest = Buffer.concat([rest, piece])
    const frames: Frame[] = []
    for (;;) {
      const head = rest.toString('latin1', 0, 6)
      const mark = head.indexOf('#')
      if (!/^(\d{1,5}#|\d{0,5}$)/.test(head)) throw new Error('no length')
      const length = Number(head.slice(0, Math.max(mark, 0)))
      if (mark === -1 || rest.length < mark + 1 + length) return frames
      const payload = rest.toString('latin1', mark + 1, mark + 1 + length)
      rest = rest.subarray(mark + 1 + length)
      const end = payload.indexOf('\r\n')
      frames.push({ tokens: (end === -1 ? payload : payload.slice(0, end)).split('|'), text: end === -1 ? '' : payload.slice(end + 2) })
    }
  }
}

/** Source, bytes, protocol, address, port and time, as the server describes each message to a client. */
export const described = (source: 'network' | 'application', text: string, { host, port }: Address): string[] =>
  [source, String(text.length), 'udp', host, String(port), new Date().toISOString().slice(11, 23) + '000']
