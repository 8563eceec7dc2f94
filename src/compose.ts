import { setTimeout } from 'node:timers/promises'
import type { Logger } from 'pino'
import { createBackground } from './compose/background.ts'
import { beginWithKeys, createDataKeys } from './compose/data-keys.ts'
import type { Foundation, ServiceOptions } from './compose/foundation.ts'
import { healthChecks } from './compose/health.ts'
import { createHttp } from './compose/http.ts'
import { createJournalReader } from './compose/journal-reader.ts'
import { createLiveNodes } from './compose/live-nodes.ts'
import { createLog } from './compose/log.ts'
import { inJournalOrder } from './compose/module-order.ts'
import { createModules, type Modules } from './compose/modules.ts'
import { createDatabase, type Database } from './db/database.ts'
import { createSealing } from './db/sealing.ts'
import { systemClock } from './domain/time/clock.ts'
import { DomainError } from './domain/errors.ts'
import { createFeed } from './feed/live-feed.ts'
import { forgetOldKeys } from './http/kit/write.ts'
import { describedApi } from './http/openapi.ts'
import type { Module } from './module.ts'
import { createNodePart, type NodePart } from './node/node-part.ts'
import { createDesired } from './pbx/desired/desired.ts'
import { createAlarms } from './queue/alarms.ts'
import type { Sweep } from './queue/alarms.ts'
import { hourly } from './queue/hourly.ts'

export interface Service {
  /** `http://127.0.0.1:9620`; empty without the `http` part */
  address: string
  start: () => Promise<void>
  stop: () => Promise<void>
  /** for tests that advance the clock: everything due now is done when it resolves */
  settle: () => Promise<void>
  /** the API's OpenAPI document; needs nothing to be started */
  describe: () => Promise<object>
  modules: Modules
}

/**
 * Background work has this long to end in order, ms. With requests (5 s) and the database (1 s) it ends within the 10 s a
 * container is given.
 */
const quietMs = 3000

const databaseAt = (url: string, log: Logger): Database => createDatabase({
  url,
  size: 20,
  onError: error => { log.warn({ error: error.message }, 'a database connection broke, or something said after a commit failed') }
})

const oldKeys = (db: Database): Sweep => hourly('old idempotency keys', async now => { await forgetOldKeys(db, now) })

const nodePartsOf = ({ nodeParts = [] }: ServiceOptions, { config, ...foundation }: Foundation): NodePart[] =>
  nodeParts.map(setting => createNodePart({ ...foundation, ...setting, sweepMs: config.sweepMs.ordinary }))

/** Builds every part and hands each its needs. Nothing is connected or started yet. */
export async function createService (options: ServiceOptions): Promise<Service> {
  const { config, secrets, parts = ['http', 'background', 'node'], clock = systemClock } = options
  const log = options.log ?? createLog(config)
  const db = databaseAt(config.databaseUrl, log)
  const feed = createFeed({ db, log })
  const sealing = createSealing(Buffer.from(secrets.dataKey, 'base64'))
  const live = createLiveNodes({ settings: options.nodes, db, sealing, clock, log })
  const clockOffset = options.clock?.offset ?? (() => 0)
  const journal = parts.includes('background') ? createJournalReader({ nodes: live.nodes, db, clock, log }) : null
  const foundation: Foundation = {
    config,
    timeZone: config.timeZone,
    db,
    sealing,
    clock,
    clockOffset,
    feed,
    alarms: createAlarms(() => { db.wake('outbox') }),
    nodes: live.nodes,
    desired: createDesired({ db, sealing, clock, nodes: live.nodes }),
    async catchUpJournal (node) {
      if (journal === null) throw new DomainError('database-unavailable', 'the journal is read by another process')
      await journal.catchUp(node)
    },
    log
  }
  const modules = createModules(foundation)
  const all: readonly Module[] = inJournalOrder(Object.values(modules))
  const keys = createDataKeys({ config, db, sealing, log, modules: all })
  const background = journal &&
    createBackground({ foundation, modules: all, sweeps: [oldKeys(db), foundation.desired.sweep, keys.sweep], journal })
  const nodeParts = parts.includes('node') ? nodePartsOf(options, foundation) : []
  async function quiet (): Promise<void> {
    await background?.stop()
    await live.stop()
    await feed.close()
    await Promise.all([keys.follower, ...nodeParts].map(async part => { await part.stop() }))
  }
  const checks = healthChecks(foundation, all, keys.follower)
  const http = parts.includes('http') ? await createHttp({ foundation, modules: all, sessions: modules.access.sessions, checks }) : null

  return {
    get address () { return http?.address() ?? '' },
    modules,
    async start () {
      await beginWithKeys(keys.follower)
      for (const part of nodeParts) await part.start()
      await live.start()
      await background?.start()
      live.link()
      await http?.start()
    },
    async stop () {
      await http?.stop()
      // Work that waits for a hung database ends only when its connections are cut.
      await Promise.race([quiet(), setTimeout(quietMs, undefined, { ref: false })])
      await db.close()
    },
    async settle () {
      await keys.follower.once()
      await Promise.all(nodeParts.map(async part => { await part.settle() }))
      await live.settled()
      await background?.settle()
    },
    async describe () {
      if (!http) throw new Error('this service has no HTTP part to describe')
      await http.app.ready()
      return describedApi(http.app)
    }
  }
}
