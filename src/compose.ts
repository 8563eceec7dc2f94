import { setTimeout } from 'node:timers/promises'
import { pino } from 'pino'
import { createBackground, type Background } from './compose/background.ts'
import { createExchange } from './compose/exchange.ts'
import { createFeatures, type Features } from './compose/features.ts'
import type { Foundation, ServiceOptions } from './compose/foundation.ts'
import { healthChecks } from './compose/health.ts'
import { createHttp, type Http } from './compose/http.ts'
import { createDatabase } from './db/database.ts'
import { createSealing } from './db/sealing.ts'
import { systemClock } from './domain/clock.ts'
import { DomainError } from './domain/errors.ts'
import { createFeed } from './feed/live-feed.ts'

export interface Service {
  /** `http://127.0.0.1:9620`; empty without the `http` part */
  address: string
  start: () => Promise<void>
  stop: () => Promise<void>
  /** for tests that advance the clock: everything that is due now is done when it resolves */
  settle: () => Promise<void>
  /** the API's OpenAPI document; needs nothing to be started */
  describe: () => Promise<object>
  features: Features
}

// Numbers and names never reach a log; what slips into an object by one of these names is cut out.
const redacted = ['number', 'numbers', 'name', 'caller', 'callerNumber', 'password', 'secret', 'token', 'pin', 'body', 'text', 'num'].flatMap(key => [key, `*.${key}`])

/**
 * What works without being asked has this long to end in order, ms. With requests (5 s) and the database (1 s) it ends within the 10 s a
 * container is given.
 */
const quietMs = 3000

/** Builds every part and hands each what it needs. Nothing is connected or started yet. */
export async function createService (options: ServiceOptions): Promise<Service> {
  const { config, secrets, pbx, recordingsDir, parts = ['http', 'background'], clock = systemClock } = options
  const log = options.log ?? pino({ level: config.logLevel, redact: { paths: redacted, censor: '[redacted]' } })
  const db = createDatabase({ url: config.databaseUrl, size: 20, onError: error => { log.warn({ error: error.message }, 'a database connection broke, or something said after a commit failed') } })
  const feed = createFeed({ db, log })
  const exchange = createExchange({ config, amiSecret: secrets.amiSecret, recordingsDir, log })
  const foundation: Foundation = {
    config, db, sealing: createSealing(Buffer.from(secrets.dataKey, 'base64')), clock, clockOffset: options.clock?.offset ?? (() => 0), feed, exchange, pbx, recordingsDir, log
  }
  // The features ask for a caught-up journal, the journal tells the features: the second half is filled in below.
  let background: Background | null = null
  const features = createFeatures(foundation, {
    catchUpJournal: async () => {
      if (background === null) throw new DomainError('database-unavailable', 'the journal is read by another process')
      await background.catchUpJournal()
    }
  })
  background = parts.includes('background') ? createBackground(foundation, features) : null
  const running = background
  async function quiet (): Promise<void> {
    await running?.stop()
    await exchange.ami.close()
    await features.close()
    await feed.close()
  }
  const http: Http | null = parts.includes('http') ? await createHttp(foundation, features, healthChecks(foundation, features)) : null

  return {
    get address () { return http?.address() ?? '' },
    features,
    async start () {
      await running?.start()
      exchange.ami.start()
      await http?.start()
    },
    async stop () {
      await http?.stop()
      // What waits for a database that hangs ends only when its connections are cut.
      await Promise.race([quiet(), setTimeout(quietMs, undefined, { ref: false })])
      await db.close()
    },
    async settle () { await running?.settle() },
    async describe () {
      if (!http) throw new Error('this service has no HTTP part to describe')
      await http.app.ready()
      return http.app.swagger()
    }
  }
}
