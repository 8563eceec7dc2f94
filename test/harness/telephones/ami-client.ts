import { connect, type Socket } from 'node:net'
import { until } from '../../../src/servers/until.ts'

export type AmiEvent = Record<string, string>

/** The harness's own door to its telephone network: actions, answers and events, nothing else. */
export interface AmiClient {
  /** @throws Error with the PBX's message when it refuses */
  action: (name: string, fields?: Record<string, string | readonly string[]>) => Promise<AmiEvent>
  onEvent: (hear: (event: AmiEvent) => void) => void
  close: () => void
}

function parse (block: string): AmiEvent {
  const event: AmiEvent = {}
  for (const line of block.split('\r\n')) {
    const colon = line.indexOf(':')
    if (colon > 0) event[line.slice(0, colon)] = line.slice(colon + 1).trim()
  }
  return event
}

async function open (port: number, host: string): Promise<Socket> {
  return await until(async () => await new Promise<Socket>((resolve, reject) => {
    const socket = connect(port, host)
    socket.once('error', reject)
    socket.once('connect', () => {
      socket.off('error', reject)
      resolve(socket)
    })
  }), { what: 'AMI of the telephone network' })
}

export async function connectAmi ({ host, port }: { host: string, port: number }): Promise<AmiClient> {
  const socket = await open(port, host)
  const pending = new Map<string, { resolve: (answer: AmiEvent) => void, reject: (error: Error) => void, timer: NodeJS.Timeout }>()
  const hearers: Array<(event: AmiEvent) => void> = []
  let rest = ''
  let id = 0
  const fail = (): void => {
    for (const { reject, timer } of pending.values()) {
      clearTimeout(timer)
      reject(new Error('the telephone network hung up on AMI'))
    }
    pending.clear()
  }
  socket.setEncoding('utf8')
  socket.on('error', fail)
  socket.on('close', fail)
  socket.on('data', (data: string) => {
    rest += data
    const blocks = rest.split('\r\n\r\n')
    rest = blocks.pop() ?? ''
    for (const block of blocks) {
      const event = parse(block)
      const waiting = event.Response === undefined ? undefined : pending.get(event.ActionID ?? '')
      if (waiting) {
        pending.delete(event.ActionID ?? '')
        clearTimeout(waiting.timer)
        if (event.Response === 'Error') waiting.reject(new Error(event.Message ?? 'refused'))
        else waiting.resolve(event)
      } else if (event.Event !== undefined) for (const hear of hearers) hear(event)
    }
  })
  const action: AmiClient['action'] = async (name, fields = {}) => await new Promise((resolve, reject) => {
    const actionId = String(++id)
    const timer = setTimeout(() => {
      pending.delete(actionId)
      reject(new Error(`AMI ${name}: no answer within 30 s`))
    }, 30_000)
    pending.set(actionId, { resolve, reject, timer })
    const lines = Object.entries(fields).flatMap(
      ([key, value]) => (typeof value === 'string' ? [value] : value).map(one => `${key}: ${one}`)
    )
    socket.write([`Action: ${name}`, `ActionID: ${actionId}`, ...lines].join('\r\n') + '\r\n\r\n')
  })
  await action('Login', { Username: 'test', Secret: 'test' })
  return { action, onEvent: hear => { hearers.push(hear) }, close: () => socket.destroy() }
}
