import { randomUUID } from 'node:crypto'
import { createSocket } from 'node:dgram'
import sip, { type Parsed, type TransactionLayer } from 'sip'
import type { Client } from './clients.ts'
import { described } from './frames.ts'
import { addressOfUri, headerOf, newBranch, read, textOf, written, type Address, type Message } from './messages.ts'
import type { Network } from './network.ts'
import { ofTransaction } from './requests.ts'

/** Requests of a client's own, outside of a dialog: it is told every answer but 100, and 408 after 32 s of silence. */
export interface Outgoing {
  send: (client: Client, id: string, text: string) => void
  /** a CANCEL; it waits for the first answer (RFC 3261 §9.1) */
  cancel: (client: Client, id: string, transaction: string) => void
}

interface Call { request: Parsed, to: Address, isAnswered: boolean, cancelOwed: boolean }

/** The kernel says of a connected socket alone that nobody listens there: a keep-alive (RFC 5626 §3.5.1) asks it. */
function onRefused ({ host, port }: Address, refused: () => void): void {
  const probe = createSocket('udp4')
  const done = setTimeout(() => { probe.close() }, 1000)
  probe.on('error', () => {
    clearTimeout(done)
    probe.close()
    refused()
  })
  probe.connect(port, host, () => { probe.send('\r\n\r\n', () => {}) })
}

export function outgoingOf ({ network, layer }: { network: Network, layer: TransactionLayer }): Outgoing {
  const { host, port } = network.own
  const calls = new Map<string, Call>()

  function whole (asked: Message): Message {
    const [method = '', uri = ''] = asked.first.split(' ')
    const own = `<sip:${host}:${port}>`
    const headers = {
      Via: `SIP/2.0/UDP ${host}:${port};branch=${newBranch()};rport`,
      'Max-Forwards': '70',
      From: `${headerOf(asked, 'From').replace('localhost', `${host}:${port}`) || own};tag=${randomUUID()}`,
      To: headerOf(asked, 'To') || `<${uri}>`,
      'Call-ID': headerOf(asked, 'Call-ID') || randomUUID(),
      CSeq: `${Math.floor(Math.random() * 1e8)} ${method}`,
      ...method === 'INVITE' && { Contact: own },
      ...asked.body.startsWith('v=0') && { 'Content-Type': 'application/sdp' }
    }
    const set = [...ofTransaction, ...Object.keys(headers).map(name => name.toLowerCase())]
    const more = asked.headers.filter(({ name }) => !set.includes(name.toLowerCase()))
    return { ...asked, headers: [...Object.entries(headers).map(([name, value]) => ({ name, value })), ...more] }
  }

  const tell = (client: Client, id: string, ...said: string[]): void => { client.send([randomUUID(), 'response', id, ...said]) }

  function tellSent (client: Client, id: string, sent: string, to: Address, transaction: string): void {
    client.send([randomUUID(), 'response', id, 'OK', ...described('application', sent, to), transaction, 'Msg sent:'], sent)
  }

  function cancelNow ({ request, to }: Call): void {
    const { via, from, to: called, 'call-id': callId, cseq } = request.headers
    const headers = { via: [...via], 'max-forwards': '70', from, to: called, 'call-id': callId, cseq: { ...cseq, method: 'CANCEL' } }
    layer.createClientTransaction(network.connection(to), { method: 'CANCEL', uri: request.uri ?? '', headers }, () => {})
  }

  return {
    send (client, id, text) {
      const asked = written(text)
      const uri = asked.first.split(' ')[1] ?? ''
      const to = addressOfUri(uri)
      const request = read(Buffer.from(textOf(whole(asked)), 'latin1'), network.own)?.parsed
      if (!to || !request) { tell(client, id, 'NOK', `invalid request-uri: ${asked.first}`); return }
      if (network.isOwn(uri)) { tell(client, id, 'NOK', 'can not send request to myself'); return }
      const transaction = randomUUID()
      const call: Call = { request, to, isAnswered: false, cancelOwed: false }
      calls.set(transaction, call)
      layer.createClientTransaction(network.connection(to), request, answered => {
        call.isAnswered = true
        if (call.cancelOwed) cancelNow(call)
        call.cancelOwed = false
        if (answered.status === 100) return
        if ((answered.status ?? 0) >= 200) calls.delete(transaction)
        const told = sip.stringify(answered)
        client.send([randomUUID(), 'sip', ...described('network', told, to), transaction, ''], told)
      })
      onRefused(to, () => { layer.getClient(request)?.message(sip.makeResponse(request, 503, 'Service Unavailable')) })
      tellSent(client, id, sip.stringify(request), to, transaction)
    },
    cancel (client, id, transaction) {
      const call = calls.get(transaction)
      if (!call) { tell(client, id, 'NOK', `unknown transaction id: ${transaction}`); return }
      if (call.isAnswered) cancelNow(call)
      else call.cancelOwed = true
      tellSent(client, id, sip.stringify(call.request).replace(/^INVITE/, 'CANCEL'), call.to, randomUUID())
    }
  }
}
