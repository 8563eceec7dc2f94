import { randomUUID } from 'node:crypto'
import type { Client } from './clients.ts'
import { described, type Frame } from './frames.ts'
import {
  addressOfVia, headerOf, textOf, transactionOf, withoutFirst, written, type Header, type Message, type Received
} from './messages.ts'
import type { Network } from './network.ts'
import { legTo, type Leg } from './proxy-leg.ts'
import { ofTransaction, type Requests } from './requests.ts'

/** INVITEs that are being proxied, one destination after the other. */
export interface Proxies {
  start: (client: Client, frame: Frame) => void
  /** false: the answer belongs to no proxied INVITE */
  answered: (answer: Received) => boolean
  /** a CANCEL, an ACK or a copy of a proxied INVITE; false: it is none */
  asked: (request: Received) => boolean
}

/** Best first (RFC 3261 §16.7.6); of two of one kind the later destination's. */
function rank ({ state, status }: Leg): number {
  if (state !== 'completed') return 5
  if (status >= 600) return 0
  if ([401, 407, 415, 420, 484].includes(status)) return 1
  if (status >= 400) return status < 500 ? 2 : 3
  return 4
}

const isUndecided = ({ state }: Leg): boolean => state === 'calling' || state === 'proceeding'

function best (legs: readonly Leg[]): Received | null {
  const first = legs.reduce<Leg | null>((found, leg) => found === null || rank(leg) <= rank(found) ? leg : found, null)
  return first && first.state === 'completed' && first.status > 0 ? first.final : null
}

/** `1s`, `500ms`; 0: none, as with anything else */
function millisecondsOf (time: string): number {
  const [, amount, unit] = /^(\d+)(ms|s)$/.exec(time) ?? []
  return amount === undefined ? 0 : Number(amount) * (unit === 's' ? 1000 : 1)
}

export function proxiesOf ({ network, requests }: { network: Network, requests: Requests }): Proxies {
  const running = new Map<string, { legs: Leg[], searches: boolean, answered: (leg: Leg, answer: Received) => void, cancel: () => void }>()

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
    const request = changed(withoutFirst(message, 'Route'), written(text).headers)
    const options = {
      network,
      request,
      replacesUri: network.isOwn(parsed.uri ?? ''),
      recordRoute: remain === 'remainInDialog',
      provisionalMs: millisecondsOf(provisional)
    }
    const legs: Leg[] = destinations.map(uri => legTo(uri, { ...options, silent: () => { next() }, over: () => { forgetWhenOver() } }))
    const proxy = { legs, searches: true, canceled: false, answered: took, cancel }
    running.set(key, proxy)

    function forgetWhenOver (): void {
      if (legs.every(({ state }) => state === 'terminated')) running.delete(key)
    }

    function decide (): void {
      if (!proxy.searches || legs.some(isUndecided)) return
      proxy.searches = false
      const final = best(legs)
      if (final) forward(final)
      else requests.reply(received as Received, 408)
      if (full === 'fullResponse') tell('OK', 'done')
    }

    /** false: no destination is left to try */
    function tryNext (): boolean {
      if (!proxy.searches) return false
      return legs.some(leg => leg.state === 'not started' && leg.send())
    }

    function next (): void {
      tryNext()
      decide()
    }

    function endOthers (): void {
      proxy.searches = false
      for (const leg of legs) leg.cancel()
    }

    function told (answer: Received): void {
      if (full !== 'fullResponse') return
      const said = textOf(answer.message)
      client.send([randomUUID(), 'response', id, 'OK', ...described('network', said, answer.from), '', '', 'continue'], said)
    }

    function took (leg: Leg, answer: Received): void {
      const status = answer.parsed.status ?? 0
      if (leg.state === 'terminated') return
      if (leg.cancelOwed && leg.state === 'completed' && leg.status === 0) {
        leg.become('proceeding')
        leg.cancel()
        return
      }
      if (leg.state === 'completed' && status >= 200) {
        leg.acknowledge(answer)
        return
      }
      leg.status = status
      if (status < 200) {
        leg.become('proceeding')
        if (status > 100) forward(answer)
      } else if (status < 300) {
        leg.become('terminated')
        endOthers()
        told(answer)
        if (full === 'fullResponse') tell('OK', 'done')
        forward(answer)
      } else {
        leg.become('completed')
        leg.final = answer
        leg.acknowledge(answer)
        told(answer)
        if (proxy.canceled && full === 'fullResponse' && !legs.some(isUndecided)) tell('OK', 'done')
        if (status === 401 || status === 407) for (const other of legs) if (other.state === 'not started') other.become('terminated')
        next()
      }
    }

    function cancel (): void {
      proxy.canceled = true
      requests.reply(received as Received, 487)
      endOthers()
    }

    if (!tryNext()) {
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
      if (answer.parsed.headers.cseq.method !== 'CANCEL') proxy.answered(leg, answer)
      return true
    },
    asked (request) {
      const { method, headers } = request.parsed
      const key = transactionOf({ ...request.parsed, headers: { ...headers, cseq: { ...headers.cseq, method: 'INVITE' } } }, headers.via[0])
      const proxy = running.get(key)
      if (!proxy) return false
      if (method === 'CANCEL') {
        requests.reply(request, 200)
        proxy.cancel()
      }
      return method === 'CANCEL' || method === 'ACK' || method === 'INVITE'
    }
  }
}

/** What the client asked for is added; nothing that came is taken away. */
function changed (message: Message, more: readonly Header[]): Message {
  const added = more.filter(({ name }) => !ofTransaction.includes(name.toLowerCase()))
  return { ...message, headers: [...message.headers, ...added] }
}
