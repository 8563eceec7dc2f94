import { randomUUID } from 'node:crypto'
import sip, { type Parsed, type TransactionLayer } from 'sip'
import type { Client, Clients } from './clients.ts'
import { described } from './frames.ts'
import { addressOfVia, textOf, transactionOf, written, type Address, type Received } from './messages.ts'
import type { Network } from './network.ts'

/** Requests that are out at a client, and what a client answers itself. */
export interface Requests {
  /** hands a new request to the next client; 503 without one */
  offer: (received: Received) => void
  cancel: (received: Received) => void
  isOut: (received: Received) => boolean
  /** takes a request for the proxy: once; null: unknown, answered or forgotten */
  take: (transaction: string) => Received | null
  respond: (client: Client, id: string, transaction: string, text: string) => void
  /** an answer without state */
  reply: (received: Received, status: number) => void
}

interface Offered { received: Received, client: Client, canceled: boolean, forget: NodeJS.Timeout }

/** How long a client may think about a request, as in the server: then it is forgotten without an answer. */
const forgottenAfterMs = 64_000
/** Headers a client cannot set: they belong to the transaction. */
export const ofTransaction = ['via', 'call-id', 'cseq', 'content-length', 'record-route', 'from', 'to', 'max-forwards']
const reasons: Record<number, string> = {
  100: 'Trying',
  200: 'OK',
  400: 'Bad Request',
  408: 'Request Timeout',
  481: 'Call Does Not Exist',
  483: 'Too Many Hops',
  487: 'Request Terminated',
  500: 'Internal Server Error',
  503: 'Service Unavailable'
}

export function requestsOf ({ network, clients, layer }: { network: Network, clients: Clients, layer: TransactionLayer }): Requests {
  const byId = new Map<string, Offered>()
  const byTransaction = new Map<string, string>()

  const via = ({ parsed }: Received): Address => addressOfVia(parsed.headers.via[0] ?? { host: '0.0.0.0', protocol: 'UDP', params: {} })

  function response ({ parsed }: Received, status: number, reason = reasons[status] ?? 'Error'): Parsed {
    const made = sip.makeResponse(parsed, status, reason)
    const { to } = made.headers
    const tagged = status === 100 || 'tag' in to.params ? to : { ...to, params: { ...to.params, tag: randomUUID().slice(0, 8) } }
    return { ...made, headers: { ...made.headers, to: tagged } }
  }

  const reply = (received: Received, status: number): void => { network.send(response(received, status), via(received)) }

  function take (id: string): Offered | null {
    const offered = byId.get(id)
    if (!offered) return null
    clearTimeout(offered.forget)
    byId.delete(id)
    byTransaction.delete(transactionOf(offered.received.parsed, offered.received.parsed.headers.via[0]))
    return offered
  }

  function tell (client: Client, id: string, { message, from }: Received): void {
    const text = textOf(message)
    client.send([randomUUID(), 'sip', ...described('network', text, from), id, '', network.own.host, String(network.own.port)], text)
  }

  return {
    reply,
    isOut: ({ parsed }) => byTransaction.has(transactionOf(parsed, parsed.headers.via[0])),
    take: id => take(id)?.received ?? null,
    offer (received) {
      const { parsed } = received
      if (parsed.method === 'INVITE') reply(received, 100)
      if (parsed.method === 'INVITE' && 'tag' in parsed.headers.to.params) { reply(received, 481); return }
      const client = clients.next(parsed.method ?? '')
      if (!client) { reply(received, 503); return }
      const id = randomUUID()
      const forget = setTimeout(() => { take(id) }, forgottenAfterMs)
      byId.set(id, { received, client, canceled: false, forget })
      byTransaction.set(transactionOf(parsed, parsed.headers.via[0]), id)
      tell(client, id, received)
    },
    cancel (received) {
      const id = byTransaction.get(transactionOf(received.parsed, received.parsed.headers.via[0]))
      const offered = id === undefined ? undefined : byId.get(id)
      if (id === undefined || !offered) { reply(received, 481); return }
      tell(offered.client, id, received)
      reply(received, 200)
      offered.canceled = true
      reply(offered.received, 487)
    },
    respond (client, id, transaction, text) {
      const answer = (...tokens: string[]): void => { client.send([randomUUID(), 'response', id, ...tokens]) }
      const offered = take(transaction)
      if (!offered || offered.canceled) { answer('NOK', 'Response not sent due to unknown transaction'); return }
      const { received } = offered
      const { first, headers, body } = written(text)
      const [, status = '500', ...reason] = first.split(' ')
      const made = response(received, Number(status), reason.join(' '))
      for (const { name, value } of headers) if (!ofTransaction.includes(name.toLowerCase())) made.headers[name.toLowerCase()] = value
      made.content = body
      layer.createServerTransaction(received.parsed, network.connection(via(received))).send(made)
      const sent = sip.stringify(made)
      const where = described('application', sent, via(received))
      client.send([randomUUID(), 'response', id, 'OK', ...where, transaction, '', '', 'Msg sent:'], sent)
    }
  }
}
