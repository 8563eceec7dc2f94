import type { Database, Tx } from '../../db/database.ts'
import type { Sealing } from '../../db/sealing.ts'
import type { Dialler, LegListener } from '../../dialler/dialler.ts'
import type { Clock } from '../../domain/clock.ts'
import { DomainError } from '../../domain/errors.ts'
import { holds, type Actor } from '../../domain/roles.ts'
import type { Feed } from '../../feed/feed.ts'
import type { BelievedChannel } from '../../pbx/journal/lost-channels.ts'
import type { JournalHandler } from '../../pbx/pbx-event.ts'
import { createCallJournal, type AnsweredCall } from './calls-events.ts'
import { createCallQueries, type CallQueries } from './call-queries.ts'
import { appendEntries } from './call-store.ts'
import { createMissedCalls } from './missed-calls.ts'
import type { CallEntry } from './rules/call.ts'
import { dispositions, type Disposition } from './rules/disposition.ts'

/** A callback that waits for this citizen's answer. */
export interface AwaitedCallback { numberHash: Buffer, callbackId: string, orderId: string }

export interface CallsOptions {
  db: Database
  sealing: Sealing
  clock: Clock
  feed: Feed
  dialler: Dialler
  /** a unit and everybody above it, without the Centre */
  wayUp: (unitId: string | null) => Promise<readonly string[]>
  /** opens the draft order of a call that an agent has answered; asking twice opens one */
  openDraft: (tx: Tx, call: AnsweredCall) => Promise<unknown>
  /** the draft orders of these calls stay open for a while from now on */
  callsEnded: (tx: Tx, calls: ReadonlyArray<{ callId: string, at: Date }>) => Promise<void>
  /** callbacks still waiting for one of these citizens */
  awaitingCallbacks: (tx: Tx, numberHashes: readonly Buffer[]) => Promise<AwaitedCallback[]>
}

export interface Calls extends CallQueries {
  journalHandler: JournalHandler
  missedCallListener: LegListener
  /**
   * Whether nothing is left to say of this call, or of what it was merged into: only a citizen's own call and our return of one ask for a
   * disposition.
   */
  hasDisposition: (tx: Tx, callId: string) => Promise<boolean>
  /**
   * What became of a call (小结). Whoever spoke with the citizen says it; a shift leader may correct it.
   * @throws DomainError `not-found`, `not-allowed`, `invalid-input`
   */
  setDisposition: (
    tx: Tx, actor: Actor, input: { callId: string, disposition: Disposition, note?: string }
  ) => Promise<{ callId: string, disposition: Disposition }>
  /** Channels of this node whose end nobody has been told of. */
  livingChannels: (node: string) => Promise<BelievedChannel[]>
  /** A line on the call's timeline by a person or another part of the service. */
  note: (tx: Tx, entry: CallEntry) => void
}

export function createCalls ({
  db, sealing, clock, feed, dialler, wayUp, openDraft, callsEnded, awaitingCallbacks
}: CallsOptions): Calls {
  const missedCalls = createMissedCalls({ dialler, sealing })

  /** An agent has answered a citizen: the draft order opens, a waiting callback is pointed out, no return is needed. */
  async function answered (tx: Tx, calls: readonly AnsweredCall[]): Promise<CallEntry[]> {
    const known = calls.filter((c): c is AnsweredCall & { numberHash: Buffer } => c.numberHash !== null)
    for (const call of calls) await openDraft(tx, call)
    if (known.length === 0) return []
    await missedCalls.settle(tx, known.map(c => ({ callId: c.callId, numberHash: c.numberHash, at: c.at, calledAgain: !c.callId.startsWith('leg-') })))
    const awaited = await awaitingCallbacks(tx, known.map(c => c.numberHash))
    return known.flatMap(call => awaited.filter(a => a.numberHash.equals(call.numberHash)).map(a => ({
      callId: call.callId, at: call.at, kind: 'callback-awaited' as const, actor: 'system', detail: { callback: a.callbackId, order: a.orderId, extension: call.extension }, row: null
    })))
  }

  const queries = createCallQueries({ db, sealing, wayUp })

  return {
    ...queries,
    journalHandler: createCallJournal({ sealing, feed, effects: { answered, missed: missedCalls.request, ended: callsEnded } }),
    missedCallListener: missedCalls.listener,

    hasDisposition: async (tx, callId) => (await tx.query(`select 1 from call where (disposition is not null or not (direction = 'inbound' or purpose is not distinct from 'missed-call'))
      and id = coalesce((select merged_into from call where id = $1), (select call_id from call_alias where linked_id = $1), $1)`, [callId])).length > 0,

    async setDisposition (tx, actor, { callId, disposition, note = '' }) {
      if (!dispositions.includes(disposition)) throw new DomainError('invalid-input', 'unknown disposition')
      const id = await rootOf(tx, callId)
      const [spoke] = await tx.query('select 1 from channel where call_id = $1 and extension = $2 and answered_at is not null limit 1', [id, actor.extension])
      if (!spoke && !await queries.sees(tx, actor, id)) throw new DomainError('not-found', 'there is no such call')
      if (!spoke && !holds(actor, 'SHIFT_LEADER', 'SUPERVISOR')) throw new DomainError('not-allowed', 'only who spoke with the citizen, or the shift leader, says what became of the call')
      const at = clock.now()
      tx.write('update call set disposition = $2, disposition_by = $3, disposition_at = $4, revision = revision + 1 where id = $1', [id, disposition, actor.id, at])
      appendEntries(tx, [{ callId: id, at, kind: 'disposition', actor: actor.id, detail: { disposition, ...(note ? { note } : {}) }, row: null }])
      await feed.publish(tx, { topic: 'call.disposition', subject: id, at, data: { disposition, by: actor.id }, audience: { roles: ['SHIFT_LEADER', 'SUPERVISOR'], agent: actor.extension ?? actor.id } })
      return { callId: id, disposition }
    },

    livingChannels: async node => await db.query<BelievedChannel>(
      'select unique_id "uniqueId", linked_id "linkedId", name from channel where node = $1 and ended_at is null', [node]),

    note: (tx, entry) => appendEntries(tx, [entry])
  }
}

/** The call that goes on under this id, locked; an id that was merged away still finds it. */
async function rootOf (tx: Tx, callId: string): Promise<string> {
  const [call] = await tx.query<{ id: string }>(`select c.id from call c
    where c.id = coalesce((select merged_into from call where id = $1), (select call_id from call_alias where linked_id = $1), $1) for update`, [callId])
  if (!call) throw new DomainError('not-found', 'there is no such call')
  return call.id
}
