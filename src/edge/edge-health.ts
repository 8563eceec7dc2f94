import type { Database } from '../db/database.ts'
import type { HealthCheck } from '../domain/health-check.ts'
import { edgeBeats } from './edge-store.ts'
import { silentAfterMs } from './rules/shares.ts'

/** Whether the edges that worked within a day still do; one that signed off is not missed. Without an edge there is nothing to say. */
export const edgeCheck = ({ db }: { db: Database }): HealthCheck => ({
  name: 'edge',
  vital: false,
  async check () {
    const silent = (await edgeBeats(db)).filter(({ ageMs, draining }) => !draining && ageMs > silentAfterMs).map(({ edge }) => edge)
    if (silent.length === 0) return { ok: true }
    return { ok: false, detail: `nothing heard of ${silent.join(', ')}: its calls come by another way, or it cannot reach the database` }
  }
})
