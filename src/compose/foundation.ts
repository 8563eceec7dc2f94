import type { Logger } from 'pino'
import type { Config } from '../config.ts'
import type { Database } from '../db/database.ts'
import type { Sealing } from '../db/sealing.ts'
import type { Clock } from '../domain/clock.ts'
import type { LiveFeed } from '../feed/live-feed.ts'
import type { LiveState } from '../pbx/live-state.ts'
import type { PbxPaths } from '../pbx/render-config.ts'
import type { Alarms } from '../queue/alarms.ts'
import type { Exchange } from './exchange.ts'

/** What the service is made of: settings, secrets, and where its PBX keeps its files. */
export interface ServiceOptions {
  config: Config & { databaseUrl: string, redisUrl: string }
  secrets: { dataKey: string, amiSecret: string }
  /** the files of a PBX of our own; null for one that others keep */
  pbx: PbxPaths | null
  recordingsDir: string
  /** `http` answers requests, `background` does the work; default both */
  parts?: ReadonlyArray<'http' | 'background'>
  /** ahead of the machine's clock in tests */
  clock?: Clock & { offset?: () => number }
  log?: Logger
}

/** What every capability stands on. */
export interface Foundation {
  config: ServiceOptions['config']
  timeZone: string
  db: Database
  sealing: Sealing
  clock: Clock
  /** ms the service's clock is ahead of the machine's; tests alone advance it */
  clockOffset: () => number
  feed: LiveFeed
  alarms: Alarms
  exchange: Exchange
  /** what the PBX says this second */
  live: LiveState
  /** ships and handles the journal up to its present end; rejects in a process that does not read it */
  catchUpJournal: () => Promise<void>
  pbx: PbxPaths | null
  /** where the PBX appends its journal; null: it writes the table by itself */
  journalFile: string | null
  recordingsDir: string
  log: Logger
}
