import { dirname } from 'node:path'
import type { Foundation } from './foundation.ts'
import { clockCheck, databaseCheck } from '../db/database-health.ts'
import { freeShareOf } from '../disk/free-share.ts'
import type { HealthCheck } from '../domain/health-check.ts'
import { desiredCheck } from '../pbx/desired/desired-health.ts'
import { pbxCheck } from '../pbx/link-health.ts'
import { journalCheck } from '../pbx/journal/journal-health.ts'
import { redisCheck, workersCheck } from '../queue/worker-health.ts'
import type { Module } from '../module.ts'

const minFreeShare = 0.1

/**
 * Each part of the running system, checked by the process that answers HTTP. Only the database is vital: with everything
 * else away orders can still be filed. The heart-beat holds what only a worker sees, in this process or another.
 */
export function healthChecks (foundation: Foundation, modules: readonly Module[]): HealthCheck[] {
  const background = { ...foundation, sweepMs: foundation.config.sweepMs.ordinary }
  return [
    databaseCheck(foundation),
    pbxCheck(foundation),
    desiredCheck(foundation),
    clockCheck(foundation),
    disk(foundation),
    ...modules.flatMap(module => module.health ?? []),
    journalCheck(background),
    redisCheck(background),
    workersCheck(background)
  ]
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
        ok: recordings > minFreeShare && (journal ?? 1) > minFreeShare,
        detail: { freePercent: percent(recordings), ...(journal === null ? {} : { journalFreePercent: percent(journal) }) }
      }
    }
  }
}
