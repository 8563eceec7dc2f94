import type { AgentState } from '../../../domain/people/agents.ts'
import { listenModes, type ListenMode } from '../../../domain/telephone/listening.ts'

/** The states an agent chooses. */
export type ChosenState = 'out' | 'ready' | 'paused'

/** Why an agent is paused; feature code *84n gives the nth. 小休 用餐 会议 培训 后台处理 其他 */
export const pauseReasons = ['break', 'meal', 'meeting', 'training', 'back-office', 'other'] as const
export type PauseReason = typeof pauseReasons[number]

/** `declined`: paused for a moment, after a declined call. */
const declined = 'declined'
/** Why paused, by choice or not. */
export const pausedFor = [...pauseReasons, declined] as const
export type PausedFor = typeof pausedFor[number]

/** What is told beside a state: why paused, or how listening. */
export const agentReasons = [...pausedFor, ...listenModes] as const
export type AgentReason = typeof agentReasons[number]

/** A living channel of the agent's telephone. */
export interface Line {
  name: string
  /** PBX node its channel is on */
  node: string
  /** linked id of the call it is in; while listening, of the call listened to */
  linkedId: string
  /** own: the agent dialled or was rung by us and nobody is connected yet */
  phase: 'ringing' | 'declined' | 'own' | 'talking' | 'listening'
  /** while listening */
  mode?: ListenMode
  /** a citizen is or was connected to it */
  citizen: boolean
  /** when its channel began, ISO 8601 in UTC; lines kept before this was known have none and count as older than any restart */
  startedAt?: string
}

/**
 * Seconds without offers after an agent declined a citizen's call. The queue asks colleagues; without any it would ask the
 * same agent again every second. Ready ends it.
 */
export const declinedSeconds = 10

export interface Agent {
  extension: string
  state: AgentState
  /** why paused */
  reason: PausedFor | null
  since: Date
  /** linked id of the call the state is about */
  callId: string | null
  /** when a wrap-up, or the rest after a declined call, ends by itself */
  wrapUpUntil: Date | null
  lines: Readonly<Record<string, Line>>
  /** what comes back when the call and its wrap-up are over */
  afterwards: ChosenState
  /** the PBX whose queue may give this agent a citizen, where there are several; null: none for now */
  seat: string | null
}

export type AgentEvent = { at: Date } & (
  | { kind: 'line-starts', uniqueId: string, linkedId: string, name: string, node: string, own: boolean }
  | { kind: 'line-answered', uniqueId: string, linkedId: string }
  /** connected; `citizen` when a trunk's channel is on the other side */
  | { kind: 'line-connected', uniqueId: string, linkedId: string, citizen: boolean }
  /** rung for the queue, the telephone itself turned the call away */
  | { kind: 'line-declined', uniqueId: string }
  /** in a colleague's call, or in it in another mode */
  | { kind: 'line-listens', uniqueId: string, callId: string, mode: ListenMode }
  | { kind: 'line-ends', uniqueId: string }
  /** a PBX node restarted at `at`: its lines from before are gone */
  | { kind: 'lines-lost', node: string }
  | { kind: 'choose', state: ChosenState, reason: PauseReason | null }
  /**
   * the call of the wrap-up has its disposition and the agent is done with it, or the time is up; of the rest after a declined call, too
   */
  | { kind: 'wrap-up-ends' }
)

/** What the queue in the PBX should know about an agent. */
export interface QueueMembership { member: boolean, paused: boolean, reason: string }

/** A line that just rings, is dialled or listens does not make anybody busy for the queue; the PBX sees that by itself. */
export function membershipOf (agent: Agent): QueueMembership {
  // Also an agent who is only talking: a colleague's transfer signs nobody in, and an agent who is leaving gets no further call.
  if (agent.afterwards === 'out') return { member: false, paused: false, reason: '' }
  if (agent.state === 'wrap-up') return { member: true, paused: true, reason: 'wrap-up' }
  if (agent.state === 'paused' || agent.afterwards === 'paused') return { member: true, paused: true, reason: agent.reason ?? 'other' }
  return { member: true, paused: false, reason: '' }
}

/** Whether the queue of some PBX may offer a citizen: ready, or just rung. A telephone in a call is offered none by any other PBX. */
export const isOffered = (agent: Agent): boolean =>
  agent.afterwards === 'ready' && (agent.state === 'ready' || agent.state === 'ringing')

/** Of several PBXs the queue of one alone may offer the agent a citizen; to the others the agent is paused. */
export function membershipAt (agent: Agent, node: string): QueueMembership {
  const whole = membershipOf(agent)
  if (!whole.member || whole.paused || (isOffered(agent) && agent.seat === node)) return whole
  return { member: true, paused: true, reason: 'elsewhere' }
}

export const isSameMembership = (a: Omit<QueueMembership, 'reason'>, b: Omit<QueueMembership, 'reason'>): boolean =>
  a.member === b.member && a.paused === b.paused

const without = (lines: Agent['lines'], uniqueId: string): Agent['lines'] =>
  Object.fromEntries(Object.entries(lines).filter(([id]) => id !== uniqueId))

/** The state the lines and the choice together make, when nobody is in wrap-up. */
function settled (agent: Agent, at: Date): Agent {
  const lines = Object.values(agent.lines)
  const talking = lines.find(line => line.phase === 'talking')
  const ringing = lines.find(line => line.phase === 'ringing')
  const listening = lines.find(line => line.phase === 'listening')
  const state = talking ? 'talking' : ringing ? 'ringing' : listening ? 'listening' : agent.afterwards
  const callId = (talking ?? ringing ?? listening)?.linkedId ?? null
  const reason = state === 'paused' || agent.afterwards === 'paused' ? agent.reason : null
  if (state === agent.state) return { ...agent, callId, reason, wrapUpUntil: null }
  return { ...agent, state, callId, reason, wrapUpUntil: null, since: at }
}

