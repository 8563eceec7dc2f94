import type { Dialler } from '../../dialler/dialler-types.ts'
import type { Module } from '../../module.ts'
import { callRoutes, callsOfNumber } from './calls-routes.ts'
import { ordersOfCalls } from './calls-reads.ts'
import { createCalls, type Calls, type CallsOptions } from './calls.ts'
import { endOldReturns } from './missed-calls.ts'
import { hourly } from '../../queue/hourly.ts'
import { createRecordingSizes, type RecordingSizesOptions } from './recordings/recording-sizes.ts'
import { createRecordings, type RecordingsOptions } from './recordings/recordings.ts'
import { callNumbers, returnNumbers } from './sealed-calls-store.ts'

export interface CallsNeeds extends Omit<CallsOptions, 'dialler'> {
  dialler: Dialler
  nodes: RecordingsOptions['nodes'] & RecordingSizesOptions['nodes']
}

/** Every call on the hotline, as its journal tells it, and its recording. */
export function callsModule ({ nodes, ...needs }: CallsNeeds): Module & { calls: Calls } {
  const calls = createCalls(needs)
  const { db, dialler } = needs
  dialler.listen(calls.missedCallListener)
  return {
    name: 'calls',
    calls,
    routes: [callRoutes({ db, calls, recordings: createRecordings({ nodes, hears: calls.hears }) })],
    journal: { handler: calls.journalHandler },
    sweeps: [
      createRecordingSizes({ db, nodes }),
      hourly('returns that no person made', async now => { await endOldReturns(db, now) })
    ],
    ofNumber: callsOfNumber(calls),
    resealed: { numbers: [callNumbers, returnNumbers] },
    ordersOf: ordersOfCalls,
    believedChannels: calls.livingChannels
  }
}
