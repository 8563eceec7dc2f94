import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import type { Test } from 'tap'
import { until } from '../../../src/servers/until.ts'
import { header, headers, message, token, uriOf } from './sip-messages.ts'

/** What a carrier says of one call of its own. */
export interface CarrierCall {
  /** 0: no final answer yet */
  status: () => number
  /** ms from INVITE to the first answer above 100, and to the final one; null: not yet */
  firstMs: () => number | null
  finalMs: () => number | null
  /** header of the last answer */
  header: (name: string) => string
  isDecided: (seconds?: number) => Promise<number>
  /** BYE by the dialogue's own way; resolves with its status */
  hangUp: () => Promise<number>
  /** the other side has hung up */
  isOver: () => boolean
}

export interface CarrierOptions {
  from?: string
  to?: string
  /** further lines of the INVITE */
  lines?: readonly string[]
  method?: string
  /** the Request-URI, where it is not made of `to` */
  uri?: string
  /** the INVITE is sent again until something comes back, for a second (RFC 3261 §17.1.1.2): a busy computer loses datagrams */
  again?: boolean
}

/** A carrier's gateway that writes its SIP itself: any header, many calls at once, each answer's status and time. It sends no sound. */
export interface Carrier { call: (options?: CarrierOptions) => CarrierCall }

interface Held {
  invite: string
  answers: string[]
  sentAt: number
  heard: boolean
  firstAt: number | null
  finalAt: number | null
  byes: number
  over: boolean
}

const statusOf = (answer: string | undefined): number => Number(/^SIP\/2\.0 (\d{3})/.exec(answer ?? '')?.[1] ?? 0)

/** @param to where its calls go: the edge, or the door of a PBX */
export async function startCarrier (t: Test, host: string, to: { host: string, port: number }): Promise<Carrier> {
  const socket = createSocket('udp4')
  socket.bind(0, host)
  await once(socket, 'listening')
  let closed = false
  t.teardown(() => {
    closed = true
    socket.close()
  })
  const { port } = socket.address()
  const calls = new Map<string, Held>()
  const via = (branch = `z9hG4bK${token()}`): string => `Via: SIP/2.0/UDP ${host}:${port};branch=${branch};rport`
  const sdp = ['v=0', `o=- 0 0 IN IP4 ${host}`, 's=-', `c=IN IP4 ${host}`, 't=0 0', 'm=audio 40000 RTP/AVP 8', ''].join('\r\n')
  const sendTo = (text: string, uri: string): void => {
    const [, toHost = to.host, toPort = '5060'] = /sips?:(?:[^@]*@)?([^:;>]+)(?::(\d+))?/.exec(uri) ?? []
    socket.send(text, Number(toPort), toHost)
  }

  /** ACK or BYE within the dialogue: by the Record-Routes, else to the Contact. */
  function inDialogue (method: string, call: Held, answer: string, sequence: number): void {
    const routes = headers(answer, 'Record-Route').reverse()
    const target = uriOf(header(answer, 'Contact'))
    sendTo(message(`${method} ${target} SIP/2.0`, [via(), 'Max-Forwards: 70', ...routes.map(route => `Route: ${route}`),
      `From: ${header(call.invite, 'From')}`, `To: ${header(answer, 'To')}`, `Call-ID: ${header(call.invite, 'Call-ID')}`,
      `CSeq: ${sequence} ${method}`]), routes[0] === undefined ? target : uriOf(routes[0]))
  }

  function heard (text: string): void {
    const call = calls.get(header(text, 'Call-ID'))
    if (!call) return
    if (text.startsWith('BYE ')) {
      call.over = true
      const copied = ['Via', 'From', 'To', 'Call-ID', 'CSeq'].flatMap(name => headers(text, name).map(value => `${name}: ${value}`))
      sendTo(message('SIP/2.0 200 OK', copied), `sip:${/Via:\s*SIP\/2.0\/UDP ([^;\s]+)/i.exec(text)?.[1] ?? ''}`)
      return
    }
    const status = statusOf(text)
    if (status === 0) return
    call.heard = true
    if (header(text, 'CSeq').endsWith('BYE')) {
      call.byes = status
      return
    }
    if (status === 100) return
    call.firstAt ??= performance.now()
    if (status < 200) return
    const first = call.finalAt === null
    call.finalAt ??= performance.now()
    if (first) call.answers.push(text)
    if (status < 300) inDialogue('ACK', call, text, 1)
    else {
      socket.send(message(`ACK ${/^\w+ (\S+)/.exec(call.invite)?.[1]} SIP/2.0`, [
        `Via: ${header(call.invite, 'Via')}`, 'Max-Forwards: 70', `From: ${header(call.invite, 'From')}`, `To: ${header(text, 'To')}`,
        `Call-ID: ${header(call.invite, 'Call-ID')}`, 'CSeq: 1 ACK'
      ]), to.port, to.host)
    }
  }
  socket.on('message', data => { heard(String(data)) })

  return {
    call ({ from = '13900001010', to: dialled = '962000', lines = [], method = 'INVITE', uri, again = false } = {}) {
      const target = uri ?? `sip:${dialled}@${to.host}:${to.port}`
      const id = `${token()}@${host}`
      const invite = message(`${method} ${target} SIP/2.0`, [via(), 'Max-Forwards: 70',
        `From: <sip:${from}@${host}>;tag=${token()}`, `To: <${target}>`, `Call-ID: ${id}`, `CSeq: 1 ${method}`,
        `Contact: <sip:${host}:${port}>`, ...lines], method === 'INVITE' ? sdp : '')
      const held: Held = {
        invite, answers: [], sentAt: performance.now(), heard: false, firstAt: null, finalAt: null, byes: 0, over: false
      }
      calls.set(id, held)
      socket.send(invite, to.port, to.host)
      const sendAgain = (): void => { if (!held.heard && !closed) socket.send(invite, to.port, to.host) }
      for (const ms of again ? [500, 1000] : []) setTimeout(sendAgain, ms)
      const status = (): number => statusOf(held.answers.at(-1))
      return {
        status,
        firstMs: () => held.firstAt === null ? null : held.firstAt - held.sentAt,
        finalMs: () => held.finalAt === null ? null : held.finalAt - held.sentAt,
        header: name => header(held.answers.at(-1) ?? '', name),
        isDecided: async (seconds = 10) => {
          await until(() => held.finalAt !== null, { what: `call of ${from} is decided`, seconds })
          return status()
        },
        async hangUp () {
          inDialogue('BYE', held, held.answers.at(-1) ?? '', 2)
          await until(() => held.byes > 0, { what: 'the BYE is answered', seconds: 10 })
          return held.byes
        },
        isOver: () => held.over
      }
    }
  }
}
