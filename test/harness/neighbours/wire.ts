import { createHmac } from 'node:crypto'
import { connect } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import { text } from 'node:stream/consumers'

/** The way from a neighbouring system to one interface of the service. */
export interface Wire {
  port: number
  interfaceId: string
  token: string
  secret: string
  /** the neighbour's own clock */
  now: () => Date
}

/** A message as its sender keeps it: sent again, it is the same id and the same bytes. */
export interface Message { id: string, body: string | Buffer<ArrayBuffer> }

export interface Answer { status: number, body: { id?: string, state?: string, reason?: string | null, code?: string, answer?: object } }

/** As Standard Webhooks has it, by node's own HMAC: the service checks with a library. */
export function signatureOf (secret: string, id: string, seconds: number, body: string | Buffer): string {
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64')
  return `v1,${createHmac('sha256', key).update(`${id}.${seconds}.`).update(body).digest('base64')}`
}

export interface Sending {
  /** how far the neighbour's clock is ahead, seconds */
  ahead?: number
  /** in place of the one good signature */
  signature?: (good: string) => string
  headers?: Record<string, string>
}

function headersOf (wire: Wire, { id, body }: Message, { ahead = 0, signature = good => good, headers = {} }: Sending) {
  const seconds = Math.floor(wire.now().getTime() / 1000) + ahead
  return {
    authorization: `Bearer ${wire.token}`,
    'content-type': 'application/json',
    'webhook-id': id,
    'webhook-timestamp': String(seconds),
    'webhook-signature': signature(signatureOf(wire.secret, id, seconds, body)),
    ...headers
  }
}

export async function send (wire: Wire, message: Message, how: Sending = {}): Promise<Answer> {
  const response = await fetch(`http://127.0.0.1:${wire.port}/api/exchange/${wire.interfaceId}`, {
    method: 'POST', headers: headersOf(wire, message, how), body: message.body
  })
  return { status: response.status, body: await response.json() as Answer['body'] }
}

/** The request as bytes: what a neighbour with a line of its own writes. */
function rawOf (wire: Wire, message: Message): { head: string, body: Buffer } {
  const body = Buffer.from(message.body)
  const headers = { host: '127.0.0.1', connection: 'close', 'content-length': String(body.length), ...headersOf(wire, message, {}) }
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`).join('')
  return { head: `POST /api/exchange/${wire.interfaceId} HTTP/1.1\r\n${lines}\r\n`, body }
}

/** Half the message, then the line is cut. */
export async function breakOff (wire: Wire, message: Message): Promise<void> {
  const { head, body } = rawOf(wire, message)
  const socket = connect(wire.port, '127.0.0.1')
  socket.on('error', () => {})
  const half = Buffer.concat([Buffer.from(head), body.subarray(0, body.length / 2)])
  await new Promise<void>(resolve => { socket.write(half, () => { resolve() }) })
  socket.resetAndDestroy()
}

/** The body a few bytes at a time. */
export async function dribble (wire: Wire, message: Message): Promise<Answer> {
  const { head, body } = rawOf(wire, message)
  const socket = connect(wire.port, '127.0.0.1')
  socket.setNoDelay(true)
  socket.write(head)
  for (let at = 0; at < body.length; at += 40) {
    socket.write(body.subarray(at, at + 40))
    await wait(1)
  }
  const [top = '', said = '{}'] = (await text(socket)).split('\r\n\r\n')
  return { status: Number(/^HTTP\/1\.1 (\d+)/.exec(top)?.[1]), body: JSON.parse(said) as Answer['body'] }
}
