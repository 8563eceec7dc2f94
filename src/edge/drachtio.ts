import type { Socket } from 'node:net'
import Srf from 'drachtio-srf'
import { bind } from '../domain/bind.ts'
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
  on: (name: 'response' | 'cancel', listener: (res: { status: number, body?: string }) => void) => void
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
  /** certificate authority (PEM) of its TLS door; null: plain TCP */
  authority: string | null
  receive: (request: Incoming) => void
  onUp: () => void
  onDown: (why: string) => void
  /** the first attempt of several that failed */
  onUnreachable: (why: string) => void
  /** once: no retry mends a wrong secret */
  onRefused: () => void
  /** longest pause between attempts to connect, ms */
  retryMs?: number
  /** a server that has taken a request of ours without saying so for this long is frozen: it gives no event of its own, ms */
  frozenMs?: number
}

export interface OwnRequest {
  method: string
  uri: string
  headers?: Record<string, string>
  body?: string
  /** a provisional answer with a body came */
  onProgress?: (body: string) => void
}

export interface Drachtio {
  start: () => void
  isUp: () => boolean
  /**
   * Sends a request of our own and resolves with the final status; 0 when none came in time.
   * @throws Error when the server is not there, or does not take the request
   */
  request: (request: OwnRequest, timeoutMs: number) => Promise<number>
  /** The server gives new calls to others, or says 503; calls under way stay. Then the connection ends. */
  drain: (quietMs: number) => Promise<void>
  close: () => void
}

/** Methods asked for; drachtio-server answers 503 to others. */
const asked = ['invite', 'options', 'register', 'subscribe', 'message', 'publish', 'notify', 'info']

interface Link extends Required<DrachtioOptions> {
  client: Client | null
  socket: Socket | null
  up: boolean
  closed: boolean
  attempts: number
  retry: NodeJS.Timeout | undefined
}

/** The link to drachtio-server, made again for ever; the only file that knows drachtio-srf. */
export function connectDrachtio (options: DrachtioOptions): Drachtio {
  const link: Link = {
    retryMs: 1000, frozenMs: 3000, ...options, client: null, socket: null, up: false, closed: false, attempts: 0, retry: undefined
  }
  return {
    ...bind(link, { request, drain }),
    start: () => { connect(link) },
    isUp: () => link.up,
    close () {
      link.closed = true
      clearTimeout(link.retry)
      if (link.client) end(link, link.client, 'closed by us')
    }
  }
}

function end (link: Link, of: Client, why: string): void {
  if (link.client !== of) return
  const was = link.up
  link.socket?.destroy()
  Object.assign(link, { client: null, socket: null, up: false })
  if (was) link.onDown(why)
  else if (link.attempts === 0 && !link.closed) link.onUnreachable(why)
  if (!link.closed) link.retry = setTimeout(connect, Math.min(link.retryMs, 100 * 2 ** link.attempts++), link)
}

function connect (link: Link): void {
  const srf = new Srf() as unknown as Client
  link.client = srf
  for (const method of asked) srf.use(method, (req, res) => { link.receive(incoming(srf, req, res)) })
  srf.on('error', error => {
    const code = error instanceof Error && 'code' in error ? ` (${String(error.code)})` : ''
    end(link, srf, `connection failed${code}`)
  })
  srf.on('close', () => { end(link, srf, 'connection closed') })
  srf.on('connect', error => {
    if (link.client !== srf) return
    if (error) {
      link.closed = true
      end(link, srf, 'refused')
      link.onRefused()
      return
    }
    link.attempts = 0
    link.up = true
    link.onUp()
  })
  // No attempt of its own: its retries know neither a wrong secret nor TLS.
  const { host, port, secret, authority } = link
  const tls = authority === null ? {} : { tls: { ca: authority, host, minVersion: 'TLSv1.2' } }
  srf.connect({ host, port, secret, reconnect: { maxAttempts: 1 }, ...tls })
  srf.app.client.wp.on('connect', connected => {
    if (link.client === srf) link.socket = connected
    else connected.destroy()
  })
  setTimeout(() => { if (!link.up) end(link, srf, 'no answer') }, link.frozenMs).unref()
}

async function request (link: Link, { onProgress, ...asked }: OwnRequest, timeoutMs: number): Promise<number> {
  const srf = link.client
  if (!link.up || srf === null) throw new Error('no link to drachtio-server')
  let answered: (status: number) => void = () => {}
  let sent: RawRequest | undefined
  const status = new Promise<number>(resolve => { answered = resolve })
  try {
    await within(link.frozenMs, new Promise<void>((resolve, reject) => {
      srf.request(asked, (error, req) => {
        if (error) { reject(error); return }
        sent = req
        req.on('response', ({ status, body = '' }) => {
          if (status >= 200) answered(status)
          else if (body !== '') onProgress?.(body)
        })
        resolve()
      })
    }))
  } catch (error) {
    if (error instanceof NoAnswer) end(link, srf, 'frozen')
    throw error
  }
  return await within(timeoutMs, status).catch(() => {
    if (asked.method === 'INVITE' && link.client === srf) sent?.cancel(() => {})
    return 0
  })
}

async function drain (link: Link, quietMs: number): Promise<void> {
  link.closed = true
  clearTimeout(link.retry)
  if (link.client !== null && link.up) {
    for (const verb of asked) link.client.app.client.removeRoute(verb)
    await new Promise(resolve => setTimeout(resolve, quietMs))
  }
  link.socket?.end()
  Object.assign(link, { client: null, up: false })
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
