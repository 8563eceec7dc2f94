import { connect, type Socket } from 'node:net'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'

/** Looks a file through for what harms its reader. */
export interface Scanner {
  /** @throws when the scanner is away, silent, or has no answer; the file is then asked about again */
  scan: (file: Readable) => Promise<'clean' | 'found'>
}

/** One of clamd's chunks: its length in four bytes, highest first, then the bytes; a length of zero ends the file. */
const chunk = (bytes: Buffer): Buffer => {
  const head = Buffer.alloc(4)
  head.writeUInt32BE(bytes.length)
  return Buffer.concat([head, bytes])
}

/** The command, the file, its end. */
async function * framed (file: Readable): AsyncGenerator<Buffer> {
  yield Buffer.from('zINSTREAM\0')
  for await (const bytes of file) yield chunk(bytes as Buffer)
  yield chunk(Buffer.alloc(0))
}

/**
 * clamd by INSTREAM (its man page, COMMANDS): the file goes over the line, so that the scanner needs no right to our folders.
 * @param timeoutMs for one file as a whole, also while bytes trickle
 */
export const createClamd = ({ host, port, timeoutMs }: { host: string, port: number, timeoutMs: number }): Scanner => ({
  async scan (file) {
    const socket = connect({ host, port })
    const timer = setTimeout(() => { socket.destroy(new Error(`the scanner took longer than ${timeoutMs / 1000} s`)) }, timeoutMs)
    try {
      const answer = answerOf(socket)
      // It may answer before it has all, and then it hangs up.
      const sent = pipeline(framed(file), socket, { end: false })
      return verdictOf(await Promise.race([answer, sent.then(async () => await answer)]))
    } finally {
      clearTimeout(timer)
      socket.destroy()
      file.destroy()
    }
  }
})

/** What it says until it hangs up; an answer is a line, so more than a kilobyte is none. */
async function answerOf (socket: Socket): Promise<string> {
  return await new Promise((resolve, reject) => {
    let said = ''
    socket.setEncoding('utf8')
    socket.on('data', (text: string) => {
      said += text
      if (said.includes('\0') || said.length > 1024) resolve(said)
    })
    socket.on('error', reject)
    socket.on('close', () => { reject(new Error('the scanner hung up')) })
  })
}

function verdictOf (answer: string): 'clean' | 'found' {
  const [line = ''] = answer.split('\0')
  if (line === 'stream: OK') return 'clean'
  if (/^stream: .+ FOUND$/.test(line)) return 'found'
  throw new Error(`the scanner has no answer: ${line.slice(0, 100)}`)
}
