import { isLegId } from '../../../domain/ids.ts'
import { callerNumber, maskNumber } from '../../../domain/phone-number.ts'
import {
  extensionOf, isTelephone, newCall, survivor, type Call, type CallEntry, type CallEntryKind, type Channel, type ChannelKind
} from './call.ts'

/** What happened on a channel, as the journal tells it. */
export type CallFact = {
  row: number
  node: string
  at: Date
  uniqueId: string
  linkedId: string
  channel: string
  context: string
} & (
  | {
    kind: 'chan-start' | 'answer' | 'chan-end' | 'bridge-enter' | 'bridge-exit' | 'blind-transfer' | 'attended-transfer' | 'node-restart'
      | 'channel-lost' | 'other'
  }
  | { kind: 'hangup', cause: number, source: string }
  | { kind: 'user', name: string, data: Readonly<Record<string, string | undefined>> }
)

/** What is known when a fact arrives: the channel it names, the calls involved, and these calls' living channels. */
export interface Scene {
  channel: Channel | null
  /** the call the channel belongs to */
  call: Call | null
  /** the call that owns the fact's linked id; the same as `call` unless two calls are becoming one */
  linked: Call | null
  living: readonly Channel[]
}

/** What changed. Everything in it replaces what was known. */
export interface Step {
  call: Call | null
  channels: readonly Channel[]
  /** the call that became part of `call`; already ended and pointing there */
  merged: Call | null
  entries: readonly CallEntry[]
}

const nothing: Step = { call: null, channels: [], merged: null, entries: [] }
// A call nobody heard of does not begin with its own end; every other row is better kept than lost.
const beginsNothing = new Set<CallFact['kind']>(['node-restart', 'channel-lost', 'other', 'bridge-exit'])
/** A timeline is read by many: no number stands on it. */
function maskedDigits (digits: string): string {
  const number = callerNumber(digits)
  return number === null ? '' : maskNumber(number)
}
const seconds = (from: Date, to: Date): number => Math.max(0, Math.round((to.getTime() - from.getTime()) / 1000))

/** Whoever hung up, by the channel the exchange names as source. */
function partyOf (source: string, channels: readonly Channel[]): string {
  const known = channels.find(c => c.name === source)
  if (known?.kind === 'citizen') return 'citizen'
  return extensionOf(source) ?? (isTelephone(source) ? 'outside' : 'exchange')
}

function newChannel (fact: CallFact, call: Call, living: readonly Channel[]): Channel {
  const extension = extensionOf(fact.channel)
  const first = !living.some(c => c.kind === 'citizen') && (fact.uniqueId === call.id || isLegId(fact.uniqueId))
  const kind: ChannelKind = extension !== null ? 'agent' : first ? 'citizen' : 'outside'
  return {
    uniqueId: fact.uniqueId,
    node: fact.node,
    callId: call.id,
    linkedId: fact.linkedId,
    name: fact.channel,
    kind,
    extension,
    startedAt: fact.at,
    answeredAt: null,
    endedAt: null,
    cause: null,
    lost: false
  }
}

/** Two calls became one: by a bridge or a transfer the channel now carries the other's linked id. */
function merge (scene: Scene, channel: Channel, a: Call, b: Call, fact: CallFact): Step {
  const into = survivor(a, b)
  const from = into === a ? b : a
  const call: Call = {
    ...into,
    answeredAt: into.answeredAt ?? from.answeredAt,
    answeredBy: into.answeredBy ?? from.answeredBy,
    recording: into.recording ?? from.recording,
    endedAt: null,
    state: into.state === 'ended' ? 'talking' : into.state
  }
  const moved = [...scene.living.filter(c => c.uniqueId !== channel.uniqueId), channel].map(c => ({
    ...c,
    callId: into.id,
    kind: c.kind === 'citizen' && c.callId === from.id ? 'outside' as const : c.kind,
    ...(c.uniqueId === channel.uniqueId ? { linkedId: fact.linkedId } : {})
  }))
  return {
    call,
    channels: moved,
    merged: { ...from, mergedInto: into.id, state: 'ended', endedAt: from.endedAt ?? fact.at },
    entries: [{ callId: into.id, at: fact.at, kind: 'merged', actor: 'exchange', detail: { call: from.id }, row: fact.row }]
  }
}

/**
 * One fact's effect on the calls it touches: a pure fold. Rows may be missing at the start (a torn file): the call
 * then begins where its rows begin.
 */
