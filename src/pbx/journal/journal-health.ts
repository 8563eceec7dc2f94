import type { Clock } from '../../domain/time/clock.ts'
import type { HealthCheck } from '../../domain/health-check.ts'
import { livingWorker, type WorkerHealthOptions } from '../../queue/worker-health.ts'
import { journalCounts } from './journal.ts'

/** With unhandled journal rows older than this the service does not keep up. ms */
const lateJournal = 5000

export interface JournalHealthOptions extends WorkerHealthOptions {
  clock: Clock
  /** most failed rounds in a row of the processes that carry the files, and the bytes they have not carried */
  carried: () => Promise<{ failures: number, behindBytes: number }>
}

/** How far the journal is behind: its rows, and the files they come from. */
export const journalCheck = ({ clock, carried, ...options }: JournalHealthOptions): HealthCheck => ({
  name: 'journal',
  vital: false,
  async check () {
    const [counts, worker, files] = await Promise.all([journalCounts(options.db, clock.now()), livingWorker(options), carried()])
    const failures = worker === null ? null : Math.max(worker.journalFailures, files.failures)
    const ok = counts.lagMs < lateJournal && counts.parked === 0 && failures === 0
    return { ok, detail: { ...counts, failures, behindBytes: files.behindBytes } }
  }
})
