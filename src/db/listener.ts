import pg from 'pg'
import { goodbye } from './silence.ts'

/** Pause before a connection that broke, or did not come about, is made again; ms. */
const againMs = 500

interface Listening {
  url: string
  /** time-out of the LISTEN itself, ms */
  queryMs: number
  channel: string
  hear: (payload: string) => void
  client: pg.Client | null
  /** not connected yet */
  opening: pg.Client | null
  stopped: boolean
  timer: NodeJS.Timeout | undefined
}

export interface Listener {
  /** settled after the first try to connect */
  tried: Promise<void>
  stop: () => Promise<void>
}

/** Calls `hear` for every NOTIFY on the channel, and once after each connect, since some may have been missed. Connects again for ever. */
export function listenTo ({ url, queryMs, channel, hear }: Pick<Listening, 'url' | 'queryMs' | 'channel' | 'hear'>): Listener {
  const state: Listening = { url, queryMs, channel, hear, client: null, opening: null, stopped: false, timer: undefined }
  return {
    tried: connect(state).catch(() => { later(state) }),
    async stop () {
      state.stopped = true
      clearTimeout(state.timer)
      const clients = [state.client, state.opening].filter(client => client !== null)
      state.client = null
      await Promise.all(clients.map(async client => { await goodbye(client.end(), [client]) }))
    }
  }
}

async function connect (state: Listening): Promise<void> {
  const { url, queryMs, channel, hear } = state
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5000, query_timeout: queryMs })
  const again = (): void => {
    if (state.client !== client) return
    state.client = null
    client.removeAllListeners('notification')
    client.end().catch(() => {})
    later(state)
  }
  client.on('error', again)
  client.on('end', again)
  state.opening = client
  await client.connect().finally(() => { state.opening = null })
  // `stop` has said goodbye to it.
  if (state.stopped) return
  state.client = client
  client.on('notification', message => { if (message.channel === channel) hear(message.payload ?? '') })
  try {
    await client.query(`listen ${pg.escapeIdentifier(channel)}`)
  } catch {
    again()
    return
  }
  hear('')
}

function later (state: Listening): void {
  if (!state.stopped) state.timer = setTimeout(() => { connect(state).catch(() => { later(state) }) }, againMs)
}
