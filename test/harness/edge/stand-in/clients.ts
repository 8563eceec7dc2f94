import { randomUUID } from 'node:crypto'
import { createServer, type Server, type Socket } from 'node:net'
import { frame, frameReader, type Frame } from './frames.ts'

/** A program on the link, drachtio-srf for one. */
export interface Client {
  /** nothing is written once the link is gone */
  send: (tokens: readonly string[], text?: string) => void
}

export interface ClientsOptions {
  secret: string
  /** what `authenticate` is answered: `udp/127.0.0.1:5060` */
  hostport: string
  version: string
  /** requests of a client about SIP, `sip` and `proxy` */
  asked: (client: Client, frame: Frame) => void
}

export interface Clients {
  server: Server
  /** the next in turn of those that asked for requests of this method; null where none is left */
  next: (method: string) => Client | null
  close: () => void
}

/** Bytes a client may leave unread before it is taken for gone; the server has no such bound. */
const mostUnread = 64 << 20

/** The link's door: who is connected, and which requests each asked for. */
export function clientsOf ({ secret, hostport, version, asked }: ClientsOptions): Clients {
  const wanting = new Map<string, { clients: Client[], turn: number }>()
  const sockets = new Set<Socket>()

  /** false: the link is closed once the answer is out */
  function answered (client: Client, message: Frame): boolean {
    const [id = '', verb = '', argument = ''] = message.tokens
    const answer = (...tokens: string[]): void => { client.send([randomUUID(), 'response', id, ...tokens]) }
    switch (verb) {
      case 'authenticate':
        if (argument === secret) answer('OK', hostport, version, hostport)
        else answer('NO', 'incorrect secret')
        return argument === secret
      case 'ping':
        answer('OK', 'pong')
        return true
      case 'route': {
        const verbs = wanting.get(argument) ?? { clients: [], turn: 0 }
        verbs.clients.push(client)
        wanting.set(argument, verbs)
        answer('OK')
        return true
      }
      case 'remove_route':
        // the server forgets the client for every method, whichever it names
        for (const verbs of wanting.values()) verbs.clients = verbs.clients.filter(c => c !== client)
        answer('OK')
        return true
      case 'sip':
      case 'proxy':
        asked(client, message)
        return true
      default:
        answer('NO', message.tokens.length < 2 ? 'Invalid message format' : 'Unknown message type')
        return false
    }
  }

  function welcome (socket: Socket): void {
    const read = frameReader()
    const client: Client = {
      send (tokens, text) {
        if (socket.writableLength > mostUnread) socket.destroy()
        if (socket.writable) socket.write(frame(tokens.join('|') + (text === undefined ? '' : `|\r\n${text}`)))
      }
    }
    sockets.add(socket)
    socket.setNoDelay(true)
    socket.on('data', piece => {
      try {
        for (const one of read(piece)) if (!answered(client, one)) socket.end()
      } catch {
        socket.destroy()
      }
    })
    // what breaks is closed next
    socket.on('error', () => {})
    socket.on('close', () => {
      sockets.delete(socket)
      for (const verbs of wanting.values()) verbs.clients = verbs.clients.filter(c => c !== client)
    })
  }

  const server = createServer(welcome)
  return {
    server,
    next (method) {
      const verbs = wanting.get(method.toLowerCase())
      if (!verbs || verbs.clients.length === 0) return null
      const turn = verbs.turn < verbs.clients.length ? verbs.turn : 0
      verbs.turn = turn + 1
      return verbs.clients[turn] ?? null
    },
    close () {
      server.close()
      for (const socket of sockets) socket.destroy()
    }
  }
}
