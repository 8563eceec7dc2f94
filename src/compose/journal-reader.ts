import type { Logger } from 'pino'
import type { Database } from '../db/database.ts'
import type { Clock } from '../domain/time/clock.ts'
import { DomainError } from '../domain/errors.ts'
import { createJournal, type Journal } from '../pbx/journal/journal.ts'
import type { PbxNode } from '../pbx/nodes.ts'
import type { JournalHandler } from '../pbx/pbx-event.ts'

/** Carries each row of the journal into its effects; the node processes carry the PBXs' files into rows. */
export interface JournalReader {
  start: (handlers: readonly JournalHandler[]) => void
  /** has the lines now in this PBX's file carried over. @throws DomainError `node-unavailable` when its process does not answer */
  ship: (node: string) => Promise<void>
  /**
   * Has one PBX's file carried over, or all of them, and handles the rows in the table by then.
   * @throws DomainError `node-unavailable`, `database-unavailable` when it could not
   */
  catchUp: (node?: string) => Promise<void>
  /** failed rounds in a row */
  failures: () => number
  stop: () => Promise<void>
}

export interface JournalReaderOptions {
  /** a PBX without a door writes the table by itself */
  nodes: { all: ReadonlyArray<Pick<PbxNode, 'name' | 'door'>> }
  db: Database
  clock: Clock
  log: Logger
}

export function createJournalReader ({ nodes, db, clock, log }: JournalReaderOptions): JournalReader {
  let journal: Journal | null = null
  /** @returns whether all of it is in the database */
  async function ship (node?: string): Promise<boolean> {
    const asked = nodes.all.filter(({ name }) => node === undefined || name === node)
    const shipped = await Promise.all(asked.map(async ({ door }) => await door?.ship()))
    return shipped.every(each => (each?.failures ?? 0) === 0)
  }
  return {
    start (handlers) { journal = createJournal({ db, handlers: [...handlers], clock, log }) },
    async ship (node) { await ship(node) },
    async catchUp (node) {
      if (!await ship(node) || journal === null || !await journal.catchUp()) {
        throw new DomainError('database-unavailable', 'the journal could not be caught up')
      }
    },
    failures: () => journal?.failures() ?? 0,
    async stop () { await journal?.close() }
  }
}
