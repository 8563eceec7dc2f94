import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import type { Test } from 'tap'
import { header, headers, message } from './sip-messages.ts'

/** A carrier's gateway that answers OPTIONS and says nothing to a call. */
export interface DeafCarrier {
  address: { host: string, port: number }
  /** numbers it was called for, each once */
  called: () => string[]
}

export async function startDeafCarrier (t: Test, host: string): Promise<DeafCarrier> {
  const socket = createSocket('udp4')
  socket.bind(0, host)
  await once(socket, 'listening')
  t.teardown(() => { socket.close() })
  const called = new Map<string, string>()
  socket.on('message', (data, { address, port }) => {
    const text = String(data)
    if (text.startsWith('OPTIONS ')) {
      const copied = ['Via', 'From', 'To', 'Call-ID', 'CSeq'].flatMap(name => headers(text, name).map(value => `${name}: ${value}`))
      socket.send(message('SIP/2.0 200 OK', copied), port, address)
    }
    if (text.startsWith('INVITE ')) called.set(header(text, 'Call-ID'), /^INVITE sip:([^@]+)@/.exec(text)?.[1] ?? '')
  })
  return { address: { host, port: socket.address().port }, called: () => [...called.values()] }
}
