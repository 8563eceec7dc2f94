import { DomainError } from '../domain/errors.ts'
import type { AmiConnection } from './ami/ami-connection.ts'
import type { AmiMessage } from './ami/messages.ts'
import type { Switchboard } from './switchboard.ts'

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
export interface CallerNow { uniqueId: string, channel: string, since: Date }

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
  /** `ok` false and no such channel: the PBX could not even make one, and no journal row will tell */
  | { kind: 'originated', channelId: string, ok: boolean, reason: number }

/**
 * Hints for screens: ringing, waiting, talking. Nothing here survives or decides; the journal does.
 */
export interface LiveState {
  isLive: () => boolean
  agent: (extension: string) => AgentNow | undefined
  agents: () => AgentNow[]
  /** longest waiting first */
  callers: () => CallerNow[]
  /** trunk id → whether its carrier answers OPTIONS, where that is known; empty while there is no link */
  trunks: () => ReadonlyMap<string, boolean>
  subscribe: (listener: (change: LiveChange) => void) => () => void
  close: () => void
}

const deviceStatus = ['UNKNOWN', 'NOT_INUSE', 'INUSE', 'BUSY', 'INVALID', 'UNAVAILABLE', 'RINGING', 'RINGINUSE', 'ONHOLD']
const extensionOf = (device: string | undefined): string | null => /^PJSIP\/(\d+)$/.exec(device ?? '')?.[1] ?? null
/** The PBX probes `trunk-watch` in the place of `trunk`; any other form is an agent's telephone. */
const trunkOf = (aor: string | undefined): string | null => /^([\w-]+)-watch$/.exec(aor ?? '')?.[1] ?? null
const notAsked = (error: unknown): AmiMessage[] => {
  if (error instanceof DomainError && error.code === 'pbx-refused') return []
  throw error
}
const yes = (value: string | undefined): boolean => value === '1' || value === 'Yes' || value === 'on'

/** A reading that failed although the link stands is repeated after this; ms. */
const readAgainMs = 1000

export interface LiveStateOptions {
  ami: AmiConnection
  switchboard: Switchboard
  /** ids of the trunks that are watched */
  trunks: readonly string[]
  now: () => Date
}

