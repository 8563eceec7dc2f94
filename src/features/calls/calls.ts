import type { Database, Tx } from '../../db/database.ts'
import type { Sealing } from '../../db/sealing.ts'
import type { Dialler } from '../../dialler/dialler-types.ts'
import type { Clock } from '../../domain/time/clock.ts'
import { DomainError } from '../../domain/errors.ts'
import type { ReaderUnit } from '../../domain/people/reader-unit.ts'
import { holds, type Actor } from '../../domain/people/roles.ts'
import type { Feed } from '../../feed/feed.ts'
import type { AttemptPolicies } from '../../policy/rules/attempt-policy.ts'
import { bind } from '../../domain/bind.ts'
import { createCallJournal, type AnsweredCall } from './calls-events.ts'
import { createCallQueries, type CallQueries } from './call-queries.ts'
import { appendEntries, hasSpoken, isDisposed, livingChannels, lockRoot, saveDisposition } from './calls-store.ts'
import { createMissedCalls } from './missed-calls.ts'
import { createReturnsByHand } from './returns-by-hand.ts'
import type { CallEntry } from './rules/call.ts'
import { dispositions, type Disposition } from './rules/disposition.ts'

/** Listens, in the journal's transaction, to what became of citizens' calls. */
export interface CallListener {
  /**
   * An agent has answered these citizens, or they a person who rings them back; asking twice changes nothing. Returns lines for the calls'
   * timelines.
   */
  answered: (tx: Tx, calls: readonly AnsweredCall[]) => Promise<readonly CallEntry[]>
  /** Calls that an agent had answered are over. */
  ended?: (tx: Tx, calls: ReadonlyArray<{ callId: string, at: Date }>) => Promise<void>
}

export interface CallsOptions {
  db: Database
  sealing: Sealing
  clock: Clock
  feed: Feed
  dialler: Pick<Dialler, 'request' | 'cancel'>
  /** a unit and everybody above it, without the Centre */
  readerUnit: (unitId: string | null) => Promise<ReaderUnit>
  attempts: () => Promise<AttemptPolicies>
}

interface DispositionContext { clock: Clock, feed: Feed, sees: CallQueries['sees'] }

/**
 * What became of a call (小结). The agent who spoke with the citizen enters it; a shift leader may correct it.
 * @throws DomainError `not-found`, `not-allowed`, `invalid-input`
 */
async function setDisposition (
  { clock, feed, sees }: DispositionContext, tx: Tx, actor: Actor,
  { callId, disposition, note = '' }: { callId: string, disposition: Disposition, note?: string }
): Promise<{ callId: string, disposition: Disposition }> {
  if (!dispositions.includes(disposition)) throw new DomainError('invalid-input', 'unknown disposition')
  const id = await lockRoot(tx, callId)
  if (id === null) throw new DomainError('not-found', 'there is no such call')
  const spoke = actor.extension !== null && await hasSpoken(tx, id, actor.extension)
  if (!spoke && !await sees(tx, actor, id)) throw new DomainError('not-found', 'there is no such call')
  if (!spoke && !holds(actor, 'SHIFT_LEADER', 'SUPERVISOR')) {
    throw new DomainError('not-allowed', 'only the agent who spoke with the citizen, or the shift leader, sets the disposition')
  }
  const at = clock.now()
  saveDisposition(tx, id, { disposition, by: actor.id, at })
  appendEntries(tx, [{
    callId: id, at, kind: 'disposition', actor: actor.id, detail: { disposition, ...(note ? { note } : {}) }, row: null
  }])
  await feed.publish(tx, {
    topic: 'call.disposition',
    subject: id,
    at,
    data: { disposition, by: actor.id },
    audience: { roles: ['SHIFT_LEADER', 'SUPERVISOR'], ...(actor.extension === null ? {} : { extension: actor.extension }) }
  })
  return { callId: id, disposition }
}

/** Calls as citizens and agents know them (通话); the closure keeps their listeners. */
export function createCalls ({ db, sealing, clock, feed, dialler, readerUnit, attempts }: CallsOptions) {
  const missedCalls = createMissedCalls({ dialler, sealing, attempts })

  const listeners: CallListener[] = []

  /** An agent has answered a citizen: the listeners are told. */
  async function answered (tx: Tx, calls: readonly AnsweredCall[]): Promise<CallEntry[]> {
    const entries: CallEntry[] = []
    for (const listener of listeners) entries.push(...await listener.answered(tx, calls))
    return entries
  }

  async function ended (tx: Tx, calls: ReadonlyArray<{ callId: string, at: Date }>): Promise<void> {
    for (const listener of listeners) await listener.ended?.(tx, calls)
  }

  const queries = createCallQueries({ db, sealing, readerUnit })

  return {
    ...queries,
    ...bind({ clock, feed, sees: queries.sees }, { setDisposition }),
    hasDisposition: isDisposed,
    /** adds a listener; listeners are told in the order they were added */
    listen: (listener: CallListener): void => { listeners.push(listener) },
    journalHandler: createCallJournal({
      sealing, feed, effects: { answered, settled: missedCalls.settle, missed: missedCalls.request, ended }
    }),
    withdrawReturn: missedCalls.withdraw,
    missedCallListener: missedCalls.listener,
    returnsByHand: createReturnsByHand({ dialler, settle: missedCalls.settle, begun: answered }),

    /** Channels of this node without a reported end. */
    livingChannels: async (node: string) => await livingChannels(db, node),

    /** A line on the call's timeline by a person or another part of the service. */
    note: (tx: Tx, entry: CallEntry): void => { appendEntries(tx, [entry]) }
  }
}

export type Calls = ReturnType<typeof createCalls>
