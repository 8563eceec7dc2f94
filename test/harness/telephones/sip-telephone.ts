import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import type { Test } from 'tap'
import { until } from '../../../src/servers/until.ts'
import { authorization, header, headers, message, tagOf, token, uriOf } from './sip-messages.ts'

/** One line of the telephone. */
export interface Line {
  direction: 'in' | 'out'
  state: 'ringing' | 'up' | 'over'
  /** status of the answers to its requests, newest last: `INVITE 200`, `REFER 202` */
  readonly answers: string[]
  /** packets of sound that have come in */
  packets: number
  answer: () => void
  decline: () => void
  /** puts the other side on hold (RFC 3264 `sendonly`) */
  hold: () => void
  hangUp: () => void
  /** REFER with Replaces (RFC 3891): the other side shall take the place of this telephone in `asked`, answered or not. */
  transferTo: (asked: Line) => Promise<void>
}

/** A desk telephone that writes its SIP itself: two lines at once, and a transfer in the middle of its own call. */
export interface SipTelephone {
  dial: (to: string) => Promise<Line>
  /** Waits for the nth call (from 1) that comes in. */
  rung: (nth: number, seconds?: number) => Promise<Line>
  /** how often it was rung */
  timesRung: () => number
  /** no line of it is in use */
  isIdle: () => boolean
}

interface Dialogue extends Line {
  callId: string
  ours: string
  theirs: string
  target: string
  sequence: number
  invite: string
  asked: boolean
  media: { socket: Socket, port: number, to: { host: string, port: number } | null, timer: NodeJS.Timeout }
}

const host = '127.0.0.4'

