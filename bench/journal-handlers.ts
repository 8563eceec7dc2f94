import type { Logger } from 'pino'
import type { Database } from '../src/db/database.ts'
import { createSealing } from '../src/db/sealing.ts'
import { systemClock } from '../src/domain/clock.ts'
import { createCalls } from '../src/features/calls/calls.ts'
import { createFeed, type LiveFeed } from '../src/feed/live-feed.ts'
import type { JournalHandler } from '../src/pbx/pbx-event.ts'

/** What handles journal rows, and the feed it announces on. */
export async function journalHandlersOf (db: Database, log: Logger): Promise<{ handlers: JournalHandler[], feed: LiveFeed, close: () => Promise<void> }> {
  const feed = createFeed({ db, log })
  const calls = createCalls({
    db,
    feed,
    clock: systemClock,
    sealing: createSealing(Buffer.alloc(32, 7)),
    dialler: { request: async (_tx, ...wanted) => wanted.map(() => ({ requestId: '00000000-0000-4000-8000-000000000000' })), cancel: async () => {}, listen: () => {} },
    openDraft: async () => {},
    awaitingCallbacks: async () => []
  })
  return { handlers: [calls.journalHandler], feed, close: async () => await feed.close() }
}
