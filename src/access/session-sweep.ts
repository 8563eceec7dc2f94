import type { Database } from '../db/database.ts'
import type { Sweep } from '../queue/alarms.ts'
import { forgetOldSessions } from './sessions.ts'

const everyMs = 3_600_000

/** Forgets sessions of last week, once an hour. */
export function createSessionSweep (db: Database): Sweep {
  let next = 0
  return {
    name: 'old sessions',
    pace: 'ordinary',
    async run (now) {
      if (now.getTime() < next) return
      next = now.getTime() + everyMs
      await forgetOldSessions(db, now)
    }
  }
}
