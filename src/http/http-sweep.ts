import type { Database } from '../db/database.ts'
import type { Sweep } from '../queue/alarms.ts'
import { forgetOldSessions } from './sessions.ts'
import { forgetOldKeys } from './write.ts'

const everyMs = 3_600_000

/** Forgets idempotency keys of yesterday and sessions of last week, once an hour. */
export function createHttpSweep (db: Database): Sweep {
  let next = 0
  return {
    name: 'old sessions and keys',
    pace: 'ordinary',
    async run (now) {
      if (now.getTime() < next) return
      next = now.getTime() + everyMs
      await forgetOldKeys(db, now)
      await forgetOldSessions(db, now)
    }
  }
}
