import type { AmiConnection } from './ami/ami-connection.ts'
import type { AmiMessage } from './ami/messages.ts'
import type { Switchboard } from './switchboard.ts'
import { createWatchedTrunks, type WatchedTrunks } from './watched-trunks.ts'

/** An agent's telephone and seat as the PBX sees them now. */
export interface AgentNow {
  extension: string
  /** NOT_INUSE, INUSE, BUSY, RINGING, RINGINUSE, ONHOLD, UNAVAILABLE, INVALID, UNKNOWN */
  telephone: string
  signedIn: boolean
  paused: boolean
  reason: string
  /** unique id of the queue caller this agent is being rung for */
  ringingFor: string | null
}
export interface CallerNow {
  uniqueId: string
  channel: string
  /** higher goes first */
  priority: number
  /** by the service's clock */
  since: Date
}

/** A change; `reset`: everything was read again, or the link is gone (`live` false) and nothing is known. */
export type LiveChange =
  | { kind: 'reset', live: boolean }
  | { kind: 'agent', extension: string }
  | { kind: 'queue', uniqueId: string, what: 'joined' | 'left' | 'abandoned' }
  | { kind: 'room', room: string, uniqueId: string, what: 'left' | 'muted' | 'unmuted' | 'talking' | 'silent' }
  /** the carrier of a trunk answers OPTIONS, or does not */
  | { kind: 'trunk', id: string, answers: boolean }
  /** a person on the trunk put us on hold, or took us back: on hold their side sends hold music */
  | { kind: 'hold', uniqueId: string, channel: string, on: boolean }
  | { kind: 'key', leg: string, question: string, key: string }
  /** a leg ends, answered or not: the same as its row LD_LEG_END */
  | { kind: 'leg-over', leg: string, cause: number, sip: number, state: string }
  /** `ok` false and no such channel: the PBX could not even make one, and no journal row will tell */
  | { kind: 'originated', channelId: string, ok: boolean, reason: number }

/**
 * Momentary states for screens: ringing, waiting, talking. Nothing here survives or decides; the journal does.
 */
export interface LiveState {
  isLive: () => boolean
  agent: (extension: string) => AgentNow | undefined
  agents: () => AgentNow[]
  /** longest waiting first */
  callers: () => CallerNow[]
  /** trunk id → whether its carrier answers OPTIONS, where that is known; empty while there is no link */
  trunks: () => ReadonlyMap<string, boolean>
  /** these trunks are watched from now on, and no others: of the new ones it is asked how they are */
  watch: (trunks: readonly string[]) => void
  subscribe: (listener: (change: LiveChange) => void) => () => void
  close: () => void
}

const deviceStatus = ['UNKNOWN', 'NOT_INUSE', 'INUSE', 'BUSY', 'INVALID', 'UNAVAILABLE', 'RINGING', 'RINGINUSE', 'ONHOLD']
const extensionOf = (device: string | undefined): string | null => /^PJSIP\/(\d+)$/.exec(device ?? '')?.[1] ?? null
const yes = (value: string | undefined): boolean => value === '1' || value === 'Yes' || value === 'on'

/** A reading that failed although the link stands is repeated after this; ms. */
const readAgainMs = 1000

export interface LiveStateOptions {
  ami: AmiConnection
  switchboard: Switchboard
  now: () => Date
}

interface Live extends LiveStateOptions {
  listeners: Set<(change: LiveChange) => void>
  agents: Map<string, AgentNow>
  callers: Map<string, CallerNow>
  /** unique id → priority with which it is about to join the queue */
  joining: Map<string, number>
  trunks: WatchedTrunks
  again: NodeJS.Timeout | undefined
  live: boolean
  /** events that arrive while everything is read again are played back afterwards */
  kept: AmiMessage[] | null
  /** number of the newest reading: an older one has been overtaken */
  reading: number
}

