import { createSocket } from 'node:dgram'
import { createServer } from 'node:net'

const tcp = async (host: string, port: number): Promise<number | null> => await new Promise(resolve => {
  const server = createServer()
  server.on('error', () => resolve(null))
  server.listen(port, host, () => {
    const address = server.address()
    server.close(() => resolve(typeof address === 'object' && address ? address.port : null))
  })
})

const udp = async (host: string, port: number): Promise<number | null> => await new Promise(resolve => {
  const socket = createSocket(host.includes(':') ? 'udp6' : 'udp4')
  socket.on('error', () => {
    socket.close()
    resolve(null)
  })
  socket.bind(port, host, () => socket.close(() => resolve(port)))
})

/** Nobody listens there at this moment, neither on TCP nor on UDP. */
export const isFree = async (host: string, port: number): Promise<boolean> =>
  await tcp(host, port) !== null && await udp(host, port) !== null

/** A port nobody listens on at this moment, neither on TCP nor on UDP, as the kernel hands it out. */
export async function freePort (host = '127.0.0.1'): Promise<number> {
  for (let attempt = 0; attempt < 20; attempt++) {
    const port = await tcp(host, 0)
    if (port !== null && await udp(host, port) !== null) return port
  }
  throw new Error(`no free port on ${host}`)
}
