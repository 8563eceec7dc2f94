import type { Tx } from '../../db/database.ts'
import { listenModes } from '../../domain/telephone/listening.ts'
import { valueIn } from '../../domain/value-in.ts'
import { endsChannel, endsNode, type JournalHandler, type PbxEvent } from '../../pbx/pbx-event.ts'
import { lockAgents, lockWithLines } from './agents-store.ts'
import {
  agentStep, isNewState, isOffered, isSameMembership, membershipOf, pauseReasons, type Agent, type AgentEvent, type ChosenState
} from './rules/agent-state.ts'

/** One change of one agent's state and who caused it. */
export interface AgentChange { agent: Agent, actor: string }

/** The changes a batch or a command made to agents. */
export interface AgentsKept {
  agents: readonly Agent[]
  changes: readonly AgentChange[]
  /** those of them the PBX's queue should be told of */
  members: readonly Agent[]
}

const extensionOf = (channel: string): string | null => /^PJSIP\/(\d{3,6})-[0-9a-f]+$/.exec(channel)?.[1] ?? null
const isTrunk = (channel: string): boolean => channel.startsWith('PJSIP/') && extensionOf(channel) === null
const chosen: Record<string, ChosenState> = { in: 'ready', ready: 'ready', pause: 'paused', out: 'out' }
const byPhone = 'telephone'
/** Q.850 of SIP 410 Gone */
const goneCause = 22

type Addressed = AgentEvent & { extension: string, actor: string }

/** What a journalled event says about agents. */
function addressed (event: PbxEvent): Addressed[] {
  const { at, uniqueId, linkedId } = event
  if (event.kind === 'user') {
    if (event.name === 'LD_LISTEN') {
      const [extension, mode] = [extensionOf(event.channel), listenModes.find(m => m === event.data.mode)]
      if (extension === null || !mode) return []
      return [{ kind: 'line-listens', uniqueId, callId: event.data.call, mode, at, extension, actor: byPhone }]
    }
    const state = event.name === 'LD_AGENT' ? chosen[event.data.state] : undefined
    if (event.name !== 'LD_AGENT' || !state) return []
    // *84n: the nth reason; *84 alone gives none
    const reason = pauseReasons[Number(event.data.reason || 1) - 1] ?? 'other'
    return [{ kind: 'choose', state, reason: state === 'paused' ? reason : null, at, extension: event.data.agent, actor: byPhone }]
  }
  const own = extensionOf(event.channel)
  const peers = event.peer === '' ? [] : event.peer.split(',').map(p => p.trim())
  if (event.kind === 'bridge-enter' || event.kind === 'bridge-exit') {
    const found: Addressed[] = []
    // The second to enter names the first: an agent among the two is connected.
    if (own !== null && (event.kind === 'bridge-enter' || peers.some(isTrunk))) {
      found.push({ kind: 'line-connected', uniqueId, linkedId, citizen: peers.some(isTrunk), at, extension: own, actor: byPhone })
    }
    if (isTrunk(event.channel)) {
      for (const peer of peers) {
        const extension = extensionOf(peer)
        if (extension !== null) {
          found.push({ kind: 'line-connected', uniqueId: peer, linkedId, citizen: true, at, extension, actor: byPhone })
        }
      }
    }
    return found
  }
  if (own === null) return []
  const to = { at, extension: own, actor: byPhone, uniqueId }
  if (event.kind === 'chan-start') {
    return [{ kind: 'line-starts', linkedId, name: event.channel, node: event.node, own: uniqueId === linkedId, ...to }]
  }
  if (event.kind === 'channel-back') {
    const starts: Addressed = { kind: 'line-starts', linkedId, name: event.channel, node: event.node, own: uniqueId === linkedId, ...to }
    if (!event.answered) return [starts]
    return [starts, peers.length === 0
      ? { kind: 'line-answered', linkedId, ...to }
      : { kind: 'line-connected', linkedId, citizen: peers.some(isTrunk), ...to }]
  }
  if (event.kind === 'answer') return [{ kind: 'line-answered', linkedId, ...to }]
  // When the caller gave up or another answered, the line ended elsewhere; a page that left (SIP 410 Gone) has declined nothing.
  const turnedAway = event.kind === 'hangup' && event.app === 'AppQueue' && event.source === event.channel && event.cause !== goneCause
  if (turnedAway) return [{ kind: 'line-declined', ...to }]
  if (endsChannel(event)) return [{ kind: 'line-ends', ...to }]
  return []
}

/** A peer is named by its channel; lines are kept by unique id. */
function withUniqueId (agent: Agent, event: AgentEvent): AgentEvent {
  if (event.kind !== 'line-connected' || agent.lines[event.uniqueId]) return event
  const line = Object.entries(agent.lines).find(([, l]) => l.name === event.uniqueId)
  return line ? { ...event, uniqueId: line[0] } : event
}

export interface AgentJournalOptions {
  wrapUpSeconds: number
  /** there are several PBXs: who talks is offered nobody by the others */
  several: () => boolean
  /** saves and announces what changed */
  keep: (tx: Tx, kept: AgentsKept) => Promise<void>
}

export function createAgentJournal ({ wrapUpSeconds, several, keep }: AgentJournalOptions): JournalHandler {
  return {
    name: 'agents',
    async handle (tx, events) {
      const concerned = new Set<string>()
      const facts: Array<Addressed | { kind: 'restart', node: string, at: Date }> = []
      for (const event of events) {
        if (endsNode(event)) facts.push({ kind: 'restart', node: event.node, at: event.at })
        else facts.push(...addressed(event))
      }
      for (const fact of facts) if (fact.kind !== 'restart') concerned.add(fact.extension)
      if (facts.length === 0) return
      const loaded = [
        ...await lockAgents(tx, [...concerned]),
        ...await lockWithLines(tx, facts.flatMap(f => f.kind === 'restart' ? [f.node] : []))
      ]
      const agents = new Map(loaded.map(a => [a.extension, a]))
      const changes: AgentChange[] = []
      const touched = new Set<string>()
      const members = new Set<string>()
      const apply = (agent: Agent, event: AgentEvent, actor: string): void => {
        const after = agentStep(agent, withUniqueId(agent, event), wrapUpSeconds)
        if (after === agent) return
        agents.set(agent.extension, after)
        touched.add(agent.extension)
        if (isNewState(agent, after)) changes.push({ agent: after, actor })
        // By a feature code the dialplan has already changed the queue, perhaps further than the state allows.
        const offers = several() && isOffered(agent) !== isOffered(after)
        if (event.kind === 'choose' || offers || !isSameMembership(membershipOf(agent), membershipOf(after))) members.add(agent.extension)
      }
      for (const fact of facts) {
        if (fact.kind === 'restart') {
          for (const agent of [...agents.values()]) apply(agent, { kind: 'lines-lost', node: fact.node, at: fact.at }, 'pbx')
          continue
        }
        const agent = agents.get(fact.extension)
        if (agent) apply(agent, fact, fact.actor)
      }
      const now = (extension: string): Agent => valueIn(agents, extension)
      await keep(tx, { agents: [...touched].map(now), changes, members: [...members].map(now) })
    }
  }
}
