import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import sip from 'sip'
import { clientsOf } from './clients.ts'
import {
  addressOfUri, addressOfVia, hasTwice, headerOf, newBranch, withFirst, withoutFirst, type Address, type Received
} from './messages.ts'
import { openNetwork } from './network.ts'
import { outgoingOf } from './outgoing.ts'
import { proxiesOf } from './proxy.ts'
import { requestsOf } from './requests.ts'

/**
 * A stand-in for drachtio-server: its link for the unchanged drachtio-srf on one side, SIP by UDP on the other. It has what an edge
 * proxy uses and behaves there as the server does (`../facts.ts`, and `docs/edge-server.md` for what was seen on a real one):
 * authenticate, route, remove_route, ping; requests offered to clients in turn, answered by them or proxied one destination after the
 * other; CANCEL; requests in a dialog by Route; OPTIONS of a client's own, and a test call that is refused or given up.
 *
 * It leaves out: TCP, TLS and WebSocket towards SIP; names (DNS); calls a client answers, or places and has answered: no dialogs, PRACK,
 * re-INVITE of a client, session timers; provisional answers of a client; the proxying of other methods than INVITE, forking at once,
 * redirects; tags of clients, CDR events, clients called by the server, spammer lists, block lists, metrics, an address behind NAT.
 */
export interface StandIn {
  link: Address
  sip: Address
  close: () => void
}

export interface StandInOptions { link: Address, sip: Address, secret: string }

export const version = 'v0.9.4'
/** Requests a client may be offered. */
const offered = ['INVITE', 'REGISTER', 'MESSAGE', 'OPTIONS', 'INFO', 'NOTIFY', 'SUBSCRIBE', 'PUBLISH']

export async function startStandIn ({ link, sip: sipAddress, secret }: StandInOptions): Promise<StandIn> {
  const layer = sip.makeTransactionLayer({})
  const network = await openNetwork(sipAddress, received => { heard(received) })
  const hostport = `udp/${network.own.host}:${network.own.port}`
  const clients = clientsOf({
    secret,
    hostport,
    version,
    asked (client, frame) {
      const [id = '', verb, transaction = ''] = frame.tokens
      if (verb === 'proxy') proxies.start(client, frame)
      else if (frame.text.startsWith('SIP/')) requests.respond(client, id, transaction, frame.text)
      else if (frame.text.startsWith('CANCEL ')) outgoing.cancel(client, id, transaction)
      else outgoing.send(client, id, frame.text)
    }
  })
  const requests = requestsOf({ network, clients, layer })
  const proxies = proxiesOf({ network, requests })
  const outgoing = outgoingOf({ network, layer })

  function heard (received: Received): void {
    const { parsed, message } = received
    const { method } = parsed
    if (method === undefined) {
      const transaction = layer.getClient(parsed)
      if (transaction) transaction.message(parsed, received.from)
      else if (!proxies.answered(received)) passUp(received)
      return
    }
    if (hasTwice(message)) {
      if (method !== 'ACK') requests.reply(received, 400)
      return
    }
    const answered = layer.getServer(parsed)
    if (answered) { answered.message(parsed); return }
    const inDialog = 'tag' in parsed.headers.to.params
    const route = addressOfRoute(headerOf(message, 'Route'))
    if (inDialog && route?.host === network.own.host) { passOn(received); return }
    if (proxies.asked(received)) return
    // a copy
    if (method !== 'CANCEL' && requests.isOut(received)) return
    if (method === 'CANCEL') requests.cancel(received)
    else if (offered.includes(method)) requests.offer(received)
    else if (method === 'BYE' || method === 'UPDATE') requests.reply(received, 481)
  }

  /** An answer that belongs to nothing here, to a request in a dialog for one, goes where its next Via says. */
  function passUp ({ message, parsed }: Received): void {
    const via = parsed.headers.via[1]
    if (via) network.send(withoutFirst(message, 'Via'), addressOfVia(via))
  }

  /** A request in a dialog, without state and without a client. */
  function passOn ({ message, parsed }: Received): void {
    const rest = withoutFirst(message, 'Route')
    const next = addressOfRoute(headerOf(rest, 'Route')) ?? addressOfUri(parsed.uri ?? '')
    if (!next) return
    const via = `SIP/2.0/UDP ${network.own.host}:${network.own.port};rport;branch=${newBranch()}`
    network.send(withFirst(rest, 'Via', via), next)
  }

  clients.server.listen(link.port, link.host)
  await once(clients.server, 'listening')
  return {
    link: { host: link.host, port: (clients.server.address() as AddressInfo).port },
    sip: network.own,
    close () {
      clients.close()
      network.close()
      layer.destroy()
    }
  }
}

function addressOfRoute (route: string): Address | null {
  const uri = /<([^>]+)>/.exec(route)?.[1]
  return uri === undefined ? null : addressOfUri(uri)
}
