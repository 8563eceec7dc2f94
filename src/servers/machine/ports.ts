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

/** Whether nobody listens there now, neither on TCP nor on UDP. */
export const isFree = async (host: string, port: number): Promise<boolean> =>
  await tcp(host, port) !== null && await udp(host, port) !== null

// Above what the kernel gives to outgoing connections (32768 to 60999), and not where PBXs receive sound (12000 to 31999): either
// would take a port before its server does, or while it is started again.
const firstPort = 61_000
const portsInAll = 4500
/** Ports each process looks through first: two that start servers at the same time do not find the same one free. */
const ownPorts = 40
let looked = 0

/** A port nobody listens on at this moment, neither on TCP nor on UDP; another one each time it is asked. */
export async function freePort (host = '127.0.0.1'): Promise<number> {
  for (let attempt = 0; attempt < portsInAll; attempt++) {
    const port = firstPort + (process.pid * ownPorts + looked++) % portsInAll
    if (await isFree(host, port)) return port
  }
  throw new Error(`no free port on ${host}`)
}