export function progress (scene: Scene, fact: CallFact): Step {
  if (!isTelephone(fact.channel) || fact.linkedId === '') return nothing
  let { call, channel } = scene
  const unknown = channel === null
  if (call === null && scene.linked === null) {
    if (beginsNothing.has(fact.kind)) return nothing
    call = newCall(fact)
  }
  call ??= scene.linked
  if (call === null) return nothing
  if (channel === null) {
    if (beginsNothing.has(fact.kind)) return nothing
    channel = newChannel(fact, call, scene.living)
    // Its first rows were lost, and a colleague's row came before the citizen's own.
    if (channel.kind === 'citizen' && call.direction === 'internal') {
      call = { ...call, direction: isLegId(fact.uniqueId) ? 'outbound' : 'inbound' }
    }
  }
  const known = scene.living.some(c => c.uniqueId === fact.uniqueId)
  let living = known ? scene.living : [...scene.living, channel]

  const joined = scene.linked !== null && scene.linked.id !== call.id
    ? merge({ ...scene, living }, channel, call, scene.linked, fact)
    : null
  if (joined?.call) {
    call = joined.call
    living = joined.channels
    channel = living.find(c => c.uniqueId === fact.uniqueId) ?? channel
  }
  const before: Turn = { call, channel: { ...channel, linkedId: fact.linkedId }, living, unknown, entries: [] }
  const after = turn(before, fact)
  const others = joined ? joined.channels.filter(c => c.uniqueId !== fact.uniqueId) : []
  return {
    call: after.call,
    channels: [...others, after.channel],
    merged: joined?.merged ?? null,
    entries: [...(joined?.entries ?? []), ...after.entries]
  }
}

interface Turn {
  call: Call
  channel: Channel
  living: readonly Channel[]
  /** first row of this channel */
  unknown: boolean
  entries: CallEntry[]
}

function turn (before: Turn, fact: CallFact): Turn {
  const { call, channel } = before
  const say = (
    kind: CallEntryKind, actor: string, detail: Record<string, unknown> = {}
  ): CallEntry => ({ callId: call.id, at: fact.at, kind, actor, detail, row: fact.row })
  const change = (callChange: Partial<Call>, ...entries: CallEntry[]): Turn => ({ ...before, call: { ...call, ...callChange }, entries })
  const who = channel.kind === 'citizen' ? 'citizen' : channel.extension ?? 'outside'
  switch (fact.kind) {
    case 'chan-start': return started(before, say)
    case 'answer': return answered(before, fact.at, say)
    case 'hangup': return hungUp(before, fact, say)
    case 'chan-end': return ended(before, fact.at, say)
    case 'blind-transfer': return change({}, say('transfer', who, { way: 'blind' }))
    case 'attended-transfer': return change({}, say('transfer', who, { way: 'attended' }))
    case 'bridge-enter':
      return call.state === 'held' && channel.kind === 'citizen' ? change({ state: 'talking' }, say('retrieved', 'exchange')) : before
    case 'user': return reported(before, fact, say, change)
    case 'bridge-exit':
      return channel.kind === 'citizen' && fact.context === 'hotline-hold' && call.state === 'talking'
        ? change({ state: 'held' }, say('held', 'exchange'))
        : before
    case 'node-restart': case 'channel-lost': case 'other': return before
    default: return fact satisfies never
  }
}

type Say = (kind: CallEntryKind, actor: string, detail?: Record<string, unknown>) => CallEntry

function started (before: Turn, say: Say): Turn {
  const { call, channel, living } = before
  if (!before.unknown) return before
  const reopened: Call = call.endedAt === null
    ? call
    : { ...call, endedAt: null, endedBy: null, endCause: null, state: call.answeredAt === null ? 'ringing' : 'talking' }
  const alone = living.every(c => c.uniqueId === channel.uniqueId)
  // A hand-dialled call begins as one between colleagues, until a trunk joins it.
  if (channel.kind === 'outside' && call.direction === 'internal') {
    return {
      ...before,
      call: { ...reopened, direction: 'outbound' },
      channel: { ...channel, kind: 'citizen' },
      entries: [say('placed', living[0]?.extension ?? 'exchange')]
    }
  }
  if (channel.kind === 'citizen') {
    return { ...before, call: reopened, entries: call.direction === 'outbound' ? [say('placed', 'exchange')] : [] }
  }
  if (channel.kind === 'agent' && alone && call.direction === 'internal') {
    return { ...before, call: reopened, entries: [say('dialled', channel.extension ?? 'exchange')] }
  }
  return { ...before, call: reopened, entries: [say('ringing', 'exchange', { extension: channel.extension ?? 'outside' })] }
}

