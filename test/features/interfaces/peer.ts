import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import type { Test } from 'tap'

export interface Received { headers: IncomingHttpHeaders, path: string, body: string, at: number }

/** Another system that takes events. */
export interface Peer {
  url: string
  port: number
  received: Received[]
  /** how it answers from now on; by default 204 */
  answers: (how: (response: ServerResponse, request: Received) => void) => void
}

/** A peer on loopback, with a server of its own. */
export async function startPeer (t: Test): Promise<Peer> {
  let how = (response: ServerResponse, _request: Received): void => { response.writeHead(204).end() }
  const received: Received[] = []
  const server = createServer((request, response) => {
    response.on('error', () => {})
    text(request).then(body => {
      const one = { headers: request.headers, path: request.url ?? '', body, at: performance.now() }
      received.push(one)
      how(response, one)
    }, () => {})
  })
  await new Promise<void>(resolve => { server.listen(0, '127.0.0.1', resolve) })
  t.teardown(() => {
    server.closeAllConnections()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  return { url: `http://127.0.0.1:${port}/events`, port, received, answers (next) { how = next } }
}

export const status = (code: number, headers: Record<string, string> = {}) => (response: ServerResponse): void => {
  response.writeHead(code, headers).end()
}

/** Takes the request and says nothing. */
export const silent = (): void => {}