/** Follows the PBX's events, and reads everything again whenever the link comes up. */
export function createLiveState (options: LiveStateOptions): LiveState {
  const state: Live = {
    ...options,
    listeners: new Set(),
    agents: new Map(),
    callers: new Map(),
    joining: new Map(),
    trunks: createWatchedTrunks(options.ami, change => { tell(state, change) }),
    again: undefined,
    live: false,
    kept: null,
    reading: 0
  }
  const { ami, agents, callers, listeners } = state
  const stop = [
    ami.on('event', event => { hear(state, event) }),
    ami.on('up', () => { readAnew(state).catch(() => {}) }),
    ami.on('down', () => { forget(state) })
  ]
  if (ami.isUp()) readAnew(state).catch(() => {})

  return {
    isLive: () => state.live,
    agent: extension => agents.get(extension),
    agents: () => [...agents.values()],
    callers: () => [...callers.values()].sort((a, b) => a.since.getTime() - b.since.getTime()),
    trunks: () => state.trunks.answering,
    watch: trunks => { state.trunks.watch(trunks, state.live) },
    subscribe: listener => {
      listeners.add(listener)
      return () => { listeners.delete(listener) }
    },
    close: () => {
      clearTimeout(state.again)
      state.reading++
      for (const off of stop) off()
      listeners.clear()
    }
  }
}

function hear (state: Live, event: AmiMessage): void {
  if (state.kept) {
    if (state.kept.length < 20_000) state.kept.push(event)
  } else if (state.live) handle(state, event)
}

/** The link is gone: nothing is known. */
function forget (state: Live): void {
  clearTimeout(state.again)
  state.reading++
  state.kept = null
  state.live = false
  state.agents.clear()
  state.callers.clear()
  state.joining.clear()
  state.trunks.forget()
  tell(state, { kind: 'reset', live: false })
}

async function readAnew (state: Live): Promise<void> {
  clearTimeout(state.again)
  const mine = ++state.reading
  state.kept = []
  try {
    const [devices, queue] = await Promise.all([state.ami.list('DeviceStateList'), state.switchboard.queueStatus()])
    if (mine !== state.reading) return
    state.agents.clear()
    state.callers.clear()
    for (const { device, state: telephone } of devices) {
      const extension = extensionOf(device)
      if (extension !== null) seat(state, extension).telephone = telephone ?? 'UNKNOWN'
    }
    for (const member of queue.members) {
      Object.assign(seat(state, member.extension),
        { signedIn: true, paused: member.paused, reason: member.reason, telephone: deviceStatus[member.deviceStatus] ?? 'UNKNOWN' })
    }
    const at = state.now().getTime()
    for (const { uniqueId, channel, priority, waitSeconds } of queue.callers) {
      state.callers.set(uniqueId, { uniqueId, channel, priority, since: new Date(at - waitSeconds * 1000) })
    }
    const waiting = state.kept
    state.kept = null
    state.live = true
    tell(state, { kind: 'reset', live: true })
    state.trunks.ask()
    for (const event of waiting) handle(state, event)
  } catch {
    if (mine !== state.reading) return
    state.kept = null
    // With the link gone the next login reads again; after a mere late answer we must not stay blind until then.
    if (state.ami.isUp()) state.again = setTimeout(() => { readAnew(state).catch(() => {}) }, readAgainMs)
  }
}

function tell (state: Live, change: LiveChange): void {
  for (const listener of [...state.listeners]) listener(change)
}

function seat (state: Live, extension: string): AgentNow {
  let agent = state.agents.get(extension)
  if (!agent) {
    state.agents.set(extension, agent = { extension, telephone: 'UNKNOWN', signedIn: false, paused: false, reason: '', ringingFor: null })
  }
  return agent
}

function agentEvent (state: Live, device: string | undefined, change: (agent: AgentNow) => void): void {
  const extension = extensionOf(device)
  if (extension === null) return
  change(seat(state, extension))
  tell(state, { kind: 'agent', extension })
}

function membership (state: Live, e: AmiMessage): void {
  agentEvent(state, e.interface, agent => {
    agent.signedIn = true
    agent.paused = yes(e.paused)
    agent.reason = e.pausedreason ?? ''
    agent.telephone = deviceStatus[Number(e.status)] ?? agent.telephone
  })
}

