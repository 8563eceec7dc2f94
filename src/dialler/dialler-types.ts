import type { Tx } from '../db/database.ts'
import type { LegOutcome, LegPriority, LegPurpose } from '../domain/telephone/legs.ts'
import type { PhoneNumber } from '../domain/telephone/phone-number.ts'
import type { VariableName } from '../pbx/contract.ts'

/** A request to reach one person: the dialler owns everything after it. */
export interface DialRequest {
  /** one request per key, however often it is made */
  key: string
  purpose: LegPurpose
  priority: LegPriority
  /** within one priority, smaller goes first */
  order?: number
  /** the owner of the legs, e.g. `callback:<id>`, `member:<id>`; returned with every event */
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
  /** PBX that has the other side of its legs already: a telephone of ours, a conference; default any */
  node?: string
  /** the one trunk over which its legs go; default any */
  trunk?: string
}

/** What the dialplan's `hotline-leg` does with a leg. */
export interface LegScript {
  name: 'callback' | 'emergency' | 'manual' | 'own' | 'return' | 'trial'
  /** variables of `pbx/contract.ts` without LD_LEG and LD_SCRIPT; LD_TALK_SECONDS defaults to the request's */
  variables: Partial<Record<VariableName, string>>
}

/** What a feature hears of its legs, in journal order, inside the journal's transaction (or the one that cancelled). */
export type LegEvent = { subject: string, requestId: string, legId: string, attempt: number, at: Date } & (
  | { kind: 'placed' }
  | { kind: 'answered' }
  | { kind: 'key', question: string, key: string }
  | { kind: 'done', result: string }
  | { kind: 'person' }
  /** `theirs`: it counts as one of the callee's attempts, by the table of `rules/whose-fault.ts` */
  | { kind: 'ended', outcome: LegOutcome, cause: number | null, theirs: boolean }
  /**
   * no further leg will be placed for the request. `outcome` is the best of all its legs; `tried`: a leg counted as one of the callee's
   * attempts; `takenBack`: it was cancelled before it had run its course. `legId` is empty when it was cancelled while it waited
   */
  | { kind: 'finished', outcome: LegOutcome, tried: boolean, takenBack: boolean }
)

export interface LegListener {
  purpose: LegPurpose
  hear: (tx: Tx, events: readonly LegEvent[]) => Promise<void>
  /**
   * The subjects lost a leg through a technical failure after an answer. @returns those that need no further call. Called after `hear` has
   * had all earlier events; optional.
   */
  settled?: (tx: Tx, subjects: readonly string[]) => Promise<ReadonlySet<string>>
}

/** A request that waits for a node which cannot be told of it. */
export interface WaitingMove { requestId: string, node: string, variables: LegScript['variables'] }

export interface Dialler {
  /** @throws DomainError `emergency-number-refused`, `number-not-permitted`, `nobody-to-dial`, `declined-calls` */
  request: (tx: Tx, ...requests: DialRequest[]) => Promise<Array<{ requestId: string }>>
  /** Ends unanswered legs; with `hangUp` answered ones too. Finished requests stay as they are. */
  cancel: (tx: Tx, requestIds: readonly string[], reason: string, hangUp?: boolean) => Promise<void>
  /** From now on the legs of these requests are placed on this node: the one they were for is lost. */
  moveTo: (tx: Tx, requestIds: readonly string[], node: string) => Promise<void>
  /**
   * Those that wait are placed on another node from now on, with these variables beside the script's own. @returns the ids of those: of the
   * others a leg lives, or they are finished
   */
  moveWaiting: (tx: Tx, moves: readonly WaitingMove[]) => Promise<ReadonlySet<string>>
  /** Places these requests now, before their time; only those that still wait. */
  dialNow: (tx: Tx, requestIds: readonly string[]) => void
  listen: (listener: LegListener) => void
}

/** A trunk as the settings have it, until a person changes its row; `id` is the name of its endpoint in the PBX. */
export interface TrunkSetting {
  id: string
  /** host:port of the carrier */
  address: string
  channels: number
  reservedInbound: number
  callsPerSecond: number
  callerId: string
  outOfTownPrefix: string
  /** seconds between two OPTIONS; 0: the carrier is not asked, and counts as answering */
  qualifySeconds: number
  keys: 'rfc4733' | 'info'
}
