import type { Database } from '../db/database.ts'
import type { HealthCheck } from '../domain/health-check.ts'
import { lastHeartBeat, type WorkerReport } from './heart-beat.ts'

/** A worker reports every `sweepMs` that it lives; silent this long, it is dead or hung. ms */
const silentMs = (sweepMs: number): number => Math.max(10_000, 5 * sweepMs)

export interface WorkerHealthOptions {
  db: Database
  /** ms between two sweeps of ordinary pace */
  sweepMs: number
}

/** The worker's last report, in this process or another; null when none lives. */
export async function livingWorker ({ db, sweepMs }: WorkerHealthOptions): Promise<WorkerReport | null> {
  const beat = await lastHeartBeat(db)
  return beat !== null && beat.ageMs < silentMs(sweepMs) ? beat.report : null
}

/** Redis is asked by the worker alone. */
export const redisCheck = (options: WorkerHealthOptions): HealthCheck => ({
  name: 'redis',
  vital: false,
  async check () {
    const worker = await livingWorker(options)
    if (worker === null) return { ok: false, detail: 'no worker lives to ask it' }
    return worker.redis ? { ok: true } : { ok: false, detail: 'no job queue: sweeps do its work' }
  }
})

export const workersCheck = (options: WorkerHealthOptions): HealthCheck => ({
  name: 'workers',
  vital: false,
  async check () {
    const worker = await livingWorker(options)
    if (worker === null) return { ok: false, detail: 'no worker lives: calls do not appear, nobody is called back, text messages wait' }
    return { ok: worker.failing.length === 0, detail: { failing: worker.failing } }
  }
})
