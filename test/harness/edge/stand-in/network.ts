import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import sip, { type Connection, type Parsed } from 'sip'
import { addressOfVia, isNamed, read, textOf, type Address, type Message, type Received } from './messages.ts'

/** The one UDP address the stand-in speaks SIP on. */
export interface Network {
  own: Address
  send: (message: Message | Parsed, to: Address) => void
  /** for npm `sip`'s transactions */
  connection: (to: Address) => Connection
  isOwn: (uri: string) => boolean
  close: () => void
}

export async function openNetwork (address: Address, heard: (received: Received) => void): Promise<Network> {
  const socket = createSocket({ type: 'udp4', recvBufferSize: 4 << 20, sendBufferSize: 1 << 20 })
  socket.on('message', (packet, { address: host, port }) => {
    const received = read(packet, { host, port })
    if (received) heard(received.parsed.method === undefined ? received : stamped(received))
  })
  socket.bind(address.port, address.host)
  await once(socket, 'listening')
  const own = { host: address.host, port: socket.address().port }
  function send (message: Message | Parsed, to: Address): void {
    // nobody there, or no such address: the sender's timers say so
    socket.send(Buffer.from('first' in message ? textOf(message) : sip.stringify(message), 'latin1'), to.port, to.host, () => {})
  }
  return {
    own,
    send,
    connection: to => ({ protocol: 'UDP', send: message => { send(message, to) }, release: () => {} }),
    isOwn (uri) {
      const parsed = sip.parseUri(uri)
      return parsed?.host === own.host && (parsed.port || 5060) === own.port
    },
    close: () => { socket.close() }
  }
}

/** The sender's address written in the top Via, as RFC 3261 §18.2.1 and RFC 3581 ask. */
function stamped ({ message, parsed, from }: Received): Received {
  const via = parsed.headers.via[0]
  if (!via) return { message, parsed, from }
  const asksPort = 'rport' in via.params
  const elsewhere = addressOfVia(via).host !== from.host
  if (!asksPort && !elsewhere) return { message, parsed, from }
  if (elsewhere) via.params.received = from.host
  if (asksPort) via.params.rport = from.port
  const headers = [...message.headers]
  const at = headers.findIndex(isNamed('Via'))
  const value = (headers[at]?.value ?? '').replace(/;\s*rport(=\d*)?(?=;|$)/i, `;rport=${from.port}`)
  headers[at] = { name: 'Via', value: elsewhere ? `${value};received=${from.host}` : value }
  return { message: { ...message, headers }, parsed, from }
}
