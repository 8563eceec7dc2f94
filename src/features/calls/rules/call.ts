import { isLegId } from '../../../domain/ids.ts'
import { legPurposes } from '../../../domain/telephone/legs.ts'

/** Words of a call (通话): what one would call a call, however many channels the PBX uses for it. */

export const callStates = ['ringing', 'queued', 'overflow', 'talking', 'held', 'ended'] as const
export type CallState = typeof callStates[number]
export const callDirections = ['inbound', 'outbound', 'internal'] as const
export type CallDirection = typeof callDirections[number]

/**
 * What an outbound or internal call is for: the leg's purpose, `consult`, `listen`; of an inbound one `blocked` when it was turned away,
 * `conference` of a member who rings back.
 */
export const callPurposes = [...legPurposes, 'consult', 'listen', 'blocked', 'conference'] as const
export type CallPurpose = typeof callPurposes[number]

export interface Call {
  id: string
  node: string
  direction: CallDirection
  /** null where it is not known */
  purpose: CallPurpose | null
  state: CallState
  /** what the trunk sent as caller; only in the batch that learnt it, sealed when saved */
  number?: string
  withheld: boolean
  did: string | null
  /** original service line dialled, null for the hotline itself */
  service: string | null
  priority: number | null
  offeredAt: Date
  queuedAt: Date | null
  answeredAt: Date | null
  /** extension (or `leader`, `duty`, `outside`) of the first person who spoke with the citizen */
  answeredBy: string | null
  leftQueueAt: Date | null
  abandonedAt: Date | null
  overflowTo: string | null
  endedAt: Date | null
  /** `citizen`, `outside`, `exchange`, `pbx-lost`, or the agent's extension */
  endedBy: string | null
  endCause: number | null
  lost: boolean
  recording: string | null
  recordingBytes: number | null
  mergedInto: string | null
}

/** citizen: the person who called or was called; outside: a further telephone reached through the trunk */
export const channelKinds = ['citizen', 'outside', 'agent'] as const
export type ChannelKind = typeof channelKinds[number]

export interface Channel {
  uniqueId: string
  node: string
  callId: string
  linkedId: string
  name: string
  kind: ChannelKind
  extension: string | null
  /** the trunk by which it came to an edge, as that one said; null: its name says it */
  cameBy: string | null
  startedAt: Date
  answeredAt: Date | null
  endedAt: Date | null
  cause: number | null
  lost: boolean
}

/** One line of a call's timeline. */
export interface CallEntry {
  callId: string
  at: Date
  kind: CallEntryKind
  /** `citizen`, an extension, `exchange` or a login */
  actor: string
  detail: Record<string, unknown>
  /** journal row it was read from; null when a person or the service did it */
  row: number | null
}

export const callEntryKinds = [
  'offered', 'placed', 'dialled', 'queued', 'left-queue', 'ringing', 'not-answered', 'answered', 'abandoned', 'overflow', 'held',
  'retrieved', 'agent-gone', 'transfer', 'joined', 'left', 'merged', 'recording', 'recorded', 'not-recorded', 'emergency-centre', 'outside',
  'person-wanted', 'callback-awaited', 'missed-call-return', 'conference', 'refused', 'disposition', 'listened', 'switched',
  'civility-warning', 'ended', 'reopened'
] as const
export type CallEntryKind = typeof callEntryKinds[number]

/** Endpoints of people have their extension as name; every other telephone is reached through a trunk. */
export function extensionOf (channelName: string): string | null {
  return /^PJSIP\/(\d{3,6})-[0-9a-f]+$/.exec(channelName)?.[1] ?? null
}

/** Only telephones make calls: links between rooms, recorders and announcers are the exchange's own plumbing. */
export const isTelephone = (channelName: string): boolean => /^(PJSIP|SIP|IAX2|DAHDI)\//.test(channelName)

/** An edge tries by a call whether this PBX takes calls: nobody's call, on no screen and in no figure. */
export const isTestCall = ({ context, exten }: { context: string, exten: string }): boolean =>
  // T: its second is over
  context === 'hotline-edge' && (exten === 'test-call' || exten === 'T')

