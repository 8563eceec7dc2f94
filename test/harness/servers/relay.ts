import { createSocket, type Socket as UdpSocket } from 'node:dgram'
import { connect, createServer, type Socket } from 'node:net'
import type { Test } from 'tap'
import { freePort } from './ports.ts'

interface Address { host: string, port: number }

/** A line between two machines, to be reached instead of the far one. */
export interface Relay extends Address {
  /** From now on nothing passes and nobody is told: connections stay half open. */
  cut: () => void
  /** What TCP had sent arrives late; datagrams are gone. */
  mend: () => void
}

/** A line that several processes use. */
export interface SharedRelay extends Relay {
  /** Those who are connected now, and nobody else: cut, they are not let in again either. */
  users: () => { cut: () => void }
}

const host = '127.0.0.1'

export async function tcpRelay (t: Test, to: Address): Promise<SharedRelay> {
  const sockets = new Set<Socket>()
  const waiting = new Set<Socket>()
  let isCut = false
  let isShut = false
  const keep = (socket: Socket): Socket => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    socket.on('error', () => {})
    if (isCut) socket.pause()
    return socket
  }
  const join = (near: Socket): void => {
    if (near.destroyed) return
    const far = keep(connect({ host: to.host, port: to.port, allowHalfOpen: false }))
    for (const [from, into] of [[near, far], [far, near]] as const) {
      from.on('data', data => { into.write(data) })
      from.on('close', () => { into.destroy() })
    }
    near.resume()
  }
  const server = createServer(near => {
    keep(near)
    if (isShut) near.destroy()
    else if (isCut) waiting.add(near)
    else join(near)
  })
  const port = await freePort()
  await new Promise<void>(resolve => { server.listen(port, host, resolve) })
  t.teardown(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  return {
    host,
    port,
    cut () {
      isCut = true
      for (const socket of sockets) socket.pause()
    },
    mend () {
      isCut = false
      for (const socket of sockets) if (!waiting.has(socket)) socket.resume()
      for (const near of waiting) join(near)
      waiting.clear()
    },
    users () {
      const theirs = [...sockets]
      return {
        cut () {
          isShut = true
          for (const socket of theirs) socket.pause()
        }
      }
    }
  }
}

export async function udpRelay (t: Test, to: Address): Promise<Relay> {
  const behind = new Map<string, UdpSocket>()
  let isCut = false
  const front = createSocket('udp4')
  front.on('error', () => {})
  front.on('message', (packet, from) => {
    if (isCut) return
    const key = `${from.address}:${from.port}`
    let far = behind.get(key)
    if (far === undefined) {
      behind.set(key, far = createSocket('udp4'))
      far.on('error', () => {})
      far.on('message', answer => { if (!isCut) front.send(answer, from.port, from.address) })
    }
    far.send(packet, to.port, to.host)
  })
  const port = await freePort()
  await new Promise<void>(resolve => { front.bind(port, host, resolve) })
  t.teardown(() => {
    front.close()
    for (const far of behind.values()) far.close()
  })
  return { host, port, cut () { isCut = true }, mend () { isCut = false } }
}
