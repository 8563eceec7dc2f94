import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import type { Test } from 'tap'
import { until } from '../../../src/servers/until.ts'
import { token } from '../telephones/sip-messages.ts'
import {
  addressOfVia, headerOf, newBranch, read, textOf, withValue, type Address, type Header, type Message, type Received
} from './stand-in/messages.ts'

/** A request of a peer's, and what became of it. */
export interface Sent {
  readonly message: Message
  /** answers in their order */
  readonly answers: Received[]
  statuses: () => number[]
  /** Waits for a final answer. */
  final: () => Promise<Received>
  /** the same bytes again */
  repeat: () => void
  /** CANCEL of it */
  cancel: () => Sent
  /** ACK of a final answer that is no 2xx: the same transaction */
  acknowledge: () => void
}

/** One end of SIP by UDP that writes each message itself: a carrier, or a node. It answers and acknowledges nothing by itself. */
export interface SipPeer {
  address: Address
  /** requests that came, copies too */
  readonly requests: Received[]
  /** Waits for the nth request of that method, from 1. */
  asked: (method: string, nth?: number) => Promise<Received>
  methods: () => string[]
  answer: (request: Received, status: number, headers?: Record<string, string>) => void
  send: (method: string, uri: string, to: Address, more?: { headers?: Header[], callId?: string, toTag?: string, body?: string }) => Sent
  write: (bytes: Buffer, to: Address) => void
}

export async function sipPeer (t: Pick<Test, 'teardown'>, host = '127.0.0.1'): Promise<SipPeer> {
  const socket = createSocket('udp4')
  socket.bind(0, host)
  await once(socket, 'listening')
  const address = { host, port: socket.address().port }
  const requests: Received[] = []
  const sent: Array<{ branch: string, method: string, answers: Received[] }> = []
  const write = (bytes: Buffer, to: Address): void => { socket.send(bytes, to.port, to.host, () => {}) }
  const put = (message: Message, to: Address): void => { write(Buffer.from(textOf(message), 'latin1'), to) }

  socket.on('message', (packet, { address: from, port }) => {
    const received = read(packet, { host: from, port })
    if (!received) return
    const { method, headers } = received.parsed
    if (method !== undefined) requests.push(received)
    else sent.find(s => s.branch === headers.via[0]?.params.branch && s.method === headers.cseq.method)?.answers.push(received)
  })
  t.teardown(() => { socket.close() })

  function track (message: Message, to: Address, branch: string): Sent {
    const method = message.first.split(' ')[0] ?? ''
    const answers: Received[] = []
    sent.push({ branch, method, answers })
    put(message, to)
    function also (verb: string, called = headerOf(message, 'To')): Message {
      const headers = message.headers.filter(({ name }) => !['Contact', 'Content-Type'].includes(name))
      const plain = withValue({ first: message.first.replace(method, verb), headers, body: '' }, 'To', called)
      return withValue(plain, 'CSeq', headerOf(message, 'CSeq').replace(method, verb))
    }
    return {
      message,
      answers,
      statuses: () => answers.map(({ parsed }) => parsed.status ?? 0),
      final: async () => await until(() => answers.find(({ parsed }) => (parsed.status ?? 0) >= 200), { what: `${method} is answered` }),
      repeat: () => { put(message, to) },
      cancel: () => track(also('CANCEL'), to, branch),
      acknowledge () {
        const final = answers.find(({ parsed }) => (parsed.status ?? 0) >= 200)
        put(also('ACK', final ? headerOf(final.message, 'To') : undefined), to)
      }
    }
  }

  return {
    address,
    requests,
    write,
    methods: () => requests.map(({ parsed }) => parsed.method ?? ''),
    asked: async (method, nth = 1) => await until(() => requests.filter(({ parsed }) => parsed.method === method)[nth - 1],
      { what: `${method} ${nth} comes` }),
    answer ({ message, parsed }, status, headers = {}) {
      const kept = message.headers.filter(({ name }) => /^(via|from|call-id|cseq|record-route)$/i.test(name))
      const to = headerOf(message, 'To')
      const called = status > 100 && !to.includes('tag=') ? `${to};tag=${address.port}` : to
      const own = { To: called, Contact: `<sip:${host}:${address.port}>`, ...headers }
      const via = parsed.headers.via[0]
      const more = Object.entries(own).map(([name, value]) => ({ name, value }))
      if (via) put({ first: `SIP/2.0 ${status} Said`, headers: [...kept, ...more], body: '' }, addressOfVia(via))
    },
    send (method, uri, to, { headers = [], callId = token(), toTag, body = '' } = {}) {
      const branch = newBranch()
      const own = `<sip:13800000001@${host}:${address.port}>`
      const lines: Record<string, string> = {
        Via: `SIP/2.0/UDP ${host}:${address.port};branch=${branch};rport`,
        'Max-Forwards': '70',
        From: `${own};tag=${callId}`,
        To: `<${uri}>${toTag === undefined ? '' : `;tag=${toTag}`}`,
        'Call-ID': callId,
        CSeq: `1 ${method}`,
        Contact: own
      }
      const set = new Set(headers.map(({ name }) => name))
      const defaults = Object.entries(lines).filter(([name]) => !set.has(name)).map(([name, value]) => ({ name, value }))
      return track({ first: `${method} ${uri} SIP/2.0`, headers: [...defaults, ...headers], body }, to, branch)
    }
  }
}
