import type { Tx } from '../../db/database.ts'
import type { Sealing } from '../../db/sealing.ts'
import { bind } from '../../domain/bind.ts'
import { callerNumber, type PhoneNumber } from '../../domain/telephone/phone-number.ts'
import { valueIn } from '../../domain/value-in.ts'
import type { Feed, FeedAudience, FeedEvent } from '../../feed/feed.ts'
import { endsNode, type JournalHandler, type PbxEvent } from '../../pbx/pbx-event.ts'
import { channelsOf, loadInvolved, saveProgress, type Involved, type Leg, type StoredCall } from './calls-store.ts'
import { hadNobody, settlesReturn, type Call, type CallEntry, type CallEntryKind, type Channel } from './rules/call.ts'
import { lose, progress, reopen } from './rules/call-progress.ts'
import type { Step } from './rules/call-scene.ts'

/** A citizen whom an agent has just answered. */
export interface AnsweredCall {
  callId: string
  /** the agent's extension */
  extension: string
  numberSealed: Buffer | null
  numberHash: Buffer | null
  did: string | null
  /** original service line, null for the hotline itself */
  service: string | null
  at: Date
}

/** A citizen's call that ended with nobody on our side; `lost` when the exchange failed during the wait. */
export interface MissedCall { callId: string, numberSealed: Buffer, numberHash: Buffer, lost: boolean, at: Date }

/** A citizen who needs no return any more; `calledAgain`: because the citizen rang us. */
export interface SettledCall { callId: string, numberHash: Buffer, at: Date, calledAgain: boolean }

/** Effects, in the journal's transaction, after a batch is folded. Each is called once a batch, with all calls. */
export interface CallEffects {
  answered: (tx: Tx, calls: readonly AnsweredCall[]) => Promise<CallEntry[]>
  settled: (tx: Tx, calls: readonly SettledCall[]) => Promise<void>
  missed: (tx: Tx, calls: readonly MissedCall[]) => Promise<CallEntry[]>
  /** calls that an agent had answered and that are over now */
  ended: (tx: Tx, calls: ReadonlyArray<{ callId: string, at: Date }>) => Promise<void>
}

/** The calls of one batch while it is folded. */
class CallBatch {
  readonly calls = new Map<string, StoredCall>()
  readonly channels = new Map<string, Channel>()
  readonly channelsOf = new Map<string, Set<string>>()
  readonly callOfLinked = new Map<string, string>()
  readonly changedCalls = new Set<string>()
  readonly changedChannels = new Set<string>()
  readonly newAliases = new Map<string, string>()
  readonly merges: Array<{ from: string, into: string }> = []
  readonly entries: CallEntry[] = []
  /** how many entries have been written */
  sent = 0
  readonly legs: Map<string, Leg>
  readonly seal: (number: PhoneNumber) => { numberSealed: Buffer, numberHash: Buffer }

  constructor (involved: Involved, seal: CallBatch['seal']) {
    this.seal = seal
    this.legs = new Map(involved.legs.map(leg => [leg.id, leg]))
    for (const call of involved.calls) this.calls.set(call.id, call)
    for (const channel of involved.channels) this.place(channel)
    for (const alias of involved.aliases) this.callOfLinked.set(alias.linkedId, alias.callId)
  }

  place (channel: Channel): void {
    const before = this.channels.get(channel.uniqueId)
    if (before && before.callId !== channel.callId) this.channelsOf.get(before.callId)?.delete(channel.uniqueId)
    this.channels.set(channel.uniqueId, channel)
    const of = this.channelsOf.get(channel.callId)
    if (of) of.add(channel.uniqueId)
    else this.channelsOf.set(channel.callId, new Set([channel.uniqueId]))
  }

  channelsIn (callId: string): Channel[] {
    return [...this.channelsOf.get(callId) ?? []].map(uniqueId => valueIn(this.channels, uniqueId))
  }

  living (...calls: Array<Call | null>): Channel[] {
    const ids = new Set(calls.filter(c => c !== null).map(c => c.id))
    return [...ids].flatMap(id => this.channelsIn(id)).filter(c => c.endedAt === null)
  }

  callOf (linkedId: string): StoredCall | null {
    return this.calls.get(this.callOfLinked.get(linkedId) ?? linkedId) ?? null
  }

