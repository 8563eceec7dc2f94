import type { Database } from '../../db/database.ts'
import type { HealthCheck } from '../../domain/health-check.ts'
import type { Clock } from '../../domain/time/clock.ts'
import { appliedBy, newestRevision, type Applied } from './desired-store.ts'
import { notReady } from './rules/standing.ts'

/** A PBX that was not given a change within this time is not ready for it, ms. */
const lateMs = 5000

export interface DesiredHealthOptions {
  db: Database
  clock: Clock
  nodes: { all: ReadonlyArray<{ name: string }> }
}

/** Whether each PBX knows what it must know without the service. */
export const desiredCheck = ({ db, clock, nodes }: DesiredHealthOptions): HealthCheck => ({
  name: 'desired-state',
  vital: false,
  async check () {
    const before = new Date(clock.now().getTime() - lateMs)
    const parts = nodes.all.flatMap(({ name: node }): Applied[] => [{ node, part: 'entries' }, { node, part: 'files' }])
    const [newest, standings] = await Promise.all([newestRevision(db), appliedBy(db, parts, before)])
    // Nobody was ever given files where others keep them.
    const given = standings.filter(({ part, revision }) => part === 'entries' || revision !== null)
    const reasons = given.flatMap(standing => notReady(standing, newest) ?? [])
    return { ok: reasons.length === 0, detail: { revision: newest, notReady: reasons.join('; ') || null } }
  }
})
