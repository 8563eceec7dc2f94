// Other systems in a process of their own: a living one that answers 204 at once, and one that takes everything and never answers. Tells at
// which moment each event reached the living one.
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'

const arrived: Array<[id: string, at: number]> = []
let asked = 0
const living = createServer((request, response) => {
  text(request).then(() => {
    arrived.push([String(request.headers['webhook-id']), Date.now()])
    response.writeHead(204).end()
  }, () => {})
})
const dead = createServer(() => { asked++ })
for (const server of [living, dead]) await new Promise<void>(resolve => { server.listen(0, '127.0.0.1', resolve) })
const portOf = (server: typeof living): number => (server.address() as AddressInfo).port
process.send?.({ living: portOf(living), dead: portOf(dead) })
process.on('message', () => { process.send?.({ arrived: arrived.splice(0), asked }) })
process.on('disconnect', () => { process.exit() })
