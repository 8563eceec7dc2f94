import type { Database } from '../../db/database.ts'
import type { WorkingCalendar } from './rules/working-calendar.ts'

/** The working calendar as it stands in the database, at most `cacheMs` old. */
export function createWorkingDays ({ db, timeZone, cacheMs = 5000 }: { db: Database, timeZone: string, cacheMs?: number }): () => Promise<WorkingCalendar> {
  let kept: { calendar: Promise<WorkingCalendar>, until: number } | null = null

  async function load (): Promise<WorkingCalendar> {
    const rows = await db.query<{ day: string, working: boolean }>('select day, working from working_day_exception')
    return { timeZone, exceptions: new Map(rows.map(r => [r.day, r.working])) }
  }

  return async () => {
    const now = performance.now()
    if (!kept || now >= kept.until) {
      const fresh = { calendar: load(), until: now + cacheMs }
      kept = fresh
      fresh.calendar.catch(() => { if (kept === fresh) kept = null })
    }
    return await kept.calendar
  }
}
