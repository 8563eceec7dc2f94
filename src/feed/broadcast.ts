import { randomUUID } from 'node:crypto'
import type { Logger } from 'pino'
import type { Database } from '../db/database.ts'
import type { FeedEvent } from './feed.ts'

/** Carries momentary events to the other processes, best effort: one that does not fit, or does not get through, is dropped. */
export interface Broadcast {
  send: (event: FeedEvent) => void
  close: () => Promise<void>
}

/** PostgreSQL refuses longer notifications (8000 bytes). */
const maxBytes = 7900
const maxWaiting = 200
const everyMs = 20

export function createBroadcast ({ db, log, hear }: { db: Database, log: Logger, hear: (event: FeedEvent) => void }): Broadcast {
  const self = randomUUID()
  let waiting: string[] = []
  let timer: NodeJS.Timeout | undefined
  let stopped = false

  async function flush (): Promise<void> {
    const texts = waiting
    waiting = []
    await db.query('select pg_notify(\'feed_broadcast\', t) from unnest($1::text[]) t', [texts])
  }

  const listening = db.listen('feed_broadcast', payload => {
    if (payload === '') return
    const { from, event } = JSON.parse(payload) as { from: string, event: Omit<FeedEvent, 'at'> & { at: string } }
    if (from !== self) hear({ ...event, at: new Date(event.at) })
  })

  return {
    send (event) {
      const text = JSON.stringify({ from: self, event })
      if (stopped || Buffer.byteLength(text) > maxBytes || waiting.length >= maxWaiting) return
      waiting.push(text)
      if (waiting.length > 1) return
      timer = setTimeout(() => {
        flush().catch((error: unknown) => { log.debug({ err: error }, 'momentary events for other processes were dropped') })
      }, everyMs)
    },
    async close () {
      stopped = true
      clearTimeout(timer)
      await (await listening)()
    }
  }
}
