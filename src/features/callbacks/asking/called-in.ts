import type { Tx } from '../../../db/database.ts'
import type { CallbackQueries } from '../callback-queries.ts'

/** A citizen's call that an agent has answered. */
interface AnsweredCall { callId: string, extension: string, numberHash: Buffer | null, at: Date }

/** A line on a call's timeline: a callback waits for this citizen's answer. */
interface AwaitedLine {
  callId: string
  at: Date
  kind: 'callback-awaited'
  actor: 'system'
  detail: { callback: string, order: string, extension: string }
  row: null
}

export interface CallListener { answered: (tx: Tx, calls: readonly AnsweredCall[]) => Promise<AwaitedLine[]> }

/** Points out to the agent a caller whom we are trying to reach. */
export const createCallListener = ({ queries }: { queries: Pick<CallbackQueries, 'awaiting'> }): CallListener => ({
  async answered (tx, calls) {
    const known = calls.flatMap(call => call.numberHash === null ? [] : [{ ...call, numberHash: call.numberHash }])
    if (known.length === 0) return []
    const awaited = await queries.awaiting(tx, known.map(call => call.numberHash))
    return known.flatMap(({ callId, at, extension, numberHash }) => awaited.filter(a => a.numberHash.equals(numberHash)).map(a => ({
      callId, at, kind: 'callback-awaited', actor: 'system', detail: { callback: a.callbackId, order: a.orderId, extension }, row: null
    })))
  }
})
