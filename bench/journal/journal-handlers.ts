import type { Logger } from 'pino'
import { journalHandlersOf as inOrder } from '../../src/compose/module-order.ts'
import { createModules } from '../../src/compose/modules.ts'
import { readConfig } from '../../src/config.ts'
import type { Database } from '../../src/db/database.ts'
import { createSealing } from '../../src/db/sealing.ts'
import { systemClock } from '../../src/domain/time/clock.ts'
import { createFeed, type LiveFeed } from '../../src/feed/live-feed.ts'
import { createDesired } from '../../src/pbx/desired/desired.ts'
import { createNodes, createPbxNode } from '../../src/pbx/nodes.ts'
import type { JournalHandler } from '../../src/pbx/pbx-event.ts'
import { createAlarms } from '../../src/queue/alarms.ts'
import { nodesOf } from '../../src/servers/ground.ts'

/** The service's own journal handlers, every feature's, and the feed they announce on. The PBX is never called. */
export async function journalHandlersOf (
  db: Database, databaseUrl: string, dataDir: string, log: Logger
): Promise<{ handlers: JournalHandler[], feed: LiveFeed, close: () => Promise<void> }> {
  const config = { ...readConfig({ DATA_DIR: dataDir }), databaseUrl, redisUrl: 'redis://127.0.0.1:1' }
  const feed = createFeed({ db, log })
  const clock = systemClock
  const settings = nodesOf(config, { amiSecret: 'unused' })
  const state = () => 'active' as const
  const nodes = createNodes(settings.map(setting => createPbxNode(setting, { log, now: clock.now, state })))
  const sealing = createSealing(Buffer.alloc(32, 7))
  const modules = createModules({
    config,
    timeZone: config.timeZone,
    db,
    feed,
    nodes,
    log,
    clock,
    clockOffset: () => 0,
    sealing,
    desired: createDesired({ db, sealing, clock, nodes }),
    alarms: createAlarms(() => { db.wake('outbox') }),
    catchUpJournal: async () => {}
  })
  return {
    handlers: inOrder(Object.values(modules)),
    feed,
    async close () {
      for (const node of nodes.all) node.live.close()
      await feed.close()
    }
  }
}
