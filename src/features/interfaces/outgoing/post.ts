import { Agent as PlainAgent, request as plainRequest, type IncomingMessage, type RequestOptions } from 'node:http'
import { Agent as TlsAgent, request as tlsRequest } from 'node:https'
import { isIP } from 'node:net'
import type { Resolve } from './resolve.ts'
import { hostOf, mayReach } from './rules/may-reach.ts'
import { retryAfterMs, type Answer, type AttemptError } from './rules/next-try.ts'

/** Of an answer's body so much is read; a longer one is cut off, its status counts. */
const maxAnswerBytes = 4096
/** So long the rest of an answer is waited for once its status is there, ms. */
const restOfAnswerMs = 1000

/** Connections to the peer of one turn: kept between its deliveries, closed with it. */
export interface Connections { plain: PlainAgent, tls: TlsAgent, close: () => void }

export function openConnections (): Connections {
  const [plain, tls] = [new PlainAgent({ keepAlive: true, maxSockets: 1 }), new TlsAgent({ keepAlive: true, maxSockets: 1 })]
  return {
    plain,
    tls,
    close () {
      plain.destroy()
      tls.destroy()
    }
  }
}

export interface Posted {
  url: string
  allowNetworks: readonly string[]
  headers: Record<string, string>
  body: string
}

export interface PostOptions {
  resolve: Resolve
  connections: Connections
  /** everything together: name, connection, answer; ms */
  timeoutMs: number
  /** ends at once when the process does */
  ending: AbortSignal
}

/**
 * Posts to a peer. The connection goes to the very address that was checked, never to the name a second time. No redirect is followed.
 */
export async function post ({ url, allowNetworks, headers, body }: Posted, options: PostOptions): Promise<Answer> {
  const signal = AbortSignal.any([AbortSignal.timeout(options.timeoutMs), options.ending])
  let addresses: string[]
  try {
    addresses = await options.resolve(hostOf(url), signal)
  } catch {
    return { error: signal.aborted ? 'timeout' : 'not-resolved' }
  }
  const address = addresses.find(one => mayReach(one, allowNetworks))
  if (address === undefined) return { error: addresses.length === 0 ? 'not-resolved' : 'address-not-allowed' }
  try {
    return await send(new URL(url), address, { headers, body }, options.connections, signal)
  } catch (error) {
    return { error: signal.aborted ? 'timeout' : errorOf(error) }
  }
}

async function send (
  url: URL, address: string, { headers, body }: Pick<Posted, 'headers' | 'body'>, { plain, tls }: Connections, signal: AbortSignal
): Promise<Answer> {
  const isTls = url.protocol === 'https:'
  const asked: RequestOptions & { servername?: string } = {
    method: 'POST',
    host: address,
    port: url.port === '' ? (isTls ? 443 : 80) : Number(url.port),
    path: `${url.pathname}${url.search}`,
    headers: { ...headers, host: url.host, 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) },
    signal,
    // The certificate is the name's, not the address's.
    ...(isTls && isIP(hostOf(url.href)) === 0 ? { servername: url.hostname } : {})
  }
  return await new Promise((resolve, reject) => {
    const sent = isTls ? tlsRequest({ ...asked, agent: tls }) : plainRequest({ ...asked, agent: plain })
    sent.on('error', reject)
    sent.on('response', response => {
      const { statusCode: status = 0, headers: { 'retry-after': retryAfter } } = response
      restOf(response).then(() => { resolve({ status, retryAfterMs: retryAfterMs(retryAfter, new Date()) }) }, reject)
    })
    // Nobody asked for another protocol.
    sent.on('upgrade', (_response, socket) => {
      socket.destroy()
      reject(new Error('the peer changes the protocol'))
    })
    sent.end(body)
  })
}

/** Resolves when the answer is read, or cut off: then its connection is closed. */
async function restOf (response: IncomingMessage): Promise<void> {
  await new Promise<void>(resolve => {
    const cut = (): void => { response.destroy() }
    const patience = setTimeout(cut, restOfAnswerMs)
    let bytes = 0
    response.on('data', (chunk: Buffer) => {
      bytes += chunk.length
      if (bytes > maxAnswerBytes) cut()
    })
    response.on('error', () => {})
    response.on('close', () => {
      clearTimeout(patience)
      resolve()
    })
  })
}

const refusals = ['ECONNREFUSED', 'EHOSTUNREACH', 'ENETUNREACH', 'EADDRNOTAVAIL']
const ofTls = /^(ERR_TLS|ERR_SSL|CERT_|DEPTH_ZERO|UNABLE_TO|SELF_SIGNED|EPROTO)/

function errorOf (error: unknown): AttemptError {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  if (refusals.includes(code)) return 'refused'
  return ofTls.test(code) ? 'tls' : code === 'ETIMEDOUT' ? 'timeout' : 'broken'
}
