import type { Logger } from 'pino'
import type { Config } from '../config.ts'
import type { Database } from '../db/database.ts'
import type { KeyRing, Sealing } from '../db/sealing.ts'
import type { Clock } from '../domain/time/clock.ts'
import type { LiveFeed } from '../feed/live-feed.ts'
import type { Desired } from '../pbx/desired/desired.ts'
import type { NodePartSetting, NodeSetting, PbxNodes } from '../pbx/nodes.ts'
import type { Alarms } from '../queue/alarms.ts'

export type Part = 'http' | 'background' | 'node'

/** The inputs of the service: settings, secrets, and its PBXs. */
export interface ServiceOptions {
  config: Config & { databaseUrl: string, redisUrl: string }
  secrets: { dataKey: string }
  nodes: readonly NodeSetting[]
  /** the node processes that are part of this one, where `node` is among the parts; default none */
  nodeParts?: readonly NodePartSetting[]
  /** `http` answers requests, `background` does the work, `node` serves the files of the PBXs; default all */
  parts?: readonly Part[]
  /** ahead of the machine's clock in tests */
  clock?: Clock & { offset?: () => number }
  log?: Logger
}

/** The foundation of every capability. */
export interface Foundation {
  config: ServiceOptions['config']
  timeZone: string
  db: Database
  sealing: Sealing & KeyRing
  clock: Clock
  /** ms the service's clock is ahead of the machine's; only tests advance it */
  clockOffset: () => number
  feed: LiveFeed
  alarms: Alarms
  nodes: PbxNodes
  /** what each PBX must know without the service */
  desired: Desired
  /** ships this PBX's journal and handles the rows in the table by then; rejects in a process that does not read it */
  catchUpJournal: (node: string) => Promise<void>
  log: Logger
}
