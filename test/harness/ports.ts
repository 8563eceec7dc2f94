import { createSocket } from 'node:dgram'
import { freePort as portNobodyListensOn } from '../../src/servers/ports.ts'

/** Nobody listens here; a port of this address is held by the test that was given the same port elsewhere. */
const claims = '127.9.6.2'

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
 * and while one is started again: two test files that were given the same one would ring each other's telephones.
 */
export async function freePort (host = '127.0.0.1'): Promise<number> {
  for (let attempt = 0; attempt < 4000; attempt++) {
    const port = await portNobodyListensOn(host)
    if (await claimed(port)) return port
  }
  throw new Error(`every port of ${host} is taken or claimed`)
}