  apply (step: Step): void {
    if (step.merged) {
      const { id, mergedInto } = step.merged
      this.keep(step.merged)
      this.merges.push({ from: id, into: mergedInto as string })
      for (const [linkedId, callId] of this.callOfLinked) if (callId === id) this.callOfLinked.set(linkedId, mergedInto as string)
      this.alias(id, mergedInto as string)
    }
    if (step.call) this.keep(step.call)
    for (const channel of step.channels) {
      this.place(channel)
      this.changedChannels.add(channel.uniqueId)
      if (channel.linkedId !== channel.callId &&
        this.callOfLinked.get(channel.linkedId) !== channel.callId) this.alias(channel.linkedId, channel.callId)
    }
    this.entries.push(...step.entries)
  }

  private alias (linkedId: string, callId: string): void {
    this.callOfLinked.set(linkedId, callId)
    this.newAliases.set(linkedId, callId)
  }

  private keep ({ number, ...call }: Call): void {
    const known = this.calls.get(call.id)
    const parsed = number === undefined ? null : callerNumber(number)
    const leg = this.legs.get(call.id)
    const sealed = parsed === null
      ? { numberSealed: known?.numberSealed ?? leg?.numberSealed ?? null, numberHash: known?.numberHash ?? leg?.numberHash ?? null }
      : this.seal(parsed)
    // Words in place of digits are treated like a withheld number; digits are kept, dialable or not.
    this.calls.set(call.id, {
      ...call,
      purpose: call.purpose ?? leg?.purpose ?? null,
      withheld: call.withheld || (number !== undefined && parsed === null),
      ...sealed
    })
    this.changedCalls.add(call.id)
  }
}

const watchers: FeedAudience = { roles: ['AGENT', 'SHIFT_LEADER', 'CALLBACK_OFFICER', 'SUPERVISOR', 'LEADER', 'ADMINISTRATOR'] }
const announced: Partial<Record<CallEntryKind, string>> = {
  offered: 'call.offered',
  queued: 'call.queued',
  ringing: 'call.ringing',
  'not-answered': 'call.not-answered',
  answered: 'call.answered',
  abandoned: 'call.abandoned',
  overflow: 'call.overflow',
  held: 'call.held',
  retrieved: 'call.retrieved',
  'agent-gone': 'call.agent-gone',
  transfer: 'call.transferred',
  left: 'call.left',
  merged: 'call.merged',
  'emergency-centre': 'call.emergency-centre',
  'callback-awaited': 'call.callback-awaited',
  ended: 'call.ended',
  reopened: 'call.reopened'
}

/** What the feed says of it: many hear of a call who may not know of the order that waits for its caller. */
function toldOf ({ kind, detail }: CallEntry): Record<string, unknown> {
  if (kind !== 'callback-awaited') return detail
  const { callback: _callback, order: _order, ...rest } = detail
  return rest
}

interface CallJournalContext { sealing: Sealing, feed: Feed, effects: CallEffects }

export const createCallJournal = (context: CallJournalContext): JournalHandler => ({ name: 'calls', ...bind(context, { handle }) })

async function handle ({ sealing, feed, effects }: CallJournalContext, tx: Tx, events: readonly PbxEvent[]): Promise<void> {
  const wanted = events.filter(e => e.kind !== 'other')
  if (wanted.length === 0) return
  const keys = new Set<string>()
  for (const e of wanted) {
    keys.add(e.uniqueId).add(e.linkedId)
    if (e.kind === 'attended-transfer') keys.add(e.other)
  }
  keys.delete('')
  const restarted = [...new Set(wanted.filter(endsNode).map(e => e.node))]
  const batch = new CallBatch(await loadInvolved(tx, [...keys], restarted),
    number => ({ numberSealed: sealing.seal(number), numberHash: sealing.fingerprint(number) }))
  for (const event of wanted) fold(batch, event)
  await act(effects, tx, batch)
  saveAll(tx, batch)
  const announcements = news(batch)
  if (announcements.length > 0) await feed.publish(tx, ...announcements)
}

function news (batch: CallBatch): FeedEvent[] {
  const events: FeedEvent[] = []
  for (const entry of batch.entries) {
    const topic = announced[entry.kind]
    const call = batch.calls.get(entry.callId)
    // Automatic legs are announced by the feature that asked for them.
    if (
      !topic || !call ||
      (call.direction === 'outbound' && call.id.startsWith('leg-') && call.queuedAt === null && call.purpose !== 'manual')
    ) {
      continue
    }
    events.push({
      topic,
      subject: call.id,
      at: entry.at,
      data: {
        ...toldOf(entry),
        by: entry.actor,
        state: call.state,
        direction: call.direction,
        service: call.service,
        did: call.did,
        answeredBy: call.answeredBy
      },
      audience: watchers
    })
  }
  return events
}

