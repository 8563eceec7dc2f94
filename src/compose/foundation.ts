import type { Logger } from 'pino'
import type { Config } from '../config.ts'
import type { Database } from '../db/database.ts'
import type { Sealing } from '../db/sealing.ts'
import type { Clock } from '../domain/clock.ts'
import type { LiveFeed } from '../feed/live-feed.ts'
import type { NodeSetting, PbxNodes } from '../pbx/nodes.ts'
import type { Alarms } from '../queue/alarms.ts'

/** What the service is made of: settings, secrets, and its PBXs. */
export interface ServiceOptions {
  config: Config & { databaseUrl: string, redisUrl: string }
  secrets: { dataKey: string }
  nodes: readonly NodeSetting[]
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
  nodes: PbxNodes
  /** ships this PBX's journal and handles what is in the table by then; rejects in a process that does not read it */
  catchUpJournal: (node: string) => Promise<void>
  recordingsDir: string
  log: Logger
}