function answered (before: Turn, at: Date, say: Say): Turn {
  const { call, living } = before
  if (before.channel.answeredAt !== null) return before
  const channel = { ...before.channel, answeredAt: at }
  const by = channel.extension ?? 'outside'
  // The dialplan's own Answer() on the citizen's channel is the greeting, not a person.
  if (channel.kind === 'citizen' && call.direction === 'inbound') return { ...before, channel }
  if (channel.kind === 'citizen') {
    const met = living.some(c => c.kind === 'agent' && c.answeredAt !== null)
    return {
      ...before,
      channel,
      call: { ...call, state: 'talking', answeredAt: call.answeredAt ?? at },
      entries: [say('answered', 'citizen', met ? {} : { by: 'exchange' })]
    }
  }
  // Rung because nobody took the call, a telephone outside may be a voicemail: it answers with its key, which LD_OVERFLOW tells.
  if (channel.kind === 'outside' && call.state === 'overflow') return { ...before, channel }
  // Whoever begins an internal call picks up his own telephone first.
  const alone = living.every(c => c.uniqueId === channel.uniqueId)
  if (alone && call.direction === 'internal') return { ...before, channel }
  const waited = call.direction === 'inbound' ? { waited: seconds(call.queuedAt ?? call.offeredAt, at) } : {}
  // Who answers a consulting agent does not speak with the citizen yet.
  const next: Call = {
    ...call,
    state: call.state === 'held' ? 'held' : 'talking',
    answeredAt: call.answeredAt ?? at,
    answeredBy: call.answeredBy ?? (by === 'outside' ? call.overflowTo ?? by : by),
    leftQueueAt: call.queuedAt === null ? null : call.leftQueueAt ?? at
  }
  return { ...before, channel, call: next, entries: [say('answered', by, { ...waited, again: call.answeredBy !== null })] }
}

function hungUp (before: Turn, fact: CallFact & { kind: 'hangup' }, say: Say): Turn {
  const { call, living } = before
  const channel = { ...before.channel, cause: before.channel.cause ?? fact.cause }
  // The citizen's own row says it; a colleague's may come after it, or alone in a call between colleagues.
  const decides = channel.kind === 'citizen' || (call.endedBy === null && !living.some(c => c.kind === 'citizen'))
  const next = decides ? { ...call, endedBy: partyOf(fact.source, living), endCause: fact.cause } : call
  const missed = channel.kind !== 'citizen' && channel.answeredAt === null && before.channel.cause === null && living.length > 1
  return {
    ...before,
    channel,
    call: next,
    entries: missed ? [say('not-answered', channel.extension ?? 'outside', { cause: fact.cause })] : []
  }
}

function ended (before: Turn, at: Date, say: Say): Turn {
  if (before.channel.endedAt !== null) return before
  const channel = { ...before.channel, endedAt: at }
  const others = before.living.filter(c => c.uniqueId !== channel.uniqueId)
  if (others.length > 0) {
    const left = channel.answeredAt !== null && channel.kind !== 'citizen'
    return { ...before, channel, entries: left ? [say('left', channel.extension ?? 'outside')] : [] }
  }
  return finish({ ...before, channel }, at, say)
}

/** The last channel is gone: the call is over. */
function finish (before: Turn, at: Date, say: Say): Turn {
  const { call } = before
  if (call.endedAt !== null) return before
  // A citizen whom nobody answered gave up, wherever he was: in the greeting, the queue or while the leader's telephone rang.
  const gaveUp = call.direction === 'inbound' && call.purpose !== 'blocked' && call.purpose !== 'conference' && !call.lost &&
    call.abandonedAt === null && (call.answeredAt === null || call.state === 'queued')
  const waited = seconds(call.queuedAt ?? call.offeredAt, at)
  const next: Call = { ...call, state: 'ended', endedAt: at, abandonedAt: gaveUp ? at : call.abandonedAt }
  const end = say('ended', call.endedBy ?? 'exchange',
    { cause: call.endCause, seconds: call.answeredAt === null ? 0 : seconds(call.answeredAt, at), ...(call.lost ? { lost: true } : {}) })
  return { ...before, call: next, entries: gaveUp ? [say('abandoned', 'citizen', { waited }), end] : [end] }
}

