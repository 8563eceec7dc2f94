import { randomUUID } from 'node:crypto'
import { createSocket } from 'node:dgram'
import sip, { type TransactionLayer } from 'sip'
import type { Client } from './clients.ts'
import { described } from './frames.ts'
import { addressOfUri, newBranch, read, textOf, written, headerOf, type Address, type Message } from './messages.ts'
import type { Network } from './network.ts'
import { ofTransaction } from './requests.ts'

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

/** Sends a request of the client's own, outside of a dialog, and tells it every answer; 408 after 32 s of silence. */
export function sendOf (
  { network, layer }: { network: Network, layer: TransactionLayer }
): (client: Client, id: string, text: string) => void {
  const { host, port } = network.own
  function whole (asked: Message): Message {
    const [method = '', uri = ''] = asked.first.split(' ')
    const from = headerOf(asked, 'From').replace('localhost', `${host}:${port}`) || `<sip:${host}:${port}>`
    const headers = {
      Via: `SIP/2.0/UDP ${host}:${port};branch=${newBranch()};rport`,
      'Max-Forwards': '70',
      From: `${from};tag=${randomUUID()}`,
      To: headerOf(asked, 'To') || `<${uri}>`,
      'Call-ID': headerOf(asked, 'Call-ID') || randomUUID(),
      CSeq: `${Math.floor(Math.random() * 1e8)} ${method}`
    }
    const more = asked.headers.filter(({ name }) => !ofTransaction.includes(name.toLowerCase()))
    return { ...asked, headers: [...Object.entries(headers).map(([name, value]) => ({ name, value })), ...more] }
  }

  return (client, id, text) => {
    const answer = (...tokens: string[]): void => { client.send([randomUUID(), 'response', id, ...tokens]) }
    const asked = written(text)
    const uri = asked.first.split(' ')[1] ?? ''
    const to = addressOfUri(uri)
    const request = read(Buffer.from(textOf(whole(asked)), 'latin1'), network.own)
    if (!to || !request) {
      answer('NOK', `invalid request-uri: ${asked.first}`)
    } else if (network.isOwn(uri)) {
      answer('NOK', 'can not send request to myself')
    } else {
      const transaction = randomUUID()
      layer.createClientTransaction(network.connection(to), request.parsed, answered => {
        const told = sip.stringify(answered)
        client.send([randomUUID(), 'sip', ...described('network', told, to), transaction, ''], told)
      })
      onRefused(to, () => { layer.getClient(request.parsed)?.message(sip.makeResponse(request.parsed, 503, 'Service Unavailable')) })
      const sent = sip.stringify(request.parsed)
      client.send([randomUUID(), 'response', id, 'OK', ...described('application', sent, to), transaction, 'Msg sent:'], sent)
    }
  }
}
