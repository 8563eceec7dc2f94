import type { Tx } from '../db/database.ts'

/** The job families of the service; each is one BullMQ queue. */
export const alarmFamilies = ['dispatch', 'sms', 'sla', 'callback', 'missed-call', 'dial', 'emergency', 'draft'] as const
export type AlarmFamily = typeof alarmFamilies[number]

/**
 * A job is only an alarm clock. It names a row and the revision of the row that asked for it; whoever hears it
 * re-reads the row and decides again, so late, twice or lost are all harmless.
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

/** What a feature offers: what to do when its alarm rings, and how to find what is due without any alarm. */
export interface AlarmHandler {
  family: AlarmFamily
  ring: (payload: Record<string, string | number>) => Promise<void>
}

/** Decides from rows alone what is due at `now`; run often, must be cheap when nothing is. */
export interface Sweep {
  name: string
  /** `emergency` sweeps run every EMERGENCY_SWEEP_MS, the others every SWEEP_MS */
  pace: 'ordinary' | 'emergency'
  run: (now: Date) => Promise<void>
}
