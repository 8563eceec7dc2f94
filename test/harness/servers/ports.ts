import { createSocket } from 'node:dgram'
import { isFree } from '../../../src/servers/machine/ports.ts'

/** Nobody listens here: a port of this address is held by the test that was given the same port elsewhere. */
const claims = '127.9.6.2'

// Above what the kernel gives to outgoing connections, and not where sound is received.
const firstPort = 61_000
const portsInAll = 4500
let looked = process.pid * 40

/** Ours while this process lives; the kernel gives it back, however the process ends. */
const claimed = async (port: number): Promise<boolean> => await new Promise(resolve => {
  const socket = createSocket('udp4')
  socket.on('error', () => {
    socket.close()
    resolve(false)
  })
  socket.bind({ port, address: claims, exclusive: true }, () => {
    socket.unref()
    resolve(true)
  })
})

/**
 * A port for a server of this test's own, given to no other test while this process lives. Seconds pass before some server takes its port
 * and while one is started again: two test files that were given the same one would ring each other's telephones. It is claimed before it
 * is
 * tried, so that trying it never stands in the way of another test's server.
 */
export async function freePort (host = '127.0.0.1'): Promise<number> {
  for (let attempt = 0; attempt < portsInAll; attempt++) {
    const port = firstPort + looked++ % portsInAll
    if (await claimed(port) && await isFree(host, port)) return port
  }
  throw new Error(`every port of ${host} is taken or claimed`)
}
