import { randomUUID } from 'node:crypto'
import type { Client } from './clients.ts'
import { described, type Frame } from './frames.ts'
import {
  addressOfVia, headerOf, standsOnce, textOf, transactionOf, withoutFirst, withValue, written, type Header, type Message, type Received
} from './messages.ts'
import type { Network } from './network.ts'
import { proxiedCall, type ProxiedCall } from './proxied-call.ts'
import { legTo, type Leg } from './proxy-leg.ts'
import type { Requests } from './requests.ts'

/** INVITEs that are being proxied, one destination after the other. */
export interface Proxies {
  start: (client: Client, frame: Frame) => void
  /** false: the answer belongs to no proxied INVITE */
  answered: (answer: Received) => boolean
  /** a CANCEL, an ACK or a copy of a proxied INVITE; false: it is none */
  asked: (request: Received) => boolean
}

/** `1s`, `500ms`; 0: none, as with anything else */
function millisecondsOf (time: string): number {
  const [, amount, unit] = /^(\d+)(ms|s)$/.exec(time) ?? []
  return amount === undefined ? 0 : Number(amount) * (unit === 's' ? 1000 : 1)
}

export function proxiesOf ({ network, requests }: { network: Network, requests: Requests }): Proxies {
  const running = new Map<string, { call: ProxiedCall, legs: readonly Leg[] }>()

  function forward (answer: Received): void {
    const via = answer.parsed.headers.via[1]
    if (via) network.send(withoutFirst(answer.message, 'Via'), addressOfVia(via))
  }

  function start (client: Client, { tokens, text }: Frame): void {
    const [id = '', , transaction = '', remain, full, , kind, provisional = '', , ...destinations] = tokens
    const tell = (...said: string[]): void => { client.send([randomUUID(), 'response', id, ...said]) }
    const received = requests.take(transaction)
    if (!received) { tell('NOK', `Unknown transaction id: ${transaction}`); return }
    const { parsed, message } = received
    if (parsed.method !== 'INVITE' || kind !== 'serial') { tell('NOK', 'the stand-in proxies INVITE, serially'); return }
    if (headerOf(message, 'Max-Forwards') === '0') {
      tell('NOK', 'Rejected with 483 Too Many Hops due to Max-Forwards value of 0')
      requests.reply(received, 483)
      return
    }
    const key = transactionOf(parsed, parsed.headers.via[0])
    const legs: readonly Leg[] = destinations.map(uri => legTo(uri, {
      network,
      request: withHeaders(withoutFirst(message, 'Route'), written(text).headers),
      replacesUri: network.isOwn(parsed.uri ?? ''),
      recordRoute: remain === 'remainInDialog',
      provisionalMs: millisecondsOf(provisional),
      silent: () => { call.silent() },
      over: () => { if (legs.every(({ state }) => state === 'terminated')) running.delete(key) }
    }))
    const call = proxiedCall({
      legs,
      forward,
      reply: status => { requests.reply(received, status) },
      tell (answer) {
        const said = textOf(answer.message)
        if (full !== 'fullResponse') return
        client.send([randomUUID(), 'response', id, 'OK', ...described('network', said, answer.from), '', '', 'continue'], said)
      },
      tellDone: () => { if (full === 'fullResponse') tell('OK', 'done') }
    })
    running.set(key, { call, legs })
    if (!call.begin()) {
      tell('NOK', 'error proxying request to ')
      requests.reply(received, 500)
      running.delete(key)
    } else if (full !== 'fullResponse') {
      tell('OK', 'done')
    }
  }

  return {
    start,
    answered (answer) {
      const [own, theirs] = answer.parsed.headers.via
      const proxy = running.get(transactionOf(answer.parsed, theirs))
      const leg = proxy?.legs.find(({ branch }) => branch === own?.params.branch)
      if (!proxy || !leg) return false
      // answers to a CANCEL end here
      if (answer.parsed.headers.cseq.method !== 'CANCEL') proxy.call.answered(leg, answer)
      return true
    },
    asked (request) {
      const { method, headers } = request.parsed
      const key = transactionOf({ ...request.parsed, headers: { ...headers, cseq: { ...headers.cseq, method: 'INVITE' } } }, headers.via[0])
      const proxy = running.get(key)
      if (!proxy) return false
      if (method === 'CANCEL') {
        requests.reply(request, 200)
        proxy.call.cancel()
      }
      return method === 'CANCEL' || method === 'ACK' || method === 'INVITE'
    }
  }
}

/** A client cannot set these. */
const never = ['content-length', 'record-route', 'route', 'rseq', 'via']

/** A header that stands once is written over; any other stands behind those of that name that came: nothing is taken away. */
function withHeaders (message: Message, more: readonly Header[]): Message {
  return more.filter(({ name }) => !never.includes(name.toLowerCase())).reduce(
    (changed, { name, value }) => standsOnce(name)
      ? withValue(changed, name, value)
      : { ...changed, headers: [...changed.headers, { name, value }] },
    message)
}
