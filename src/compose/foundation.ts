import type { Logger } from 'pino'
import type { Config } from '../config.ts'
import type { Database } from '../db/database.ts'
import type { Sealing } from '../db/sealing.ts'
import type { Clock } from '../domain/clock.ts'
import type { LiveFeed } from '../feed/live-feed.ts'
import type { PbxPaths } from '../pbx/render-config.ts'
import type { Exchange } from './exchange.ts'

/** What the service is made of: settings, secrets, and where its PBX keeps its files. */
export interface ServiceOptions {
  config: Config & { databaseUrl: string, redisUrl: string }
  secrets: { dataKey: string, amiSecret: string }
  /** the files of a PBX of our own; null for one that others keep */
  pbx: PbxPaths | null
  recordingsDir: string
  /** `http` answers requests, `background` does the work; both unless told */
  parts?: ReadonlyArray<'http' | 'background'>
  /** ahead of the machine's clock in tests */
  clock?: Clock & { offset?: () => number }
  log?: Logger
}

/** What every part stands on. */
export interface Foundation {
  config: ServiceOptions['config']
  db: Database
  sealing: Sealing
  clock: Clock
  clockOffset: () => number
  feed: LiveFeed
  exchange: Exchange
  pbx: PbxPaths | null
  recordingsDir: string
  log: Logger
}
