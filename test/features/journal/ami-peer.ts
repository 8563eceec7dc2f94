import { createServer, type Socket } from 'node:net'
import { once } from 'node:events'
import type { Test } from 'tap'

/** One action as it came over the wire: names in lower case, in the order sent. */
export type SentAction = Record<string, string>

export interface AmiPeer {
  port: number
  /** everything that ever came, login first */
  sent: SentAction[]
  sockets: Socket[]
  /** what is answered to an action; undefined: nothing at all. Default: Success. */
  answer: (action: SentAction, socket: Socket) => string | undefined
}

const success = (action: SentAction): string => `Response: Success\r\nActionID: ${action.actionid}\r\n\r\n`

/** A peer that speaks just enough AMI to misbehave. */
export async function startAmiPeer (t: Test): Promise<AmiPeer> {
  const peer: AmiPeer = { port: 0, sent: [], sockets: [], answer: success }
  const server = createServer(socket => {
    peer.sockets.push(socket)
    socket.on('error', () => {})
    socket.write('Asterisk Call Manager/9.0.0\r\n')
    let text = ''
    socket.on('data', data => {
      text += data.toString()
      for (let end = text.indexOf('\r\n\r\n'); end >= 0; end = text.indexOf('\r\n\r\n')) {
        const action: SentAction = Object.fromEntries(text.slice(0, end)
          .split('\r\n')
          .map(line => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 2)]))
        text = text.slice(end + 4)
        peer.sent.push(action)
        const reply = peer.answer(action, socket)
        if (reply !== undefined) socket.write(reply)
        if (action.action === 'login') socket.write('Event: FullyBooted\r\nStatus: Fully Booted\r\n\r\n')
      }
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  peer.port = typeof address === 'object' && address ? address.port : 0
  t.teardown(() => {
    for (const socket of peer.sockets) socket.destroy()
    server.close()
  })
  return peer
}

export const replies = { success }
