import { randomBytes } from 'node:crypto'
import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { isIP } from 'node:net'

interface At { host: string, port: number }

/** The sound of one test call: what is sent to a node, and what of it comes back. */
export interface TestSound {
  /** for the INVITE */
  offer: string
  /** The node has answered: sound is sent there from now on. */
  answered: (sdp: string) => void
  /** whether the node was heard; null: it has not said where it listens */
  heard: () => boolean | null
  close: () => void
}

/** ms between two packets; so many of ours have to come back. */
const packetMs = 20
const enough = 5
/** bytes of one packet: 20 ms of PCMA */
const bytes = 160

/** Where an SDP says that its side listens (RFC 4566). */
function listenerOf (sdp: string): At | null {
  const host = /^c=IN IP[46] (\S+)/m.exec(sdp)?.[1] ?? ''
  const port = Number(/^m=audio (\d+) /m.exec(sdp)?.[1] ?? 0)
  return isIP(host) === 0 || port === 0 ? null : { host, port }
}

const offerOf = (host: string, port: number): string => {
  const address = `IN IP${isIP(host) === 6 ? 6 : 4} ${host}`
  const lines = ['v=0', `o=edge 0 0 ${address}`, 's=-', `c=${address}`, 't=0 0', `m=audio ${port} RTP/AVP 8`, 'a=rtpmap:8 PCMA/8000', '']
  return lines.join('\r\n')
}

/** This machine's address towards the node. */
async function addressTowards ({ host, port }: At, family: 'udp4' | 'udp6'): Promise<string> {
  const socket = createSocket(family)
  try {
    socket.connect(port, host)
    await once(socket, 'connect')
    return socket.address().address
  } finally {
    socket.close()
  }
}

/** @throws Error when the node's address cannot be reached from here */
export async function openTestSound (node: At): Promise<TestSound> {
  const family = isIP(node.host) === 6 ? 'udp6' : 'udp4'
  const own = await addressTowards(node, family)
  const socket: Socket = createSocket(family)
  // A port nobody listens at any more: the node is not heard.
  socket.on('error', () => {})
  socket.bind(0, own)
  await once(socket, 'listening')
  const word = randomBytes(bytes)
  const source = randomBytes(4)
  let timer: NodeJS.Timeout | undefined
  let came = 0
  socket.on('message', packet => { if (packet.subarray(12).equals(word)) came++ })
  return {
    offer: offerOf(own, socket.address().port),
    answered (sdp) {
      const to = listenerOf(sdp)
      if (to === null || timer !== undefined) return
      let count = 0
      timer = setInterval(() => {
        const header = Buffer.alloc(12)
        header.writeUInt16BE(0x8008, 0)
        header.writeUInt16BE(count & 0xffff, 2)
        header.writeUInt32BE(count * bytes, 4)
        source.copy(header, 8)
        count++
        socket.send(Buffer.concat([header, word]), to.port, to.host, () => {})
      }, packetMs)
    },
    heard: () => timer === undefined ? null : came >= enough,
    close () {
      clearInterval(timer)
      socket.close()
    }
  }
}
