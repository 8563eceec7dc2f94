import { createServer, type AddressInfo } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import t from 'tap'
import { openConnections, post } from '../../src/features/interfaces/outgoing/post.ts'
import { resolveHost } from '../../src/features/interfaces/outgoing/resolve.ts'

for (const [name, answer] of [
  ['101', 'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n'],
  ['103 then close', 'HTTP/1.1 103 Early Hints\r\n\r\n'],
  ['garbage', 'hello there\r\n\r\n'],
  ['204', 'HTTP/1.1 204 No Content\r\n\r\n']
] as const) {
  t.test(name, async t => {
    const server = createServer(socket => {
      socket.on('error', () => {})
      socket.once('data', () => { socket.write(answer); if (name.includes('close')) socket.end() })
    })
    await new Promise<void>(resolve => { server.listen(0, '127.0.0.1', resolve) })
    const { port } = server.address() as AddressInfo
    t.teardown(() => { server.close() })
    const connections = openConnections()
    const said = await Promise.race([
      post({ url: `http://127.0.0.1:${port}/x`, allowNetworks: ['127.0.0.1'], headers: {}, body: '{}' },
        { resolve: resolveHost, connections, timeoutMs: 1000, ending: new AbortController().signal }),
      wait(6000, 'NEVER')
    ])
    console.log(name, JSON.stringify(said))
    connections.close()
  })
}