function inRoom (
  state: Live,
  { conference: room, uniqueid: uniqueId }: AmiMessage,
  what: 'left' | 'muted' | 'unmuted' | 'talking' | 'silent'
): void {
  if (room && uniqueId) tell(state, { kind: 'room', room, uniqueId, what })
}

function held (state: Live, { channel, uniqueid: uniqueId }: AmiMessage, on: boolean): void {
  if (channel && uniqueId && extensionOf(channel.replace(/-[0-9a-f]+$/, '')) === null) tell(state, { kind: 'hold', uniqueId, channel, on })
}

function gone (state: Live, e: AmiMessage, what: 'left' | 'abandoned'): void {
  const id = e.uniqueid ?? ''
  if (!state.callers.delete(id) && what === 'left') return
  for (const agent of state.agents.values()) if (agent.ringingFor === id) agent.ringingFor = null
  tell(state, { kind: 'queue', uniqueId: id, what })
}

/** What each event changes; an event that is not here changes nothing. */
const react: Record<string, (state: Live, e: AmiMessage) => void> = {
  DeviceStateChange: (state, e) => agentEvent(state, e.device, agent => { agent.telephone = e.state ?? 'UNKNOWN' }),
  QueueMemberAdded: membership,
  QueueMemberPause: membership,
  QueueMemberStatus: membership,
  QueueMemberRemoved: (state, e) => agentEvent(state, e.interface, agent => {
    Object.assign(agent, { signedIn: false, paused: false, reason: '' })
  }),
  AgentCalled: (state, e) => agentEvent(state, e.interface, agent => { agent.ringingFor = e.uniqueid ?? null }),
  AgentConnect: (state, e) => agentEvent(state, e.interface, agent => { agent.ringingFor = null }),
  AgentRingNoAnswer: (state, e) => agentEvent(state, e.interface, agent => { agent.ringingFor = null }),
  QueueCallerJoin: (state, e) => {
    const uniqueId = e.uniqueid ?? ''
    state.callers.set(uniqueId, { uniqueId, channel: e.channel ?? '', priority: state.joining.get(uniqueId) ?? 0, since: state.now() })
    state.joining.delete(uniqueId)
    tell(state, { kind: 'queue', uniqueId, what: 'joined' })
  },
  QueueCallerLeave: (state, e) => gone(state, e, 'left'),
  QueueCallerAbandon: (state, e) => gone(state, e, 'abandoned'),
  ContactStatus: (state, e) => { state.trunks.hear(e.aor, e.contactstatus) },
  ConfbridgeLeave: (state, e) => { inRoom(state, e, 'left') },
  ConfbridgeMute: (state, e) => { inRoom(state, e, 'muted') },
  ConfbridgeUnmute: (state, e) => { inRoom(state, e, 'unmuted') },
  ConfbridgeTalking: (state, e) => { inRoom(state, e, yes(e.talkingstatus) ? 'talking' : 'silent') },
  Hold: (state, e) => { held(state, e, true) },
  Unhold: (state, e) => { held(state, e, false) },
  OriginateResponse: (state, e) => tell(state, {
    kind: 'originated',
    channelId: e.uniqueid ?? '',
    ok: e.response === 'Success',
    reason: Number(e.reason ?? 0)
  }),
  UserEvent: (state, e) => {
    if (e.userevent === 'LD_KEY') tell(state, { kind: 'key', leg: e.leg ?? '', question: e.q ?? '', key: e.key ?? '' })
    // One who hangs up in between never joins: a few are kept, no more.
    if (e.userevent === 'LD_QUEUED' && e.uniqueid !== undefined) {
      if (state.joining.size > 1000) state.joining.clear()
      // `ahead`: every event about a channel has a `priority` of its own, the line of the dialplan
      state.joining.set(e.uniqueid, Number(e.ahead ?? 0))
    }
    if (e.userevent === 'LD_LEG_END') {
      tell(state, { kind: 'leg-over', leg: e.leg ?? '', cause: Number(e.cause), sip: Number(e.sip), state: e.state ?? '' })
    }
  }
}

const handle = (state: Live, e: AmiMessage): void => react[e.event ?? '']?.(state, e)
