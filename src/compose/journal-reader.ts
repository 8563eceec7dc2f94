import type { Logger } from 'pino'
import type { Config } from '../config.ts'
import type { Database } from '../db/database.ts'
import type { Clock } from '../domain/clock.ts'
import { DomainError } from '../domain/errors.ts'
import { createJournal, type Journal } from '../pbx/journal/journal.ts'
import { createShipper, type Shipper } from '../pbx/journal/shipper.ts'
import type { JournalHandler } from '../pbx/pbx-event.ts'

/** Carries the PBX's journal file into the database, and each row into its effects. */
export interface JournalReader {
  start: (handlers: readonly JournalHandler[]) => void
  /** carries what the file holds now */
  ship: () => Promise<void>
  /** Ships and handles the journal up to its present end. @throws DomainError `database-unavailable` when it could not */
  catchUp: () => Promise<void>
  /** rounds that failed one after another, of the worse half; bytes of the file not carried yet */
  report: () => Promise<{ failures: number, behindBytes: number }>
  stop: () => Promise<void>
}

export interface JournalReaderOptions {
  config: Pick<Config, 'pbxNode'>
  db: Database
  clock: Clock
  clockOffset: () => number
  /** null: the PBX writes the table by itself */
  file: string | null
  log: Logger
}

export function createJournalReader ({ config, db, clock, clockOffset, file, log }: JournalReaderOptions): JournalReader {
  let journal: Journal | null = null
  let shipper: Shipper | null = null
  return {
    start (handlers) {
      const made = createJournal({ db, handlers: [...handlers], clock, log })
      journal = made
      if (file !== null) shipper = createShipper({ db, file, node: config.pbxNode, log, onShipped: made.wake, timeOffset: clockOffset })
    },
    async ship () { await shipper?.catchUp() },
    async catchUp () {
      await shipper?.catchUp()
      const away = ((await shipper?.status())?.failures ?? 0) > 0
      if (away || journal === null || !await journal.catchUp()) {
        throw new DomainError('database-unavailable', 'the journal could not be caught up')
      }
    },
    async report () {
      const ships = await shipper?.status()
      return { failures: Math.max(journal?.failures() ?? 0, ships?.failures ?? 0), behindBytes: ships?.behindBytes ?? 0 }
    },
    async stop () {
      await shipper?.close()
      await journal?.close()
    }
  }
}
