import type { HealthCheck } from '../domain/health-check.ts'
import type { Database } from './database.ts'
import { takesWrites } from './takes-writes.ts'

/** With the clocks of service and database farther apart than this, deadlines and evidence disagree. ms */
const clocksApart = 2000

/** Without the database no order can be filed. */
export const databaseCheck = ({ db }: { db: Database }): HealthCheck => ({
  name: 'database',
  vital: true,
  async check () {
    return await takesWrites(db) ? { ok: true } : { ok: false, detail: 'it takes no writes: its disk is full, or it is read-only' }
  }
})

/** @param options.clockOffset ms the service's clock is ahead of the machine's */
export const clockCheck = ({ db, clockOffset }: { db: Database, clockOffset: () => number }): HealthCheck => ({
  name: 'clock',
  vital: false,
  async check () {
    const [row] = await db.query<{ at: Date }>('select clock_timestamp() at')
    const apart = Math.abs((row?.at.getTime() ?? 0) - Date.now())
    return { ok: apart < clocksApart, detail: { apartMs: apart, offsetMs: clockOffset() } }
  }
})
