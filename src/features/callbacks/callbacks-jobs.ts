import type { WorkingCalendar } from '../../calendar/rules/working-time.ts'
import type { Database } from '../../db/database.ts'
import type { AlarmHandler, Sweep } from '../../queue/alarms.ts'
import { callbacksAwaitingYears, dueCallbacks } from './callbacks-store.ts'
import type { Dialling } from './dialling/callback-dialling.ts'

/** Callbacks one sweep handles at once; the next, two seconds later, finds the rest. */
const sweepLimit = 50

export interface CallbackJobsOptions {
  db: Database
  calendar: () => Promise<WorkingCalendar>
  dialling: Pick<Dialling, 'ring' | 'reckonAgain'>
  onError: (error: unknown) => void
}

/** A callback's hour has come. */
export const callbackAlarm = ({ dialling }: Pick<CallbackJobsOptions, 'dialling'>): AlarmHandler => ({
  family: 'callback',
  ring: async payload => { await dialling.ring(String(payload.callbackId)) }
})

/** Callbacks whose alarm was lost, and those that waited for the working days of a year. */
export const callbackSweep = ({ db, calendar, dialling, onError }: CallbackJobsOptions): Sweep => ({
  name: 'callbacks',
  pace: 'ordinary',
  async run (now) {
    for (const id of await callbacksAwaitingYears(db, [...(await calendar()).editions.keys()], sweepLimit)) {
      await dialling.reckonAgain(id)
    }
    for (const id of await dueCallbacks(db, now, sweepLimit)) {
      // A callback that cannot be done must not keep the others waiting.
      try {
        await dialling.ring(id)
      } catch (error) {
        onError(error)
      }
    }
  }
})
