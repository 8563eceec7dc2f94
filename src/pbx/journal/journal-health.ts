import type { Clock } from '../../domain/time/clock.ts'
import type { HealthCheck } from '../../domain/health-check.ts'
import { livingWorker, type WorkerHealthOptions } from '../../queue/worker-health.ts'
import { journalCounts } from './journal.ts'

/** With unhandled journal rows older than this the service does not keep up. ms */
const lateJournal = 5000

/** How far the journal is behind. The worker's report says what failed in carrying it over. */
export const journalCheck = ({ clock, ...options }: WorkerHealthOptions & { clock: Clock }): HealthCheck => ({
  name: 'journal',
  vital: false,
  async check () {
    const [counts, worker] = await Promise.all([journalCounts(options.db, clock.now()), livingWorker(options)])
    const ok = counts.lagMs < lateJournal && counts.parked === 0 && worker?.journalFailures === 0
    return { ok, detail: { ...counts, failures: worker?.journalFailures ?? null, behindBytes: worker?.behindBytes ?? null } }
  }
})
