import type { Logger } from 'pino'
import type { Database } from '../src/db/database.ts'
import { createSealing } from '../src/db/sealing.ts'
import { systemClock } from '../src/domain/clock.ts'
import { createCalls } from '../src/features/calls/calls.ts'
import { createFeed } from '../src/feed/live-feed.ts'
import type { JournalHandler } from '../src/pbx/pbx-event.ts'

export async function journalHandlersOf (db: Database, _url: string, log: Logger): Promise<{ handlers: JournalHandler[], close: () => Promise<void> }> {
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
  return { handlers: [calls.journalHandler], close: async () => await feed.close() }
}