/** Registers as `extension` and answers nothing by itself. */
export async function sipTelephone (
  t: Test,
  { extension, password, pbx }: { extension: string, password: string, pbx: { host: string, port: number } }
): Promise<SipTelephone> {
  const socket = createSocket('udp4')
  socket.bind(0, host)
  await once(socket, 'listening')
  const contact = `Contact: <sip:${extension}@${host}:${socket.address().port}>`
  const lines: Dialogue[] = []
  const registering = token()
  let registered = ''
  const send = (text: string): void => { socket.send(text, pbx.port, pbx.host) }
  const via = (): string => `Via: SIP/2.0/UDP ${host}:${socket.address().port};branch=z9hG4bK${token()}`

  function register (sequence: number, more: readonly string[]): void {
    const us = `<sip:${extension}@${pbx.host}>`
    send(message(`REGISTER sip:${pbx.host}:${pbx.port} SIP/2.0`, [via(), 'Max-Forwards: 70', `From: ${us};tag=${token()}`, `To: ${us}`,
      `Call-ID: ${registering}`, `CSeq: ${sequence} REGISTER`, contact, 'Expires: 300', ...more]))
  }

  async function line (known: Partial<Dialogue>): Promise<Dialogue> {
    const sound = createSocket('udp4')
    sound.bind(0, host)
    await once(sound, 'listening')
    // silence in A-law, a packet each 20 ms: a telephone that sends nothing is taken for gone
    const packet = Buffer.alloc(172, 0xd5)
    packet.writeUInt16BE(0x8008, 0)
    let sent = 0
    const timer = setInterval(() => {
      const { to } = one.media
      if (to === null || one.state !== 'up') return
      packet.writeUInt16BE(++sent & 0xffff, 2)
      packet.writeUInt32BE(sent * 160, 4)
      sound.send(packet, to.port, to.host)
    }, 20)
    const one: Dialogue = {
      direction: 'out',
      state: 'ringing',
      answers: [],
      packets: 0,
      callId: token(),
      ours: '',
      theirs: '',
      target: '',
      sequence: 1,
      invite: '',
      asked: false,
      media: { socket: sound, port: sound.address().port, to: null, timer },
      answer () {
        respond(one.invite, '200 OK', one, sdp(one))
        one.state = 'up'
      },
      decline () {
        respond(one.invite, '486 Busy Here', one)
        end(one)
      },
      hold: () => { request(one, 'INVITE', [], sdp(one, 'sendonly')) },
      hangUp () {
        if (one.state === 'over') return
        request(one, 'BYE')
        end(one)
      },
      async transferTo (asked) {
        const other = lines.find(l => l === asked) as Dialogue
        const replaced = encodeURIComponent(`${other.callId};to-tag=${tagOf(other.theirs)};from-tag=${tagOf(other.ours)}`)
        request(one, 'REFER', [`Refer-To: <${uriOf(other.theirs)}?Replaces=${replaced}>`, `Referred-By: <sip:${extension}@${pbx.host}>`])
        await until(() => one.answers.some(a => a.startsWith('REFER')), { what: 'the transfer is answered' })
      },
      ...known
    }
    sound.on('message', () => { one.packets++ })
    lines.push(one)
    return one
  }

  function end (one: Dialogue): void {
    if (one.state === 'over') return
    one.state = 'over'
    clearInterval(one.media.timer)
    one.media.socket.close()
  }

  const sdp = (one: Dialogue, way = 'sendrecv'): string => ['v=0', `o=- 1 ${++one.sequence} IN IP4 ${host}`, 's=-', `c=IN IP4 ${host}`,
    't=0 0', `m=audio ${one.media.port} RTP/AVP 8 101`, 'a=rtpmap:8 PCMA/8000', 'a=rtpmap:101 telephone-event/8000', `a=${way}`,
    ''].join('\r\n')

  function request (one: Dialogue, method: string, more: readonly string[] = [], body = ''): void {
    one.sequence++
    send(message(`${method} ${one.target} SIP/2.0`, [via(), 'Max-Forwards: 70', `From: ${one.ours}`, `To: ${one.theirs}`,
      `Call-ID: ${one.callId}`, `CSeq: ${one.sequence} ${method}`, contact, 'Supported: replaces', ...more], body))
  }

  function respond (to: string, status: string, one: Dialogue | undefined, body = ''): void {
    const called = header(to, 'To')
    const tagged = tagOf(called) === '' ? `${called};tag=${one ? tagOf(one.ours) : token()}` : called
    send(message(`SIP/2.0 ${status}`, [...headers(to, 'Via').map(v => `Via: ${v}`), `From: ${header(to, 'From')}`, `To: ${tagged}`,
      `Call-ID: ${header(to, 'Call-ID')}`, `CSeq: ${header(to, 'CSeq')}`, contact], body))
  }

  function media (one: Dialogue, text: string): void {
    const [port, at] = [/m=audio (\d+)/.exec(text)?.[1], /c=IN IP4 (\S+)/.exec(text)?.[1]]
    if (port !== undefined && at !== undefined) one.media.to = { host: at, port: Number(port) }
  }

  function answered (text: string, status: number): void {
    const [sequence, method = ''] = header(text, 'CSeq').split(' ')
    if (method === 'REGISTER') {
      const challenge = header(text, 'WWW-Authenticate')
      const uri = `sip:${pbx.host}:${pbx.port}`
      if (status === 401 && sequence === '1') register(2, [authorization(challenge, { user: extension, password, method, uri })])
      else registered = String(status)
      return
    }
    const one = lines.find(l => l.callId === header(text, 'Call-ID'))
    if (!one) return
    one.answers.push(`${method} ${status}`)
    if (method !== 'INVITE') return
    const first = one.direction === 'out' && one.state === 'ringing'
    if (first && status > 100 && tagOf(header(text, 'To')) !== '' && status < 300) one.theirs = header(text, 'To')
    if (status < 200) return
    if (status < 300) one.target = uriOf(header(text, 'Contact'))
    const path = status < 300 ? via() : `Via: ${header(text, 'Via')}`
    send(message(`ACK ${one.target} SIP/2.0`, [path, 'Max-Forwards: 70', `From: ${one.ours}`, `To: ${header(text, 'To')}`,
      `Call-ID: ${one.callId}`, `CSeq: ${sequence} ACK`]))
    if (status === 401 && !one.asked) {
      one.asked = true
      const challenge = header(text, 'WWW-Authenticate')
      request(one, 'INVITE', [authorization(challenge, { user: extension, password, method, uri: one.target })], sdp(one))
    } else if (status < 300) {
      media(one, text)
      if (first) one.state = 'up'
    } else if (first) {
      end(one)
    }
  }

  async function asked (text: string, method: string): Promise<void> {
    const one = lines.find(l => l.callId === header(text, 'Call-ID'))
    if (method === 'INVITE' && !one) {
      const [from, to] = [header(text, 'From'), header(text, 'To')]
      const called = await line({
        direction: 'in',
        callId: header(text, 'Call-ID'),
        ours: `${to};tag=${token()}`,
        theirs: from,
        target: uriOf(header(text, 'Contact')),
        invite: text
      })
      media(called, text)
      respond(text, '180 Ringing', called)
      return
    }
    if (method === 'ACK') return
    if (method === 'INVITE' && one) media(one, text)
    respond(text, '200 OK', one, method === 'INVITE' && one ? sdp(one) : '')
    if (method === 'CANCEL' && one?.state === 'ringing') respond(one.invite, '487 Request Terminated', one)
    if (one && (method === 'CANCEL' || method === 'BYE')) end(one)
  }

  socket.on('message', buffer => {
    const text = buffer.toString('latin1')
    const status = /^SIP\/2\.0 (\d+)/.exec(text)?.[1]
    if (status !== undefined) answered(text, Number(status))
    else void asked(text, text.split(' ')[0] ?? '')
  })
  t.teardown(() => {
    for (const one of lines) end(one)
    socket.close()
  })

  register(1, [])
  await until(() => registered !== '', { what: `${extension} is registered` })
  if (registered !== '200') throw new Error(`${extension} cannot register: ${registered}`)
  const incoming = (): Dialogue[] => lines.filter(l => l.direction === 'in')
  return {
    async dial (to) {
      const uri = `sip:${to}@${pbx.host}:${pbx.port}`
      const one = await line({ ours: `<sip:${extension}@${pbx.host}>;tag=${token()}`, theirs: `<${uri}>`, target: uri })
      request(one, 'INVITE', [], sdp(one))
      return one
    },
    rung: async (nth, seconds = 30) => await until(() => incoming()[nth - 1], { what: `${extension} is rung, call ${nth}`, seconds }),
    timesRung: () => incoming().length,
    isIdle: () => lines.every(l => l.state === 'over')
  }
}
