import type { Logger } from 'pino'
import type { Database } from '../db/database.ts'
import type { Clock } from '../domain/time/clock.ts'
import { DomainError } from '../domain/errors.ts'
import { createJournal, type Journal } from '../pbx/journal/journal.ts'
import { createShipper, type Shipper } from '../pbx/journal/shipper.ts'
import type { NodeSetting } from '../pbx/nodes.ts'
import type { JournalHandler } from '../pbx/pbx-event.ts'

/** Carries each PBX's journal file into the database, and each row into its effects. */
export interface JournalReader {
  start: (handlers: readonly JournalHandler[]) => void
  /** carries over the lines now in this PBX's file */
  ship: (node: string) => Promise<void>
  /**
   * Ships one PBX's journal, or all of them, and handles the rows in the table by then. An unreadable file of another PBX does not
   * stop it. @throws DomainError `database-unavailable` when it could not
   */
  catchUp: (node?: string) => Promise<void>
  /** most failed rounds in a row of any part; bytes of the files not carried yet */
  report: () => Promise<{ failures: number, behindBytes: number }>
  stop: () => Promise<void>
}

export interface JournalReaderOptions {
  nodes: ReadonlyArray<Pick<NodeSetting, 'name' | 'journalFile'>>
  db: Database
  clock: Clock
  clockOffset: () => number
  log: Logger
}

export function createJournalReader ({ nodes, db, clock, clockOffset, log }: JournalReaderOptions): JournalReader {
  let journal: Journal | null = null
  /** for PBXs that do not write the table by themselves */
  const shippers = new Map<string, Shipper>()
  const of = (node?: string): Shipper[] => node === undefined ? [...shippers.values()] : [shippers.get(node) ?? []].flat()
  return {
    start (handlers) {
      const made = createJournal({ db, handlers: [...handlers], clock, log })
      journal = made
      for (const { name, journalFile } of nodes) {
        if (journalFile === null) continue
        const options = { db, file: journalFile, node: name, log, onShipped: made.wake, timeOffset: clockOffset }
        shippers.set(name, createShipper(options))
      }
    },
    async ship (node) { await Promise.all(of(node).map(async shipper => { await shipper.catchUp() })) },
    async catchUp (node) {
      const away = await Promise.all(of(node).map(async shipper => {
        await shipper.catchUp()
        return (await shipper.status()).failures > 0
      }))
      if (away.includes(true) || journal === null || !await journal.catchUp()) {
        throw new DomainError('database-unavailable', 'the journal could not be caught up')
      }
    },
    async report () {
      const ships = await Promise.all(of().map(async shipper => await shipper.status()))
      return {
        failures: Math.max(journal?.failures() ?? 0, ...ships.map(ship => ship.failures)),
        behindBytes: ships.reduce((sum, ship) => sum + ship.behindBytes, 0)
      }
    },
    async stop () {
      await Promise.all(of().map(async shipper => { await shipper.close() }))
      await journal?.close()
    }
  }
}
