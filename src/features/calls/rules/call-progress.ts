import { isLegId } from '../../../domain/ids.ts'
import {
  extensionOf, isTelephone, isTestCall, newCall, survivor, type Call, type CallState, type Channel, type ChannelKind
} from './call.ts'
import type { CallFact, Say, Scene, Step, Turn } from './call-scene.ts'
import { ended, turn } from './call-turn.ts'

const nothing: Step = { call: null, channels: [], merged: null, entries: [] }
// A call nobody heard of does not begin with its own end; every other row is better kept than lost.
const beginsNothing = new Set<CallFact['kind']>(['node-restart', 'node-lost', 'channel-lost', 'channel-back', 'other', 'bridge-exit'])

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
    cameBy: null,
    startedAt: fact.at,
    answeredAt: null,
    endedAt: null,
    cause: null,
    lost: false
  }
}

/** Contexts a citizen comes to after the dialplan has set the caller's number, empty where it is withheld. */
const withNumber = new Set(['hotline-queue', 'queue'])

/** LD_OFFERED tells the caller's number. Where it is lost, the citizen's own row in the queue, or at the end, has it too. */
function offeredUnseen (call: Call, channel: Channel, fact: CallFact): Call {
  const tells = fact.kind === 'chan-end' || (fact.kind === 'user' && fact.name === 'LD_QUEUED')
  if (!tells || !withNumber.has(fact.context) || channel.kind !== 'citizen' || call.direction !== 'inbound') return call
  // Every offered call has a DID.
  if (call.did !== null || call.withheld) return call
  return fact.num === '' ? { ...call, withheld: true } : { ...call, number: fact.num }
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
  if (!isTelephone(fact.channel) || isTestCall(fact) || fact.linkedId === '') return nothing
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
  call = offeredUnseen(call, channel, fact)
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

/**
 * The PBX died with this channel alive, or could not write its end down: this is one. The call is lost with its last channel. A channel
 * whose hang-up was read has ended, and so has its call.
 */
export function lose (scene: Scene, fact: CallFact): Step {
  const { call, channel } = scene
  if (call === null || channel === null || channel.endedAt !== null || channel.startedAt > fact.at) return nothing
  const lost = channel.cause === null
  const isLast = scene.living.every(c => c.uniqueId === channel.uniqueId)
  const lostCall: Call = isLast && lost ? { ...call, lost: true, endedBy: 'pbx-lost' } : call
  const say: Say = (kind, actor, detail = {}) => ({ callId: call.id, at: fact.at, kind, actor, detail, row: fact.row })
  const after = ended(
    { call: lostCall, channel: { ...channel, lost }, living: scene.living, unknown: false, entries: [] },
    fact.at,
    say
  )
  return { call: after.call, channels: [after.channel], merged: null, entries: after.entries }
}

/**
 * The PBX was taken for lost and is back with this channel alive. A channel whose hang-up was read meanwhile has ended. The state is what
 * the channels say; the next row sets right what they do not.
 */
export function reopen ({ call, channel, living }: Scene, fact: CallFact): Step {
  if (call === null || channel === null || !channel.lost || channel.cause !== null) return nothing
  const back: Channel = { ...channel, endedAt: null, lost: false }
  const state = stateWith(call, [...living.filter(c => c.uniqueId !== back.uniqueId), back])
  const who = back.kind === 'citizen' ? 'citizen' : back.extension ?? 'outside'
  return {
    call: { ...call, state, endedAt: null, endedBy: null, endCause: null, lost: false },
    channels: [back],
    merged: null,
    entries: [{ callId: call.id, at: fact.at, kind: 'reopened', actor: who, detail: {}, row: fact.row }]
  }
}

function stateWith (call: Call, living: readonly Channel[]): CallState {
  if (living.some(c => c.kind !== 'citizen' && c.answeredAt !== null)) return 'talking'
  if (call.overflowTo !== null && call.answeredAt === null) return 'overflow'
  // Also between two rounds of the queue.
  if (call.queuedAt !== null) return 'queued'
  return call.answeredAt === null ? 'ringing' : 'talking'
}
