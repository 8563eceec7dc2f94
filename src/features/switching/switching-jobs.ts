import type { Sweep } from '../../queue/alarms.ts'
import { giveUp, letGo, type ManualCallsContext } from './manual-call-context.ts'
import { lockUnheard } from './switching-store.ts'

/** An unregistered telephone writes no row of the journal: after this time the call has failed, ms. */
const maxRingMs = 60_000

/** A telephone that was not heard of for this long rings no more. */
export const unheardSweep = (context: ManualCallsContext): Sweep => ({
  name: 'calls by hand',
  pace: 'ordinary',
  async run (now) {
    await context.db.tx(async tx => {
      const calls = await lockUnheard(tx, new Date(now.getTime() - maxRingMs))
      if (calls.length === 0) return
      await giveUp(context, tx, calls.map(c => c.id), calls.map(c => c.requestId), now)
      // If the answer is only late, the caller waits no longer.
      tx.afterCommit(() => { letGo(context, calls) })
    })
  }
})