/** Follows the PBX's events, and reads everything again whenever the link comes up. */
export function createLiveState ({ ami, switchboard, trunks, now }: LiveStateOptions): LiveState {
  const listeners = new Set<(change: LiveChange) => void>()
  const agents = new Map<string, AgentNow>()
  const callers = new Map<string, CallerNow>()
  const answering = new Map<string, boolean>()
  let again: NodeJS.Timeout | undefined
  let live = false
  /** events that arrive while everything is read again are played back afterwards */
  let kept: AmiMessage[] | null = null
  let reading = 0

  const tell = (change: LiveChange): void => { for (const listener of [...listeners]) listener(change) }
  const seat = (extension: string): AgentNow => {
    let agent = agents.get(extension)
    if (!agent) {
      agents.set(extension, agent = { extension, telephone: 'UNKNOWN', signedIn: false, paused: false, reason: '', ringingFor: null })
    }
    return agent
  }

  const agentEvent = (device: string | undefined, change: (agent: AgentNow) => void): void => {
    const extension = extensionOf(device)
    if (extension === null) return
    change(seat(extension))
    tell({ kind: 'agent', extension })
  }
  const membership = (e: AmiMessage): void => agentEvent(e.interface, agent => {
    agent.signedIn = true
    agent.paused = yes(e.paused)
    agent.reason = e.pausedreason ?? ''
    agent.telephone = deviceStatus[Number(e.status)] ?? agent.telephone
  })
  const inRoom = (
    { conference: room, uniqueid: uniqueId }: AmiMessage,
    what: 'left' | 'muted' | 'unmuted' | 'talking' | 'silent'
  ): void => {
    if (room && uniqueId) tell({ kind: 'room', room, uniqueId, what })
  }
  const held = ({ channel, uniqueid: uniqueId }: AmiMessage, on: boolean): void => {
    if (channel && uniqueId && extensionOf(channel.replace(/-[0-9a-f]+$/, '')) === null) tell({ kind: 'hold', uniqueId, channel, on })
  }
  const gone = (e: AmiMessage, what: 'left' | 'abandoned'): void => {
    const id = e.uniqueid ?? ''
    if (!callers.delete(id) && what === 'left') return
    for (const agent of agents.values()) if (agent.ringingFor === id) agent.ringingFor = null
    tell({ kind: 'queue', uniqueId: id, what })
  }

  const react: Record<string, (e: AmiMessage) => void> = {
    DeviceStateChange: e => agentEvent(e.device, agent => { agent.telephone = e.state ?? 'UNKNOWN' }),
    QueueMemberAdded: membership,
    QueueMemberPause: membership,
    QueueMemberStatus: membership,
    QueueMemberRemoved: e => agentEvent(e.interface, agent => { Object.assign(agent, { signedIn: false, paused: false, reason: '' }) }),
    AgentCalled: e => agentEvent(e.interface, agent => { agent.ringingFor = e.uniqueid ?? null }),
    AgentConnect: e => agentEvent(e.interface, agent => { agent.ringingFor = null }),
    AgentRingNoAnswer: e => agentEvent(e.interface, agent => { agent.ringingFor = null }),
    QueueCallerJoin: e => {
      const uniqueId = e.uniqueid ?? ''
      callers.set(uniqueId, { uniqueId, channel: e.channel ?? '', since: now() })
      tell({ kind: 'queue', uniqueId, what: 'joined' })
    },
    QueueCallerLeave: e => gone(e, 'left'),
    QueueCallerAbandon: e => gone(e, 'abandoned'),
    ContactStatus: e => { trunk(e.aor, e.contactstatus) },
    ConfbridgeLeave: e => { inRoom(e, 'left') },
    ConfbridgeMute: e => { inRoom(e, 'muted') },
    ConfbridgeUnmute: e => { inRoom(e, 'unmuted') },
    ConfbridgeTalking: e => { inRoom(e, yes(e.talkingstatus) ? 'talking' : 'silent') },
    Hold: e => { held(e, true) },
    Unhold: e => { held(e, false) },
    OriginateResponse: e => tell({
      kind: 'originated',
      channelId: e.uniqueid ?? '',
      ok: e.response === 'Success',
      reason: Number(e.reason ?? 0)
    }),
    UserEvent: e => { if (e.userevent === 'LD_KEY') tell({ kind: 'key', leg: e.leg ?? '', question: e.q ?? '', key: e.key ?? '' }) }
  }
  const trunk = (aor: string | undefined, status: string | undefined): void => {
    const id = trunkOf(aor)
    // Neither yet, or not probed at all: nothing is known.
    if (id === null || (status !== 'Reachable' && status !== 'Unreachable')) return
    answering.set(id, status === 'Reachable')
    tell({ kind: 'trunk', id, answers: status === 'Reachable' })
  }
  /** The PBX reports only changes, and lists no contact of its configuration: each is queried by its name. */
  const contactsOf = async (id: string): Promise<AmiMessage[]> =>
    await ami.list('PJSIPShowEndpoint', { Endpoint: `${id}-watch` }).catch(notAsked)
  const handle = (e: AmiMessage): void => react[e.event ?? '']?.(e)

  const readAnew = async (): Promise<void> => {
    clearTimeout(again)
    const mine = ++reading
    kept = []
    try {
      const [devices, queue, contacts] = await Promise.all([
        ami.list('DeviceStateList'),
        switchboard.queueStatus(),
        Promise.all(trunks.map(contactsOf))
      ])
      if (mine !== reading) return
      agents.clear()
      callers.clear()
      for (const { device, state } of devices) {
        const extension = extensionOf(device)
        if (extension !== null) seat(extension).telephone = state ?? 'UNKNOWN'
      }
      for (const member of queue.members) {
        Object.assign(seat(member.extension),
          { signedIn: true, paused: member.paused, reason: member.reason, telephone: deviceStatus[member.deviceStatus] ?? 'UNKNOWN' })
      }
      const at = now().getTime()
      for (const { uniqueId, channel, waitSeconds } of queue.callers) {
        callers.set(
          uniqueId,
          { uniqueId, channel, since: new Date(at - waitSeconds * 1000) }
        )
      }
      const waiting = kept
      kept = null
      live = true
      tell({ kind: 'reset', live: true })
      for (const contact of contacts.flat()) if (contact.event === 'ContactStatusDetail') trunk(contact.aor, contact.status)
      for (const event of waiting) handle(event)
    } catch {
      if (mine !== reading) return
      kept = null
      // With the link gone the next login reads again; after a mere late answer we must not stay blind until then.
      if (ami.isUp()) again = setTimeout(() => { readAnew().catch(() => {}) }, readAgainMs)
    }
  }

  const stop = [
    ami.on('event', event => {
      if (kept) {
        if (kept.length < 20_000) kept.push(event)
      } else if (live) handle(event)
    }),
    ami.on('up', () => { readAnew().catch(() => {}) }),
    ami.on('down', () => {
      clearTimeout(again)
      reading++
      kept = null
      live = false
      agents.clear()
      callers.clear()
      answering.clear()
      tell({ kind: 'reset', live: false })
    })
  ]
  if (ami.isUp()) readAnew().catch(() => {})

  return {
    isLive: () => live,
    agent: extension => agents.get(extension),
    agents: () => [...agents.values()],
    callers: () => [...callers.values()].sort((a, b) => a.since.getTime() - b.since.getTime()),
    trunks: () => answering,
    subscribe: listener => {
      listeners.add(listener)
      return () => { listeners.delete(listener) }
    },
    close: () => {
      clearTimeout(again)
      reading++
      for (const off of stop) off()
      listeners.clear()
    }
  }
}