/** In a state that ends by its own time, not with a line. */
const isTimed = (agent: Agent): boolean => agent.wrapUpUntil !== null && (agent.state === 'wrap-up' || agent.state === 'paused')

function afterCall (agent: Agent, callId: string, at: Date, wrapUpSeconds: number): Agent {
  if (wrapUpSeconds === 0) return settled(agent, at)
  return { ...agent, state: 'wrap-up', callId, since: at, wrapUpUntil: new Date(at.getTime() + wrapUpSeconds * 1000) }
}

/**
 * The whole table of an agent's states. Wrap-up begins when the last line that a citizen was on ends; only its own
 * end, a new call or the PBX's own clock ends it, never another queue.
 */
export function agentStep (agent: Agent, event: AgentEvent, wrapUpSeconds: number): Agent {
  const line = 'uniqueId' in event ? agent.lines[event.uniqueId] : undefined
  const put = (changed: Line, uniqueId: string): Agent => ({ ...agent, lines: { ...agent.lines, [uniqueId]: changed } })
  switch (event.kind) {
    case 'line-starts': {
      if (line) return agent
      const next = put(
        {
          name: event.name,
          node: event.node,
          linkedId: event.linkedId,
          phase: event.own ? 'own' : 'ringing',
          citizen: false,
          startedAt: event.at.toISOString()
        },
        event.uniqueId
      )
      // An agent who dials a code in wrap-up stays in wrap-up; an agent who is rung does not.
      return event.own && isTimed(agent) ? next : settled(next, event.at)
    }
    case 'line-answered':
      if (!line || line.phase !== 'ringing') return agent
      return settled(put({ ...line, linkedId: event.linkedId, phase: 'talking' }, event.uniqueId), event.at)
    case 'line-connected':
      if (!line) return agent
      return settled(put({ ...line, linkedId: event.linkedId, phase: 'talking', citizen: line.citizen || event.citizen }, event.uniqueId),
        event.at)
    case 'line-declined': {
      if (!line || line.phase !== 'ringing') return agent
      const next = settled(put({ ...line, phase: 'declined' }, event.uniqueId), event.at)
      if (next.state !== 'ready') return next
      const until = new Date(event.at.getTime() + declinedSeconds * 1000)
      return { ...next, state: 'paused', reason: declined, since: event.at, wrapUpUntil: until }
    }
    case 'line-listens': {
      if (!line) return agent
      const next = settled(put({ ...line, linkedId: event.callId, phase: 'listening', mode: event.mode }, event.uniqueId), event.at)
      // Another mode, or another call, begins a new span.
      const same = line.mode === event.mode && line.linkedId === event.callId
      return next.state === 'listening' && agent.state === 'listening' && !same ? { ...next, since: event.at } : next
    }
    case 'line-ends': {
      if (!line) return agent
      const next = { ...agent, lines: without(agent.lines, event.uniqueId) }
      if (line.citizen && !Object.values(next.lines).some(l => l.phase === 'talking')) {
        return afterCall(next, line.linkedId, event.at, wrapUpSeconds)
      }
      return isTimed(agent) ? next : settled(next, event.at)
    }
    case 'lines-lost': return withoutLost(agent, event, wrapUpSeconds)
    case 'choose': return chosen(agent, event)
    case 'wrap-up-ends':
      return isTimed(agent) ? settled(agent, event.at) : agent
    default: return event satisfies never
  }
}

function withoutLost (agent: Agent, event: Extract<AgentEvent, { kind: 'lines-lost' }>, wrapUpSeconds: number): Agent {
  const isGone = (l: Line): boolean => l.node === event.node && (l.startedAt === undefined || new Date(l.startedAt) <= event.at)
  const lines = Object.entries(agent.lines)
  const gone = lines.filter(([, l]) => isGone(l))
  if (gone.length === 0) return agent
  const lost = gone.find(([, l]) => l.citizen)?.[1]
  const next = { ...agent, lines: Object.fromEntries(lines.filter(([, l]) => !isGone(l))) }
  // The agent may have acted since the restart, and the journal may have told that first.
  const at = agent.since > event.at ? agent.since : event.at
  if (lost && Object.values(next.lines).every(l => l.phase !== 'talking' && l.phase !== 'ringing')) {
    return afterCall(next, lost.linkedId, at, wrapUpSeconds)
  }
  return isTimed(agent) ? next : settled(next, at)
}

function chosen (agent: Agent, event: Extract<AgentEvent, { kind: 'choose' }>): Agent {
  const next: Agent = { ...agent, afterwards: event.state, reason: event.state === 'paused' ? event.reason ?? 'other' : null }
  // A signed-out agent has no wrap-up.
  if (agent.state === 'wrap-up' && event.state !== 'out') return next
  // A new reason begins a new span of the pause.
  const moved = settled(next, event.at)
  return moved.state === 'paused' && agent.state === 'paused' && moved.reason !== agent.reason ? { ...moved, since: event.at } : moved
}

/** Why paused, or how listening; what a screen and a time sheet show beside the state. */
export const reasonOf = (agent: Agent): AgentReason | null =>
  agent.state === 'listening' ? Object.values(agent.lines).find(line => line.phase === 'listening')?.mode ?? null : agent.reason

/** Whether the difference is one a time sheet and a screen should know. */
export const isNewState = (before: Agent, after: Agent): boolean =>
  before.state !== after.state || before.since.getTime() !== after.since.getTime() ||
    (after.state === 'paused' && before.reason !== after.reason)