/** All channels of the calls that the exchange has just lost; a batch knows only the living ones. */
async function channelsOfLost (tx: Tx, batch: CallBatch): Promise<Channel[]> {
  const lost = batch.entries.flatMap(e => e.kind === 'ended' && batch.calls.get(e.callId)?.lost === true ? [e.callId] : [])
  if (lost.length === 0) return []
  saveAll(tx, batch)
  return await channelsOf(tx, lost)
}

async function act (effects: CallEffects, tx: Tx, batch: CallBatch): Promise<void> {
  const answered: AnsweredCall[] = []
  const settled: SettledCall[] = []
  const missed: MissedCall[] = []
  const ended: Array<{ callId: string, at: Date }> = []
  const channels = await channelsOfLost(tx, batch)
  for (const entry of batch.entries) {
    const call = batch.calls.get(entry.callId)
    if (!call) continue
    const { id: callId, numberSealed, numberHash, did, service } = call
    if (numberHash && settlesReturn(call, entry)) {
      settled.push({ callId, numberHash, at: entry.at, calledAgain: call.direction === 'inbound' })
    }
    if (entry.kind === 'ended' && numberSealed && numberHash &&
      hadNobody(call, channels.filter(c => c.callId === callId), entry.detail.waiting === true)) {
      missed.push({ callId, numberSealed, numberHash, lost: call.lost, at: entry.at })
    }
    if (call.direction !== 'inbound' && call.purpose !== 'missed-call' && call.purpose !== 'manual') continue
    // Of a call by hand the returns tell, when the citizen answers: here nobody knows whether it is about an order.
    if (entry.kind === 'answered' && call.purpose !== 'manual' && /^\d+$/.test(entry.actor)) {
      answered.push({ callId, extension: entry.actor, numberSealed, numberHash, did, service, at: entry.at })
    }
    if (entry.kind === 'ended' && call.answeredAt !== null) ended.push({ callId, at: entry.at })
  }
  if (answered.length + settled.length + missed.length + ended.length === 0) return
  // The calls must be there before other rows refer to them.
  saveAll(tx, batch)
  if (settled.length > 0) await effects.settled(tx, settled)
  if (answered.length > 0) batch.entries.push(...await effects.answered(tx, answered))
  if (missed.length > 0) batch.entries.push(...await effects.missed(tx, missed))
  if (ended.length > 0) await effects.ended(tx, ended)
}

function fold (batch: CallBatch, event: PbxEvent): void {
  if (endsNode(event)) {
    for (const channel of [...batch.channels.values()]) {
      if (channel.node !== event.node || channel.endedAt !== null) continue
      const call = batch.calls.get(channel.callId) ?? null
      batch.apply(lose({ channel, call, linked: call, living: batch.living(call) }, event))
    }
    return
  }
  const channel = batch.channels.get(event.uniqueId) ?? null
  const call = channel === null ? null : batch.calls.get(channel.callId) ?? null
  if (event.kind === 'channel-lost') {
    batch.apply(lose({ channel, call, linked: call, living: batch.living(call) }, event))
    return
  }
  if (event.kind === 'channel-back') {
    batch.apply(reopen({ channel, call, linked: call, living: batch.living(call) }, event))
    return
  }
  // The two lines of a telephone that transferred: what rings on the one belongs to the other's call before any bridge says so.
  const other = event.kind === 'attended-transfer' ? batch.channels.get(event.other) : undefined
  const linked = other ? batch.calls.get(other.callId) ?? null : batch.callOf(event.linkedId)
  batch.apply(progress({ channel, call, linked, living: batch.living(call, linked) }, event))
}

/** Sends what changed since it was last sent. */
function saveAll (tx: Tx, batch: CallBatch): void {
  saveProgress(tx, {
    calls: [...batch.changedCalls].map(id => valueIn(batch.calls, id)),
    channels: [...batch.changedChannels].map(id => valueIn(batch.channels, id)),
    aliases: [...batch.newAliases].map(([linkedId, callId]) => ({ linkedId, callId })),
    merges: batch.merges,
    entries: batch.entries.slice(batch.sent)
  })
  batch.sent = batch.entries.length
  batch.changedCalls.clear()
  batch.changedChannels.clear()
  batch.newAliases.clear()
  batch.merges.length = 0
}
