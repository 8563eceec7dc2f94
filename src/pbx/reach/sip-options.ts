import { randomBytes } from 'node:crypto'
import { createSocket } from 'node:dgram'
import { isIPv6 } from 'node:net'

/**
 * Whether somebody at this SIP address answers an OPTIONS within `timeoutMs`; any answer is a sign of life. Over UDP, so the SIP port must
 * be reachable from here. One packet: who asks, asks again.
 */
export async function answersOptions ({ host, port }: { host: string, port: number }, timeoutMs: number): Promise<boolean> {
  const socket = createSocket(isIPv6(host) ? 'udp6' : 'udp4')
  return await new Promise(resolve => {
    const end = (answered: boolean): void => {
      clearTimeout(timer)
      socket.removeAllListeners()
      // A refused packet may be reported once more.
      socket.on('error', () => {})
      socket.close()
      resolve(answered)
    }
    const timer = setTimeout(() => { end(false) }, timeoutMs)
    socket.on('error', () => { end(false) })
    socket.on('message', answer => { if (answer.subarray(0, 8).toString('latin1') === 'SIP/2.0 ') end(true) })
    // Connected: nobody else's packets are heard.
    socket.on('connect', () => {
      const own = socket.address()
      socket.send(options(inUri(host), port, `${inUri(own.address)}:${own.port}`))
    })
    socket.connect(port, host)
  })
}

const inUri = (host: string): string => isIPv6(host) ? `[${host}]` : host

/** RFC 3261, 11.1. */
function options (host: string, port: number, own: string): string {
  const id = randomBytes(12).toString('hex')
  return [
    `OPTIONS sip:${host}:${port} SIP/2.0`,
    `Via: SIP/2.0/UDP ${own};branch=z9hG4bK${id};rport`,
    'Max-Forwards: 70',
    `From: <sip:liandong@${own}>;tag=${id.slice(0, 8)}`,
    `To: <sip:${host}:${port}>`,
    `Call-ID: ${id}`,
    'CSeq: 1 OPTIONS',
    'Content-Length: 0',
    '', ''
  ].join('\r\n')
}
