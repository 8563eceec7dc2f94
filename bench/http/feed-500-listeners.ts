// Every connected page of feed-500.ts, in one process: a connection each, and for every event when it came.
import { createConnection } from 'node:net'
import { once } from 'node:events'

interface Listener { cookie: string, ids: number[] }

const listeners: Listener[] = []
/** ms from the time in an event to its arrival, for every event and page */
const delays: number[] = []
/** the time in an event, read once: the same bytes come to all */
const times = new Map<number, number>()
const mark = Buffer.from('\n\n')
let dropped = 0

function take (listener: Listener, block: string, now: number): void {
  if (!block.startsWith('id: ')) return
  const id = Number(block.slice(4, block.indexOf('\n')))
  let at = times.get(id)
  if (at === undefined) {
    at = Date.parse(/"at":"([^"]+)"/.exec(block)?.[1] ?? '')
    times.set(id, at)
  }
  listener.ids.push(id)
  delays.push(now - at)
}

async function listen (address: string, listener: Listener): Promise<void> {
  const { hostname, port } = new URL(address)
  const socket = createConnection({ host: hostname, port: Number(port), noDelay: true })
  await once(socket, 'connect')
  let rest: Buffer = Buffer.alloc(0)
  let greeted: (() => void) | null = null
  const hello = new Promise<void>(resolve => { greeted = resolve })
  socket.on('close', () => { dropped++ })
  socket.on('error', () => {})
  socket.on('data', (bytes: Buffer) => {
    const now = Date.now()
    let text = rest.length > 0 ? Buffer.concat([rest, bytes]) : bytes
    for (let end = text.indexOf(mark); end >= 0; end = text.indexOf(mark)) {
      const block = text.toString('latin1', 0, end)
      text = text.subarray(end + mark.length)
      if (greeted === null) take(listener, block, now)
      else if (block.startsWith('event: hello')) { greeted(); greeted = null }
    }
    rest = text
  })
  socket.write(`GET /api/feed HTTP/1.1\r\nhost: ${hostname}\r\ncookie: ${listener.cookie}\r\n\r\n`)
  await hello
}

type Asked = { do: 'listen', address: string, cookies: string[] } | { do: 'report' }
process.on('message', (asked: Asked) => {
  if (asked.do === 'report') {
    process.send?.({ ids: listeners.map(l => l.ids), delays, dropped })
    return
  }
  const all = asked.cookies.map(cookie => ({ cookie, ids: [] }))
  listeners.push(...all)
  void Promise.all(all.map(async l => { await listen(asked.address, l) })).then(() => { process.send?.({ listening: all.length }) })
})
process.on('disconnect', () => { process.exit() })
