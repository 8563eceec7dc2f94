import type { Logger } from 'pino'
import { createExchange } from '../src/compose/exchange.ts'
import { createFeatures } from '../src/compose/features.ts'
import { readConfig } from '../src/config.ts'
import type { Database } from '../src/db/database.ts'
import { createSealing } from '../src/db/sealing.ts'
import { systemClock } from '../src/domain/clock.ts'
import { createFeed, type LiveFeed } from '../src/feed/live-feed.ts'
import type { JournalHandler } from '../src/pbx/pbx-event.ts'

/** The service's own journal handlers, every feature's, and the feed they announce on. The PBX is never called. */
export async function journalHandlersOf (
  db: Database, databaseUrl: string, dataDir: string, log: Logger
): Promise<{ handlers: JournalHandler[], feed: LiveFeed, close: () => Promise<void> }> {
  const config = { ...readConfig({ DATA_DIR: dataDir }), databaseUrl, redisUrl: 'redis://127.0.0.1:1' }
  const feed = createFeed({ db, log })
  const exchange = createExchange({ config, amiSecret: 'unused', recordingsDir: dataDir, log })
  const features = createFeatures({
    config,
    db,
    feed,
    exchange,
    log,
    clock: systemClock,
    clockOffset: () => 0,
    sealing: createSealing(
      Buffer.alloc(32, 7)
    ),
    pbx: null,
    recordingsDir: dataDir
  }, { catchUpJournal: async () => {} })
  return {
    handlers: features.journalHandlers,
    feed,
    async close () {
      await features.close()
      await feed.close()
    }
  }
}
