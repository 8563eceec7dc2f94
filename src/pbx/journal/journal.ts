import type { Logger } from 'pino'
import type { Database, Queryable, Tx } from '../../db/database.ts'
import { isTransient, sqlState } from '../../db/database-errors.ts'
import type { Clock } from '../../domain/time/clock.ts'
import { createPump, type Pump } from '../../queue/pump.ts'
import type { JournalHandler, PbxEvent } from '../pbx-event.ts'
import { toEvent, type JournalRow } from './to-event.ts'

/*
 * unhandled   a row whose effects are not there yet
 * parked      a row that could not be handled: it waits for `retry` or `skip`, and its call goes on as if it were lost
 * effects     the handlers' changes; committed together with the row's mark, hence exactly once
 */

export interface JournalOptions {
  db: Database
  /** told of every batch in this order, in one transaction */
  handlers: readonly JournalHandler[]
  clock: Clock
  log: Logger
  /** rows at most handled in one transaction */
  batch?: number
  /** poll for rows without a wake, ms */
  pollMs?: number
}

export interface JournalStatus {
  /** age of the oldest unhandled row, ms; 0 when all is handled */
  lagMs: number
  unhandled: number
  parked: number
  quarantined: number
  /** journal files that came back from a backup within the last day */
  older: number
  /** channels of the last hour whose end nobody reported: the journal lost rows, or the exchange died */
  lostLastHour: number
}

export interface Journal {
  wake: () => void
  /**
   * Handles every row that is in the journal now. Resolves to false when that did not succeed within `timeoutMs`
   * (the database is away, or another process is still reading).
   */
  catchUp: (timeoutMs?: number) => Promise<boolean>
  /** rounds that failed in a row */
  failures: () => number
  close: () => Promise<void>
}

/** One reader at a time in all processes: held for one transaction, so a frozen owner loses it with its session. */
const readerLock = 'select pg_try_advisory_xact_lock(962000, 1) as mine'

// Disk full, too many connections, a lock waited for too long, the server shutting down: not the row's fault.
const passing = (error: unknown): boolean =>
  isTransient(error) || /^(08|57|58|25P0[34])/.test(sqlState(error))

interface Park { id: number, error: string }

interface Reading extends Required<Omit<JournalOptions, 'pollMs'>> {
  /** rows of the next batch: halved whenever one fails, until the row at fault stands alone and is parked; doubled with every success */
  limit: number
  /** another look, while another process reads */
  soon: NodeJS.Timeout | undefined
  wake: () => void
}

export function createJournal ({ db, handlers, clock, log, batch = 1000, pollMs = 500 }: JournalOptions): Journal {
  const state: Reading = { db, handlers, clock, log, batch, limit: batch, soon: undefined, wake: () => { pump.wake() } }
  const pump = createPump({ name: 'journal reader', work: async () => await work(state), pollMs, log })
  const listening = db.listen('pbx_journal', pump.wake)
  return {
    wake: pump.wake,
    catchUp: async (timeoutMs = 30_000) => await catchUp(db, pump, timeoutMs),
    failures: pump.failures,
    async close () {
      await (await listening)()
      await pump.stop()
      clearTimeout(state.soon)
    }
  }
}

async function catchUp (db: Queryable, pump: Pump, timeoutMs: number): Promise<boolean> {
  const giveUpAt = Date.now() + timeoutMs
  try {
    const [end] = await db.query<{ id: number | null }>('select max(id) as id from pbx_journal')
    for (;;) {
      await pump.settled()
      const rest = await db.query('select 1 from pbx_journal where handled_at is null and error is null and id <= $1 limit 1',
        [end?.id ?? 0])
      if (rest.length === 0) return true
      if (Date.now() > giveUpAt) return false
      // Another process is reading: it holds the lock for one batch.
      await new Promise(resolve => setTimeout(resolve, 20))
    }
  } catch (error) {
    if (passing(error)) return false
    throw error
  }
}

