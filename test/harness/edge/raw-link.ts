import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { connect } from 'node:net'
import type { Test } from 'tap'
import { until } from '../../../src/servers/until.ts'
import { frame, frameReader, type Frame } from './stand-in/frames.ts'
import type { Address } from './stand-in/messages.ts'

/** A client of the link that says what drachtio-srf would not. */
export interface RawLink {
  /** writes one message and waits for its answer: the tokens behind its id */
  ask: (...tokens: string[]) => Promise<string[]>
  /** bytes as they are */
  write: (bytes: string) => void
  readonly frames: readonly Frame[]
  /** reads no more; what is written to it piles up */
  pause: () => void
  isClosed: () => boolean
  close: () => void
}

export async function rawLink (t: Pick<Test, 'teardown'>, { host, port }: Address): Promise<RawLink> {
  const socket = connect(port, host)
  const frames: Frame[] = []
  const read = frameReader()
  let closed = false
  socket.on('data', piece => { frames.push(...read(piece)) })
  socket.on('error', () => {})
  socket.on('close', () => { closed = true })
  await once(socket, 'connect')
  t.teardown(() => { socket.destroy() })
  return {
    frames,
    async ask (...tokens) {
      const id = randomUUID()
      socket.write(frame([id, ...tokens].join('|')))
      const what = `${tokens[0] ?? ''} is answered`
      return (await until(() => frames.find(({ tokens: heard }) => heard[2] === id), { what, seconds: 10 })).tokens.slice(3)
    },
    write: bytes => { socket.write(bytes) },
    pause: () => { socket.pause() },
    isClosed: () => closed,
    close: () => { socket.destroy() }
  }
}
