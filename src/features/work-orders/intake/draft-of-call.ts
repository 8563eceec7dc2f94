import type { Tx } from '../../../db/database.ts'
import type { Sealing } from '../../../db/sealing.ts'
import { systemActor } from '../../../domain/people/roles.ts'
import type { OrderCommands } from '../work-orders.ts'

interface AnsweredCall { callId: string, extension: string, numberSealed: Buffer | null }

export interface DraftOfCallOptions {
  commands: Pick<OrderCommands, 'draftForCall' | 'draftCallEnded'>
  sealing: Pick<Sealing, 'openNumber'>
  /** the enabled login that holds the extension, or null */
  loginOf: (tx: Tx, extension: string) => Promise<string | null>
}

/**
 * Who speaks with a citizen has a draft on the desk: an agent who answers a call, or the return of one that we missed, and a person who
 * rings the caller back. It stays open for a while when the call is over. A callback, or a call to an order's complainant, belongs to an
 * order already: the calls do not tell of it.
 */
export function createDraftOfCall ({ commands, sealing, loginOf }: DraftOfCallOptions) {
  return {
    async answered (tx: Tx, calls: readonly AnsweredCall[]): Promise<[]> {
      for (const { callId, extension, numberSealed } of calls) {
        const number = numberSealed === null ? null : sealing.openNumber(numberSealed)
        // One identity: entries from a telephone belong to its login.
        const login = await loginOf(tx, extension)
        await commands.draftForCall(tx, { ...systemActor, id: login ?? extension, extension }, { callId, number })
      }
      return []
    },
    async ended (tx: Tx, calls: ReadonlyArray<{ callId: string, at: Date }>): Promise<void> {
      for (const { callId, at } of calls) await commands.draftCallEnded(tx, callId, at)
    }
  }
}
