import type { Logger } from 'pino'
import type { Dialler } from '../../dialler/dialler-types.ts'
import type { Module } from '../../module.ts'
import { callRoutes, callsOfNumber } from './calls-routes.ts'
import { ordersOfCalls } from './calls-reads.ts'
import { createCalls, type Calls, type CallsOptions } from './calls.ts'
import { endOldReturns } from './missed-calls.ts'
import { hourly } from '../../queue/hourly.ts'
import { createRecordingGuard } from './recordings/recording-guard.ts'
import { createRecordingSizes } from './recordings/recording-sizes.ts'
import { createRecordings } from './recordings/recordings.ts'

export interface CallsNeeds extends Omit<CallsOptions, 'dialler'> {
  dialler: Dialler
  recordingsDir: string
  log: Logger
}

/** Every call on the hotline, as its journal tells it, and its recording. */
export function callsModule ({ recordingsDir, log, ...needs }: CallsNeeds): Module & { calls: Calls } {
  const calls = createCalls(needs)
  const { db, dialler } = needs
  const guard = createRecordingGuard({
    recordingsDir,
    onChange: state => {
      log.warn(state, state.recording ? 'there is room again: calls are recorded' : 'the disk is nearly full: calls are not recorded')
    }
  })
  dialler.listen(calls.missedCallListener)
  return {
    name: 'calls',
    calls,
    routes: [callRoutes({ db, calls, recordings: createRecordings({ recordingsDir, hears: calls.hears }) })],
    journal: { handler: calls.journalHandler },
    sweeps: [
      guard.sweep,
      createRecordingSizes({ db, recordingsDir }),
      hourly('returns that no person made', async now => { await endOldReturns(db, now) })
    ],
    ofNumber: callsOfNumber(calls),
    ordersOf: ordersOfCalls,
    believedChannels: calls.livingChannels
  }
}
