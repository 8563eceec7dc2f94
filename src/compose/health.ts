import { dirname } from 'node:path'
import type { Foundation } from './foundation.ts'
import type { HealthCheck } from '../http/kit/health-check.ts'
import { takesWrites } from '../db/takes-writes.ts'
import { freeShareOf } from '../disk/free-share.ts'
import { journalCounts } from '../pbx/journal/journal.ts'
import { lastHeartBeat, type WorkerReport } from '../queue/heart-beat.ts'
import type { Module } from '../module.ts'

/** With unhandled journal rows older than this the service does not keep up. ms */
const lateJournal = 5000
/** With the clocks of service and database farther apart than this, deadlines and evidence disagree. ms */
const clocksApart = 2000
const leastFree = 0.1

/** A worker reports every SWEEP_MS that it lives; silent this long, it is dead or hung. ms */
const silentMs = (sweepMs: number): number => Math.max(10_000, 5 * sweepMs)

/**
 * Each part of the running system, checked by the process that answers HTTP. Only the database is vital: with everything
 * else away orders can still be filed. The heart-beat holds what only a worker sees, in this process or another.
 */
export function healthChecks (foundation: Foundation, modules: readonly Module[]): HealthCheck[] {
  return [
    database(foundation),
    pbx(foundation),
    clock(foundation),
    disk(foundation),
    ...modules.flatMap(module => module.health ?? []),
    journal(foundation),
    redis(foundation),
    workers(foundation)
  ]
}

/** The worker's report; null when none lives. */
async function living ({ db, config }: Foundation): Promise<WorkerReport | null> {
  const beat = await lastHeartBeat(db)
  return beat !== null && beat.ageMs < silentMs(config.sweepMs.ordinary) ? beat.report : null
}

function database ({ db }: Foundation): HealthCheck {
  return {
    name: 'database',
    vital: true,
    async check () {
      return await takesWrites(db) ? { ok: true } : { ok: false, detail: 'it takes no writes: its disk is full, or it is read-only' }
    }
  }
}

function pbx ({ nodes }: Foundation): HealthCheck {
  return {
    name: 'pbx',
    vital: false,
    async check () {
      const away = nodes.all.filter(node => !node.isUp()).map(node => node.name)
      if (away.length === 0) return { ok: true }
      // A single PBX needs no name.
      const which = nodes.all.length === 1 ? 'the PBX' : away.join(', ')
      return { ok: false, detail: `no link to ${which}: calls go on, screens do not follow` }
    }
  }
}

function clock ({ db, clockOffset }: Foundation): HealthCheck {
  return {
    name: 'clock',
    vital: false,
    async check () {
      const [row] = await db.query<{ at: Date }>('select clock_timestamp() at')
      const apart = Math.abs((row?.at.getTime() ?? 0) - Date.now())
      return { ok: apart < clocksApart, detail: { apartMs: apart, offsetMs: clockOffset() } }
    }
  }
}

function disk ({ nodes, recordingsDir }: Foundation): HealthCheck {
  // A journal may have a disk of its own; a full one loses telephone events.
  const journalDirs = nodes.all.flatMap(node => node.journalFile === null ? [] : dirname(node.journalFile))
  return {
    name: 'disk',
    vital: false,
    async check () {
      const [recordings, journals] = await Promise.all([freeShareOf(recordingsDir), Promise.all(journalDirs.map(freeShareOf))])
      const journal = journals.length === 0 ? null : Math.min(...journals)
      const percent = (share: number): number => Math.round(share * 100)
      return {
        ok: recordings > leastFree && (journal ?? 1) > leastFree,
        detail: { freePercent: percent(recordings), ...(journal === null ? {} : { journalFreePercent: percent(journal) }) }
      }
    }
  }
}

function journal (foundation: Foundation): HealthCheck {
  return {
    name: 'journal',
    vital: false,
    async check () {
      const [counts, worker] = await Promise.all([journalCounts(foundation.db, foundation.clock.now()), living(foundation)])
      const ok = counts.lagMs < lateJournal && counts.parked === 0 && worker?.journalFailures === 0
      return { ok, detail: { ...counts, failures: worker?.journalFailures ?? null, behindBytes: worker?.behindBytes ?? null } }
    }
  }
}

function redis (foundation: Foundation): HealthCheck {
  return {
    name: 'redis',
    vital: false,
    async check () {
      const worker = await living(foundation)
      if (worker === null) return { ok: false, detail: 'no worker lives to ask it' }
      return worker.redis ? { ok: true } : { ok: false, detail: 'no job queue: sweeps do its work' }
    }
  }
}

function workers (foundation: Foundation): HealthCheck {
  return {
    name: 'workers',
    vital: false,
    async check () {
      const worker = await living(foundation)
      if (worker === null) return { ok: false, detail: 'no worker lives: calls do not appear, nobody is called back, text messages wait' }
      return { ok: worker.failing.length === 0, detail: { failing: worker.failing } }
    }
  }
}
