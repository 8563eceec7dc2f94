import Srf from 'drachtio-srf'
import type { Test } from 'tap'
import { until } from '../../../../src/servers/until.ts'
import type { EdgeServer } from '../edge-server.ts'
import { rawLink, type RawLink } from '../raw-link.ts'
import { sipPeer, type Sent, type SipPeer } from '../sip-peer.ts'
import type { Header } from '../stand-in/messages.ts'

/** One thing a drachtio-server does: what is played, and what is seen then. */
export interface Fact {
  name: string
  play: (world: World) => Promise<unknown>
  seen: unknown
}

/** What a fact plays with: a server, a carrier, two nodes, and drachtio-srf as its client. */
export interface World {
  server: EdgeServer
  carrier: SipPeer
  first: SipPeer
  second: SipPeer
  /** drachtio-srf with handlers by method; gone when the fact is over */
  client: (handlers?: Partial<Record<'invite' | 'options', Handler>>) => Promise<FactClient>
  /** a client that proxies each call to the first node, then to the second */
  proxying: (how?: ProxyOptions) => Promise<FactClient & { results: Array<ProxyResult | string> }>
  link: () => Promise<RawLink>
  /** an INVITE of the carrier's to the server */
  invite: (more?: { uri?: string, headers?: Header[], callId?: string, body?: string }) => Sent
  uriOf: (peer: SipPeer) => string
  own: string
}

/** drachtio-srf as its sources have it; its types say less. */
export interface SrfRequest {
  source_address: string
  source_port: number
  receivedOn: string
  raw: string
  method: string
  get: (name: string) => string
  on: (event: 'cancel' | 'response', then: (response: { status: number, raw: string }) => void) => void
  cancel: (sent: (error: Error | null) => void) => void
  proxy: (how: ProxyOptions & { destination: string[] }, done: (error: string | null, result: ProxyResult) => void) => void
}

export interface SrfResponse {
  send: (status: number, how?: object, sent?: (error: string | null, response: unknown) => void) => void
}

export type Handler = (request: SrfRequest, response: SrfResponse) => void

export interface ProxyOptions {
  provisionalTimeout?: string
  finalTimeout?: string
  remainInDialog?: boolean
  headers?: Record<string, string>
  destination?: string[]
}

export interface ProxyResult {
  connected: boolean
  finalStatus?: number
  responses: Array<{ port: number, msgs: Array<{ status: number }> }>
}

interface Link {
  on: (event: string, heard: (...told: never[]) => void) => void
  invite: (handler: Handler) => void
  options: (handler: Handler) => void
  connect: (how: object) => void
  disconnect: () => void
  request: (uri: string, how: object, sent: (error: Error | null, request?: SrfRequest) => void) => void
}

export interface FactClient {
  srf: Link
  hostport: string
  version: string
  close: () => Promise<void>
}

export async function worldOf (t: Test, server: EdgeServer): Promise<World> {
  const [carrier, first, second] = [await sipPeer(t), await sipPeer(t), await sipPeer(t)]
  const uriOf = ({ address: { host, port } }: SipPeer): string => `sip:12345@${host}:${port}`
  const own = `sip:12345@${server.sip.host}:${server.sip.port}`

  // The server notices late that the client of the fact before is gone, and a request given to that one is lost.
  for (const method of ['INVITE', 'OPTIONS']) {
    await until(async () => {
      const asked = carrier.send(method, own, server.sip)
      return await until(() => asked.statuses().includes(503), { what: 'its answer', seconds: 0.2 }).catch(() => false)
    }, { what: `${server.link.host}:${server.link.port} has no other client`, seconds: 10 })
  }

  const client: World['client'] = async (handlers = {}) => {
    const srf = new Srf() as unknown as Link
    let said: { hostport: string, version: string } | null = null
    let isClosed = false
    srf.on('error', () => {})
    srf.on('connect', (error: Error | null, hostport: string, version: string) => {
      if (!error) said = { hostport, version }
    })
    srf.on('close', () => { isClosed = true })
    if (handlers.invite) srf.invite(handlers.invite)
    if (handlers.options) srf.options(handlers.options)
    srf.connect({ ...server.link, secret: server.secret })
    const close = async (): Promise<void> => {
      if (isClosed) return
      srf.disconnect()
      await until(() => isClosed, { what: 'the client is gone', seconds: 5 })
    }
    t.teardown(close)
    const { hostport, version } = await until(() => said, { what: 'the client is connected', seconds: 10 })
    // Refused, and that after its routes were taken.
    await new Promise<void>(resolve => { srf.request(own, { method: 'OPTIONS' }, () => { resolve() }) })
    return { srf, hostport, version, close }
  }

  return {
    server,
    carrier,
    first,
    second,
    uriOf,
    own,
    client,
    link: async () => await rawLink(t, server.link),
    invite: ({ uri = own, ...more } = {}) => carrier.send('INVITE', uri, server.sip, more),
    async proxying (how = {}) {
      const results: Array<ProxyResult | string> = []
      const made = await client({
        invite (request) {
          request.proxy({ destination: [uriOf(first), uriOf(second)], ...how }, (error, result) => { results.push(error ?? result) })
        }
      })
      return { ...made, results }
    }
  }
}
