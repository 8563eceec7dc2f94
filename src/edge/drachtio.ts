import type { Socket } from 'node:net'
import Srf from 'drachtio-srf'
import { NoAnswer, within } from '../domain/time/within.ts'

/** The used part of drachtio-srf, whose own types are poor. A new one for every connection: it forgets nothing of an old one. */
interface Client {
  connect: (options: object) => void
  on: (name: 'connect' | 'error' | 'close', listener: (error?: Error | null) => void) => void
  use: (method: string, handler: (req: RawRequest, res: RawResponse) => void) => void
  request: (options: object, sent: (error: Error | null, req: RawRequest) => void) => void
  app: {
    client: {
      removeRoute: (verb: string) => void
      wp: { on: (name: 'connect', listener: (socket: Socket) => void) => void }
      mapServer: Map<Socket, { pendingNetworkInvites: Map<string, unknown> }>
    }
  }
}
interface RawRequest {
  method: string
  uri: string
  source_address: string
  socket: Socket
  get: (name: string) => string | undefined
  proxy: (options: object, done: (error: unknown, result?: ProxyResult) => void) => void
  cancel: (done: (error: unknown) => void) => void
  on: (name: 'response' | 'cancel', listener: (res: { status: number }) => void) => void
}
interface ProxyResult {
  finalStatus?: number
  responses: Array<{ address: string, port: number, msgs: Array<{ status: number }> }>
}
interface RawResponse { send: (status: number, reason: string, options: { headers: Record<string, string> }) => void }

/** A request from outside, of no dialogue yet. */
export interface Incoming {
  method: string
  uri: string
  /** IP address it came from */
  source: string
  header: (name: string) => string | undefined
  answer: (status: number, reason: string, headers?: Record<string, string>) => void
  /** Never answered: drachtio-server forgets it after 64 s. */
  drop: () => void
  /**
   * Sends it on to the first destination that answers within a second, serially. Resolves with the last status and who gave it, 0 when
   * none came: the server has told the carrier by itself.
   */
  proxy: (route: { destinations: string[], headers: Record<string, string>, remainInDialog: boolean }) => Promise<Proxied>
}

/** `by`: the address and port of the last response; `heard`: of every destination that answered at all. */
export interface Proxied { status: number, by: string, heard: string[] }

export interface DrachtioOptions {
  host: string
  port: number
  secret: string
  receive: (request: Incoming) => void
  up: () => void
  down: (why: string) => void
  /** once: no retry mends a wrong secret */
  refused: () => void
  /** longest pause between attempts to connect, ms */
  retryMs?: number
  /** a server that has taken a request of ours without saying so for this long is frozen: it gives no event of its own, ms */
  frozenMs?: number
}

export interface Drachtio {
  start: () => void
  isUp: () => boolean
  /**
   * Sends a request of our own and resolves with the final status; 0 when none came in time.
   * @throws Error when the server is not there, or does not take the request
   */
  request: (options: { method: string, uri: string, headers?: Record<string, string>, body?: string }, timeoutMs: number) => Promise<number>
  /** The server gives new calls to others, or says 503; calls under way stay. Then the connection ends. */
  drain: (quietMs: number) => Promise<void>
  close: () => void
}

/** Methods asked for; drachtio-server answers 503 to others. */
const asked = ['invite', 'options', 'register', 'subscribe', 'message', 'publish']

/** The link to drachtio-server; the only file that knows drachtio-srf. */
export function connectDrachtio (options: DrachtioOptions): Drachtio {
  const { retryMs = 1000, frozenMs = 3000 } = options
  let client: Client | null = null
  let socket: Socket | null = null
  let up = false
  let closed = false
  let attempts = 0
  let retry: NodeJS.Timeout | undefined

  const end = (of: Client, why: string): void => {
    if (client !== of) return
    client = null
    socket?.destroy()
    socket = null
    const was = up
    up = false
    if (was) options.down(why)
    if (!closed) retry = setTimeout(connect, Math.min(retryMs, 100 * 2 ** attempts++))
  }

  function connect (): void {
    const srf = new Srf() as unknown as Client
    client = srf
    for (const method of asked) srf.use(method, (req, res) => { options.receive(incoming(srf, req, res)) })
    srf.on('error', () => { end(srf, 'connection failed') })
    srf.on('close', () => { end(srf, 'connection closed') })
    srf.on('connect', error => {
      if (client !== srf) return
      if (error) {
        closed = true
        end(srf, 'refused')
        options.refused()
        return
      }
      attempts = 0
      up = true
      options.up()
    })
    // No attempt of its own: its retries know neither a wrong secret nor TLS.
    srf.connect({ host: options.host, port: options.port, secret: options.secret, reconnect: { maxAttempts: 1 } })
    srf.app.client.wp.on('connect', connected => {
      if (client === srf) socket = connected
      else connected.destroy()
    })
    const given = setTimeout(() => { if (!up) end(srf, 'no answer') }, frozenMs)
    given.unref()
  }

  return {
    start: connect,
    isUp: () => up,
    async request (request, timeoutMs) {
      const srf = client
      if (!up || srf === null) throw new Error('no link to drachtio-server')
      let answered: (status: number) => void = () => {}
      let sent: RawRequest | undefined
      const status = new Promise<number>(resolve => { answered = resolve })
      try {
        await within(frozenMs, new Promise<void>((resolve, reject) => {
          srf.request(request, (error, req) => {
            if (error) { reject(error); return }
            sent = req
            req.on('response', ({ status }) => { if (status >= 200) answered(status) })
            resolve()
          })
        }))
      } catch (error) {
        if (error instanceof NoAnswer) end(srf, 'frozen')
        throw error
      }
      return await within(timeoutMs, status).catch(() => {
        if (request.method === 'INVITE' && client === srf) sent?.cancel(() => {})
        return 0
      })
    },
    async drain (quietMs) {
      closed = true
      clearTimeout(retry)
      if (client !== null && up) {
        for (const verb of asked) client.app.client.removeRoute(verb)
        await new Promise(resolve => setTimeout(resolve, quietMs))
      }
      socket?.end()
      up = false
      client = null
    },
    close () {
      closed = true
      clearTimeout(retry)
      if (client) end(client, 'closed by us')
    }
  }
}

function incoming (srf: Client, req: RawRequest, res: RawResponse): Incoming {
  return {
    method: req.method,
    uri: req.uri,
    source: req.source_address,
    header: name => req.get(name),
    answer: (status, reason, headers = {}) => { res.send(status, reason, { headers }) },
    drop () { srf.app.client.mapServer.get(req.socket)?.pendingNetworkInvites.delete(req.get('call-id') ?? '') },
    proxy: async ({ destinations, headers, remainInDialog }) => await new Promise(resolve => {
      req.proxy({ destination: destinations, headers, remainInDialog, provisionalTimeout: '1s' }, (_error, result) => {
        const heard = (result?.responses ?? []).filter(({ msgs }) => msgs.length > 0).map(({ address, port }) => `${address}:${port}`)
        resolve({ status: result?.finalStatus ?? 0, by: heard.at(-1) ?? '', heard })
      })
    })
  }
}
