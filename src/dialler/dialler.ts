import type { Tx } from '../db/database.ts'
import type { LegOutcome, LegPriority, LegPurpose } from '../domain/legs.ts'
import type { PhoneNumber } from '../domain/phone-number.ts'
import type { VariableName } from '../pbx/contract.ts'

/** A request to reach one person: the dialler owns everything after it. */
export interface DialRequest {
  /** the same key is one request, however often it is asked for */
  key: string
  purpose: LegPurpose
  priority: LegPriority
  /** within one priority, smaller goes first */
  order?: number
  /** what the legs belong to, e.g. `callback:<id>`, `member:<id>`; given back with every event */
  subject: string
  /** tried in this order; one round through all of them is one attempt */
  numbers: readonly PhoneNumber[]
  /** rounds, 1..10 */
  attempts: number
  /** seconds between the end of a round and the next */
  gapSeconds: number
  /** seconds one telephone rings */
  ringSeconds: number
  /** seconds a leg may live after the answer until its script is done, a bound against channels left open */
  talkSeconds: number
  script: LegScript
  /** not before */
  notBefore?: Date
  /** local hours in which a leg may be placed, `09:00-12:00,13:30-20:00`; empty: always */
  windows?: string
  /** PBX on which its legs meet who is there already: a telephone of ours, a conference; default any */
  node?: string
}

/** What the dialplan's `hotline-leg` does with a leg. */
export interface LegScript {
  name: 'callback' | 'emergency' | 'manual' | 'own' | 'return'
  /** variables of `pbx/contract.ts` without LD_LEG and LD_SCRIPT; LD_TALK_SECONDS is the request's unless it is set here */
  variables: Partial<Record<VariableName, string>>
}

/** What a feature hears of its legs, in journal order, inside the journal's transaction (or the one that cancelled). */
export type LegEvent = { subject: string, requestId: string, legId: string, attempt: number, at: Date } & (
  | { kind: 'placed' }
  | { kind: 'answered' }
  | { kind: 'key', question: string, key: string }
  | { kind: 'done', result: string }
  | { kind: 'person' }
  /** `theirs`: it was an attempt of the callee's own, by the table of `rules/whose-fault.ts` */
  | { kind: 'ended', outcome: LegOutcome, cause: number | null, theirs: boolean }
  /**
   * no further leg will be placed for the request; `outcome` is the best of all its legs, `tried` whether any was an attempt of the
   * callee's own, `takenBack` whether it was cancelled before it had run its course. `legId` is empty when it was cancelled while it waited
   */
  | { kind: 'finished', outcome: LegOutcome, tried: boolean, takenBack: boolean }
)

export interface LegListener {
  purpose: LegPurpose
  hear: (tx: Tx, events: readonly LegEvent[]) => Promise<void>
  /**
   * Of these subjects, whose leg was lost by our fault after somebody had answered: those that need no further call. Asked after all that
   * had happened was heard; nobody is asked when it is left out.
   */
  settled?: (tx: Tx, subjects: readonly string[]) => Promise<ReadonlySet<string>>
}

export interface Dialler {
  /** @throws DomainError `emergency-number-refused`, `number-not-permitted`, `nobody-to-dial`, `declined-calls` */
  request: (tx: Tx, ...requests: DialRequest[]) => Promise<Array<{ requestId: string }>>
  /** Ends what has not been answered; with `hangUp` also what has. Finished requests are left as they are. */
  cancel: (tx: Tx, requestIds: readonly string[], reason: string, hangUp?: boolean) => Promise<void>
  /** Places these requests now, before their hour, as far as they still wait. */
  dialNow: (tx: Tx, requestIds: readonly string[]) => void
  listen: (listener: LegListener) => void
}
