import { tellsAnswer } from '../../../domain/telephone/legs.ts'
import { reported } from './call-reports.ts'
import { seconds, type CallFact, type Say, type Turn } from './call-scene.ts'
import { extensionOf, isTelephone, mayWait, purposeOf, type Call, type CallEntry, type Channel } from './call.ts'

/** The party who hung up, by the channel the exchange names as source. */
function partyOf (source: string, channels: readonly Channel[]): string {
  const known = channels.find(c => c.name === source)
  if (known?.kind === 'citizen') return 'citizen'
  return extensionOf(source) ?? (isTelephone(source) ? 'outside' : 'exchange')
}

/** What the row changes. One that comes after the call's end adds to what is known, and opens nothing again. */
export function turn (before: Turn, fact: CallFact): Turn {
  const say = sayOf(before.call, fact)
  // The row of an answer may be lost: a channel in a bridge has answered, and so has a call of ours on which the dialplan runs.
  const there = tellsAnswer(fact) ? answered(before, fact.at, say) : before
  const { entries, ...read } = readRow({ ...there, entries: [] }, fact, say)
  const after: Turn = { ...read, entries: [...there.entries, ...entries] }
  return after.call.endedAt === null ? after : { ...after, call: { ...after.call, state: 'ended' } }
}

const sayOf = (call: Call, fact: CallFact): Say =>
  (kind, actor, detail = {}) => ({ callId: call.id, at: fact.at, kind, actor, detail, row: fact.row })

function readRow (before: Turn, fact: CallFact, say: Say): Turn {
  const { call, channel } = before
  const change = (callChange: Partial<Call>, ...entries: CallEntry[]): Turn => ({ ...before, call: { ...call, ...callChange }, entries })
  const who = channel.kind === 'citizen' ? 'citizen' : channel.extension ?? 'outside'
  switch (fact.kind) {
    case 'chan-start': return started(before, say)
    case 'hangup': return hungUp(before, fact, say)
    case 'chan-end': return ended(before, fact.at, say)
    case 'blind-transfer': return change({}, say('transfer', who, { way: 'blind' }))
    case 'attended-transfer': return change({}, say('transfer', who, { way: 'attended' }))
    case 'bridge-enter':
      if (channel.kind !== 'citizen') return inBridge(before, fact.at, say)
      return call.state === 'held' ? change({ state: 'talking' }, say('retrieved', 'exchange')) : before
    case 'user': return reported(before, fact, say, change)
    // A hold and an end alike dissolve a bridge: LD_HELD tells them apart.
    case 'answer': case 'bridge-exit': case 'node-restart': case 'node-lost': case 'channel-lost':
    case 'channel-back': case 'other': return before
    default: return fact satisfies never
  }
}

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
  // A telephone outside that takes over may be a voicemail: it answers with its key, which LD_OVERFLOW tells.
  if (channel.kind === 'outside' && call.state === 'overflow') return { ...before, channel }
  // The caller of an internal call picks up the own telephone first.
  const alone = living.every(c => c.uniqueId === channel.uniqueId)
  if (alone && call.direction === 'internal') return { ...before, channel }
  const waited = call.direction === 'inbound' ? { waited: seconds(call.queuedAt ?? call.offeredAt, at) } : {}
  // A person who answers a consulting agent does not speak with the citizen yet.
  const next: Call = {
    ...call,
    state: call.state === 'held' ? 'held' : 'talking',
    answeredAt: call.answeredAt ?? at,
    answeredBy: call.answeredBy ?? (by === 'outside' ? call.overflowTo ?? by : by),
    leftQueueAt: call.queuedAt === null ? null : call.leftQueueAt ?? at
  }
  return { ...before, channel, call: next, entries: [say('answered', by, { ...waited, again: call.answeredBy !== null })] }
}

/** A telephone outside that takes over is bridged once its key is pressed, also where LD_OVERFLOW was lost. */
function inBridge (before: Turn, at: Date, say: Say): Turn {
  const { call, channel } = before
  if (channel.kind !== 'outside' || call.state !== 'overflow') return before
  const to = call.overflowTo ?? 'outside'
  return {
    ...before,
    call: { ...call, state: 'talking', answeredAt: call.answeredAt ?? at, answeredBy: call.answeredBy ?? to },
    entries: [...before.entries, say('overflow', 'exchange', { to, result: 'answered' })]
  }
}

function hungUp (before: Turn, fact: CallFact & { kind: 'hangup' }, say: Say): Turn {
  const { call, living } = before
  const channel = { ...before.channel, cause: before.channel.cause ?? fact.cause }
  // The citizen's own row decides; a colleague's may come after it, or alone in a call between colleagues.
  const decides = channel.kind === 'citizen' || (call.endedBy === null && !living.some(c => c.kind === 'citizen'))
  const next = decides ? { ...call, endedBy: partyOf(fact.source, living), endCause: fact.cause } : call
  // An agent who dialled a colleague was not rung.
  const dialled = channel.kind === 'agent' && channel.uniqueId === channel.linkedId && purposeOf(channel.uniqueId) === null
  const missed = channel.kind !== 'citizen' && channel.answeredAt === null && before.channel.cause === null && living.length > 1 && !dialled
  return {
    ...before,
    channel,
    call: next,
    entries: missed ? [say('not-answered', channel.extension ?? 'outside', { cause: fact.cause })] : []
  }
}

export function ended (before: Turn, at: Date, say: Say): Turn {
  if (before.channel.endedAt !== null) return before
  const channel = { ...before.channel, endedAt: at }
  const others = before.living.filter(c => c.uniqueId !== channel.uniqueId)
  if (others.length > 0) {
    const left = channel.answeredAt !== null && channel.kind !== 'citizen'
    return { ...before, channel, entries: left ? [say('left', channel.extension ?? 'outside')] : [] }
  }
  return finish({ ...before, channel }, at, say)
}

/**
 * Whether the citizen of a call that ends had nobody on the line. Not yet: in the greeting, in the queue, while the leader's telephone
 * rings. Or no longer: in the queue again or behind it, or the agent's telephone had gone. On hold: theirs is the last channel.
 */
function waits ({ call, channel }: Turn): boolean {
  if (call.direction === 'inbound' && call.answeredAt === null) return true
  if (call.state === 'held') return channel.kind === 'citizen'
  return call.queuedAt !== null && (call.state === 'queued' || call.state === 'ringing' || call.state === 'overflow')
}

/** The last channel is gone: the call is over. */
function finish (before: Turn, at: Date, say: Say): Turn {
  const { call } = before
  if (call.endedAt !== null) return before
  const waiting = waits(before)
  const gaveUp = mayWait(call) && !call.lost && call.abandonedAt === null && waiting
  const waited = seconds(call.queuedAt ?? call.offeredAt, at)
  const next: Call = { ...call, state: 'ended', endedAt: at, abandonedAt: gaveUp ? at : call.abandonedAt }
  const end = say('ended', call.endedBy ?? 'exchange',
    {
      cause: call.endCause,
      seconds: call.answeredAt === null ? 0 : seconds(call.answeredAt, at),
      ...(call.lost ? { lost: true, waiting } : {})
    })
  return { ...before, call: next, entries: gaveUp ? [say('abandoned', 'citizen', { waited }), end] : [end] }
}
