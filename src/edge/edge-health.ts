import type { Database } from '../db/database.ts'
import type { HealthCheck } from '../domain/health-check.ts'
import { edgeBeats } from './edge-store.ts'
import { silentAfterMs } from './rules/shares.ts'

/**
 * Whether the edges that worked within a day still do, each under a name of its own; one that signed off is not missed. Without an edge
 * there is nothing to say.
 */
export const edgeCheck = ({ db }: { db: Database }): HealthCheck => ({
  name: 'edge',
  vital: false,
  async check () {
    const beats = (await edgeBeats(db)).filter(({ draining }) => !draining)
    const silent = beats.filter(({ ageMs }) => ageMs > silentAfterMs).map(({ edge }) => edge)
    const doubled = beats.filter(({ ageMs, report }) => ageMs <= silentAfterMs && report.another).map(({ edge }) => edge)
    const wrong: string[] = []
    if (silent.length > 0) {
      wrong.push(`nothing heard of ${silent.join(', ')}: its calls come by another way, or it cannot reach the database`)
    }
    if (doubled.length > 0) wrong.push(`two processes call themselves ${doubled.join(', ')}: each takes the share of both`)
    if (wrong.length === 0) return { ok: true }
    return { ok: false, detail: wrong.join('; ') }
  }
})