function reported (
  before: Turn,
  fact: CallFact & { kind: 'user' },
  say: Say,
  change: (call: Partial<Call>, ...entries: CallEntry[]) => Turn
): Turn {
  const { call } = before
  const { data } = fact
  switch (fact.name) {
    case 'LD_OFFERED': {
      const withheld = data.withheld === '1' || !data.number
      return change({ did: data.did || null, service: data.service || null, withheld, ...(data.number ? { number: data.number } : {}) },
        say('offered', 'citizen', { did: data.did ?? '', service: data.service ?? '', withheld }))
    }
    case 'LD_QUEUED': {
      const priority = Number(data.priority)
      // He had rung a conference's way in and chose the hotline.
      const purpose = call.purpose === 'conference' ? null : call.purpose
      return change(
        { purpose, state: 'queued', queuedAt: call.queuedAt ?? fact.at, priority: Number.isInteger(priority) ? priority : null },
        say('queued', 'citizen', { queue: data.queue ?? '', again: call.queuedAt !== null })
      )
    }
    // A member of a command staff comes back to his conference: no citizen, nobody's to answer or to ring back. Who presses
    // nothing, or is not asked any more, is a citizen from then on.
    case 'LD_REJOIN': return data.result === 'ok'
      ? change(
        { purpose: 'conference', state: 'talking', answeredAt: call.answeredAt ?? fact.at, answeredBy: call.answeredBy ?? 'conference' },
        say('conference', 'exchange')
      )
      : change({ purpose: data.result === 'none' || data.result === 'barred' ? null : 'conference' })
    case 'LD_QUEUE_LEFT': return leftQueue(before, fact, say, change)
    case 'LD_OVERFLOW': {
      const to = data.to || 'leader'
      if (data.result === 'answered') {
        return change({ state: 'talking', overflowTo: to, answeredAt: call.answeredAt ?? fact.at, answeredBy: call.answeredBy ?? to },
          say('overflow', 'exchange', { to, result: 'answered' }))
      }
      // His telephone was in use: nobody was rung.
      if (data.result === 'busy') return change({}, say('overflow', 'exchange', { to, result: 'busy' }))
      return change({ overflowTo: to, ...(data.result === 'ringing' ? { state: 'overflow' as const } : {}) },
        say('overflow', 'exchange', { to, result: data.result ?? '' }))
    }
    case 'LD_RECORDING': return change({ recording: data.file || call.recording }, say('recording', 'exchange'))
    case 'LD_RECORDED':
      return change({ recording: data.file || call.recording, recordingBytes: Number(data.bytes) || 0 },
        say('recorded', 'exchange', { bytes: Number(data.bytes) || 0 }))
    case 'LD_NOT_RECORDED': return change({}, say('not-recorded', 'exchange', { reason: data.reason ?? '' }))
    case 'LD_AGENT_GONE': return change({ state: 'held' }, say('agent-gone', data.agent || 'exchange'))
    case 'LD_EMERGENCY_CENTRE': return change({}, say('emergency-centre', data.agent || 'exchange', { centre: data.centre ?? '' }))
    case 'LD_OUTSIDE':
      return change({}, say('outside', data.agent || 'exchange', { why: data.why ?? '', number: maskedDigits(data.number ?? '') }))
    case 'LD_PERSON': return change({}, say('person-wanted', 'citizen'))
    // Turned away: nobody gave up, nobody is to be rung back.
    case 'LD_REFUSED':
      return change(data.reason === 'blocked' ? { purpose: 'blocked' } : {}, say('refused', 'exchange', { reason: data.reason ?? '' }))
    default: return before
  }
}

function leftQueue (
  before: Turn,
  fact: CallFact & { kind: 'user' },
  say: Say,
  change: (call: Partial<Call>, ...entries: CallEntry[]) => Turn
): Turn {
  const { call } = before
  const waited = Number(fact.data.waited)
  const detail = { waited: Number.isFinite(waited) && fact.data.waited ? waited : seconds(call.queuedAt ?? call.offeredAt, fact.at) }
  // Reported from the hang-up handler too, long after somebody answered: only a citizen still waiting can give up.
  if (call.state !== 'queued') return change({ leftQueueAt: call.leftQueueAt ?? fact.at })
  if (fact.data.result === 'abandoned') return change({ leftQueueAt: fact.at, abandonedAt: fact.at }, say('abandoned', 'citizen', detail))
  if (fact.data.result === 'answered') return change({ leftQueueAt: fact.at, state: 'talking' })
  return change({ leftQueueAt: fact.at, state: 'ringing' }, say('left-queue', 'exchange', { ...detail, result: fact.data.result ?? '' }))
}

/** The PBX died with this channel alive, or could not write its end down: this is one. The call is lost with its last channel. */
export function lose (scene: Scene, fact: CallFact): Step {
  const { call, channel } = scene
  if (call === null || channel === null || channel.endedAt !== null || channel.startedAt > fact.at) return nothing
  const isLast = scene.living.every(c => c.uniqueId === channel.uniqueId)
  const lostCall: Call = isLast ? { ...call, lost: true, endedBy: 'pbx-lost' } : call
  const say: Say = (kind, actor, detail = {}) => ({ callId: call.id, at: fact.at, kind, actor, detail, row: fact.row })
  const after = ended(
    { call: lostCall, channel: { ...channel, lost: true }, living: scene.living, unknown: false, entries: [] },
    fact.at,
    say
  )
  return { call: after.call, channels: [after.channel], merged: null, entries: after.entries }
}