/** The next rows; null while another process reads. */
async function take (state: Reading, tx: Tx): Promise<JournalRow[] | null> {
  const [[lock], rows] = await Promise.all([
    tx.query<{ mine: boolean }>(readerLock),
    tx.query<JournalRow>(
      `select id, node, generation, event, at, unique_id, linked_id, channel, num, exten, context, app, app_data, peer, extra
       from pbx_journal where handled_at is null and error is null order by id limit $1`, [state.limit])
  ])
  return lock?.mine ? rows : null
}

async function handle (state: Reading, tx: Tx, rows: readonly JournalRow[]): Promise<void> {
  const events: PbxEvent[] = []
  const parks: Park[] = []
  for (const row of rows) {
    try {
      events.push(toEvent(row))
    } catch (error) {
      parks.push({ id: row.id, error: message(error) })
    }
  }
  if (events.length > 0) {
    for (const handler of state.handlers) await handler.handle(tx, events)
    tx.write('update pbx_journal set handled_at = $1 where id = any($2::bigint[])', [state.clock.now(), events.map(e => e.row)])
  }
  park(state, tx, parks)
}

function park (state: Reading, tx: Tx, parks: Park[]): void {
  if (parks.length === 0) return
  for (const { id, error } of parks) state.log.error({ row: id, reason: error }, 'a journal row is parked')
  tx.write(`update pbx_journal j set error = p.error from unnest($1::bigint[], $2::text[]) p (id, error)
    where j.id = p.id and j.handled_at is null`,
  [parks.map(p => p.id), parks.map(p => p.error)])
}

/** One batch; true when there may be more at once. */
async function work (state: Reading): Promise<boolean> {
  const taken: { rows: JournalRow[] | null } = { rows: null }
  try {
    await state.db.tx(async tx => {
      taken.rows = await take(state, tx)
      if (taken.rows !== null && taken.rows.length > 0) await handle(state, tx, taken.rows)
    })
  } catch (error) {
    if (passing(error) || taken.rows === null || taken.rows.length === 0) throw error
    return await narrow(state, taken.rows, error)
  }
  if (taken.rows === null) {
    // Another process reads: it may have looked before our rows were there.
    clearTimeout(state.soon)
    state.soon = setTimeout(state.wake, 25)
    return false
  }
  const count = taken.rows.length
  const more = count > 0 && count >= state.limit
  state.limit = Math.min(state.batch, state.limit * 2)
  return more
}

async function narrow (state: Reading, rows: readonly JournalRow[], error: unknown): Promise<boolean> {
  const [first, second] = rows
  if (second) {
    state.limit = Math.ceil(rows.length / 2)
    return true
  }
  if (first) await state.db.tx(async tx => { park(state, tx, [{ id: first.id, error: message(error) }]) })
  return true
}

/** State of the journal, from any process. */
export async function journalCounts (db: Queryable, now: Date): Promise<JournalStatus> {
  type Counted = Record<'unhandled' | 'parked' | 'quarantined' | 'older' | 'lost', number>
  const [row] = await db.query<Counted & { oldest: Date | null }>(
    `select (select at from pbx_journal where handled_at is null and error is null order by id limit 1) as oldest,
       (select count(*) from pbx_journal where handled_at is null and error is null) as unhandled,
       (select count(*) from pbx_journal where handled_at is null and error is not null) as parked,
       (select count(*) from journal_quarantine) as quarantined,
       (select count(*) from journal_file where copy_of is not null and started_at > now() - interval '1 day') as older,
       (select count(*) from pbx_journal where event = 'CHANNEL_LOST' and at > $1::timestamptz - interval '1 hour') as lost`, [now])
  return {
    lagMs: row?.oldest ? Math.max(0, now.getTime() - row.oldest.getTime()) : 0,
    unhandled: row?.unhandled ?? 0,
    parked: row?.parked ?? 0,
    quarantined: row?.quarantined ?? 0,
    older: row?.older ?? 0,
    lostLastHour: row?.lost ?? 0
  }
}

const message = (error: unknown): string => (error instanceof Error ? error.message : String(error)).slice(0, 500)