/** Why we placed a channel ourselves, from the id we gave it: `leg-…`, `consult-…`, `listen-…`. */
export const purposeOf = (uniqueId: string): CallPurpose | null =>
  (['consult', 'listen', 'manual'] as const).find(purpose => uniqueId.startsWith(`${purpose}-`)) ?? null

/** The call that begins with an unknown channel. */
export function newCall (event: { uniqueId: string, linkedId: string, node: string, channel: string, at: Date }): Call {
  const direction = isLegId(event.uniqueId) || isLegId(event.linkedId)
    ? 'outbound'
    : extensionOf(event.channel) === null ? 'inbound' : 'internal'
  return {
    id: event.linkedId,
    node: event.node,
    direction,
    purpose: purposeOf(event.uniqueId),
    state: 'ringing',
    withheld: false,
    did: null,
    service: null,
    priority: null,
    offeredAt: event.at,
    queuedAt: null,
    answeredAt: null,
    answeredBy: null,
    leftQueueAt: null,
    abandonedAt: null,
    overflowTo: null,
    endedAt: null,
    endedBy: null,
    endCause: null,
    lost: false,
    recording: null,
    recordingBytes: null,
    mergedInto: null
  }
}

/**
 * Which of two calls goes on when they become one: the citizen's own call before one we placed, that before one
 * between colleagues or to a handler's own telephone, and among equals the elder.
 */
export function survivor (a: Call, b: Call): Call {
  const rank = (call: Call): number => call.purpose === 'own-telephone' ? 2 : callDirections.indexOf(call.direction)
  if (rank(a) !== rank(b)) return rank(a) < rank(b) ? a : b
  return a.offeredAt <= b.offeredAt ? a : b
}

/** A citizen's call to us, or a call of ours in which the citizen may wait for a person; no member's call, no blocked one. */
export const mayWait = (call: Call): boolean => call.direction === 'inbound'
  ? call.purpose !== 'blocked' && call.purpose !== 'conference'
  : call.purpose === 'missed-call' || call.purpose === 'manual' || call.purpose === 'callback'

/**
 * Whether a citizen's call ended with nobody on our side. Nobody came at all, or the citizen gave up waiting for the next person, or was
 * told that we ring back. Or the exchange failed during that wait: a transfer still rang, or a colleague's telephone had gone.
 * An officer repeats a callback that nobody took. The dialler repeats a call of ours that the exchange lost before the wait.
 * @param channels all channels of the call, ended ones too
 * @param waiting whether the citizen waited for a person when the exchange lost the call
 */
export function hadNobody (call: Call, channels: readonly Channel[], waiting = false): boolean {
  if (!mayWait(call) || (call.purpose === 'callback' && call.answeredBy === null)) return false
  if (call.abandonedAt !== null) return true
  const byUs = call.direction !== 'inbound'
  if (!call.lost || (byUs && (call.queuedAt === null || (call.purpose === 'missed-call' && call.answeredBy === null)))) return false
  if (call.answeredAt === null) return true
  const others = channels.filter(c => c.kind !== 'citizen').toSorted((a, b) => leftAt(a) - leftAt(b))
  // Lost at the same moment: the colleague was with the citizen.
  if (others.some(c => c.lost && c.answeredAt !== null && leftAt(c) === leftAt(call))) return false
  // A full disk loses the end of a call that was over: the last to leave had spoken with the citizen.
  return waiting || others.at(-1)?.answeredAt === null
}

const leftAt = ({ endedAt }: Pick<Channel, 'endedAt'>): number => endedAt?.getTime() ?? Infinity

/**
 * Whether this line of its timeline says that we need not ring the citizen back. A person speaks with the citizen, one of ours or one they
 * were put through to. Or the citizen has rung in and waits in our queue again; left alone there, that call is a missed one.
 */
export function settlesReturn (call: Call, entry: Pick<CallEntry, 'kind' | 'actor' | 'detail'>): boolean {
  if (!mayWait(call)) return false
  // Cut off with the exchange and not gone: on the line with us all the time.
  if (entry.kind === 'reopened') return entry.actor === 'citizen'
  if (entry.kind === 'queued') return call.direction === 'inbound'
  if (entry.kind === 'overflow') return entry.detail.result === 'answered'
  // A call by hand says it when it is over: see `talkOf`.
  return call.purpose !== 'manual' && entry.kind === 'answered' && entry.actor !== 'citizen'
}
