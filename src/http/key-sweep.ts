import type { Database } from '../db/database.ts'
import type { Sweep } from '../queue/alarms.ts'
import { forgetOldKeys } from './kit/write.ts'

const everyMs = 3_600_000

/** Forgets idempotency keys of yesterday, once an hour. */
export function createKeySweep (db: Database): Sweep {
  let next = 0
  return {
    name: 'old idempotency keys',
    pace: 'ordinary',
    async run (now) {
      if (now.getTime() < next) return
      next = now.getTime() + everyMs
      await forgetOldKeys(db, now)
    }
  }
}
