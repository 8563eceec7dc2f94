import type { Tx } from '../db/database.ts'

/** The job families of the service; each is one BullMQ queue. */
export const alarmFamilies = ['dispatch', 'sms', 'sla', 'callback', 'dial', 'draft', 'webhook'] as const
export type AlarmFamily = typeof alarmFamilies[number]

/**
 * A job is only an alarm clock. It names a row and the revision of the row that asked for it. The handler re-reads the
 * row and decides again, so a late, repeated or lost alarm is harmless.
 */
export interface Alarm {
  family: AlarmFamily
  /** names row and revision, e.g. `order-3f…-onsite-2`; letters, digits and `-`; BullMQ ignores an id it still keeps */
  id: string
  at: Date
  payload: Record<string, string | number>
}

export interface Alarms {
  /** Writes the outbox row in the caller's transaction; the relay hands it to BullMQ after commit. */
  set: (tx: Tx, ...alarms: Alarm[]) => Promise<void>
}

/** A feature's part: its action when an alarm rings, and its search for due rows without any alarm. */
export interface AlarmHandler {
  family: AlarmFamily
  ring: (payload: Record<string, string | number>) => Promise<void>
}

/** Finds from rows alone what is due at `now`; runs often, so it must be cheap when nothing is due. */
export interface Sweep {
  name: string
  /** `emergency` sweeps run every EMERGENCY_SWEEP_MS, the others every SWEEP_MS */
  pace: 'ordinary' | 'emergency'
  run: (now: Date) => Promise<void>
}

/** BullMQ reads `:` in an id as its own and bare digits as one of its counters. */
const jobId = /^(?!\d+$)[A-Za-z0-9_-]{1,200}$/

/** @param wake called after commit when the outbox has rows; `() => db.wake('outbox')` reaches the relay in any process */
export function createAlarms (wake: () => void): Alarms {
  return {
    async set (tx, ...alarms) {
      if (alarms.length === 0) return
      for (const { id } of alarms) {
        if (!jobId.test(id)) throw new Error(`an alarm's id has letters, digits, - and _, not only digits: ${id}`)
      }
      tx.write(
        'insert into outbox (family, job_id, run_at, payload) select * from unnest($1::text[], $2::text[], $3::timestamptz[], $4::jsonb[])',
        [alarms.map(a => a.family), alarms.map(a => a.id), alarms.map(a => a.at), alarms.map(a => JSON.stringify(a.payload))])
      tx.afterCommit(wake)
    }
  }
}
