import type { Database, Tx } from '../../db/database.ts'
import type { Sealing } from '../../db/sealing.ts'
import type { Dialler } from '../../dialler/dialler-types.ts'
import type { Clock } from '../../domain/time/clock.ts'
import type { LegOutcome } from '../../domain/telephone/legs.ts'
import type { PhoneNumber } from '../../domain/telephone/phone-number.ts'
import type { Actor } from '../../domain/people/roles.ts'
import type { Nodes } from '../../pbx/nodes.ts'
import type { Switchboard } from '../../pbx/switchboard.ts'
import type { OwnTelephone } from './own-telephone.ts'
import type { TelephoneNode } from './telephone-node.ts'
import { endManualCalls } from './switching-store.ts'

/**
 * Calling a citizen by a click (拨号): first the caller's own telephone rings, and once it is answered the dialler rings
 * the citizen and joins the two. The number stays hidden, the call is recorded.
 */
export interface ManualCallsOptions {
  db: Database
  sealing: Sealing
  clock: Clock
  dialler: Dialler
  nodes: Pick<Nodes<TelephoneNode & { switchboard: Pick<Switchboard, 'originate' | 'hangup' | 'isRegistered'> }>, 'all' | 'get' | 'choose'>
  /** the complainant's number of an order the actor may see; null where there is none. @throws `not-found` */
  numberOfOrder: (tx: Tx, actor: Actor, orderId: string) => Promise<PhoneNumber | null>
  /** the number of a call that is not hidden from the actor, null when withheld, with the id the call has now. @throws `not-found` */
  numberOfCall: (tx: Tx, actor: Actor, callId: string) => Promise<{ callId: string, number: PhoneNumber | null }>
  /** how a person without a telephone of the exchange calls; refused where it is not given */
  ownTelephone?: Pick<OwnTelephone, 'ring'>
  /** an order's complainant has answered: it counts as first contact (先行联系) */
  firstContact: (tx: Tx, input: { orderId: string, callId: string, extension: string | null, at: Date }) => Promise<void>
  /** an order's complainant was rung but not reached */
  notReached?: (tx: Tx, input: { orderId: string, by: string, outcome: LegOutcome, at: Date }) => Promise<void>
  /** what a call by hand makes of a return that the citizen waits for (漏接回拨) */
  returns: {
    answered: (tx: Tx, rung: { legId: string, extension: string | null, at: Date, forCall: boolean }) => Promise<void>
    over: (tx: Tx, rung: { legId: string, by: string, outcome: LegOutcome, at: Date, forCall: boolean }) => Promise<void>
  }
  onError?: (error: unknown) => void
}

/** What the commands are bound to. */
export type ManualCallsContext = ManualCallsOptions & Required<Pick<ManualCallsOptions, 'onError'>>

/** Hangs up the callers' own telephones, each where it is. */
export function letGo ({ nodes, onError }: ManualCallsContext, calls: ReadonlyArray<{ id: string, node: string }>): void {
  for (const { id, node } of calls) {
    const told = async (): Promise<void> => { await nodes.get(node).switchboard.hangup(id) }
    told().catch(onError)
  }
}

/** Ends these calls and takes their requests back. */
export async function giveUp (
  { dialler }: ManualCallsContext,
  tx: Tx,
  calls: readonly string[],
  requests: readonly string[],
  at: Date
): Promise<void> {
  endManualCalls(tx, calls, at)
  await dialler.cancel(tx, requests, 'the caller\'s own telephone is gone', true)
}
