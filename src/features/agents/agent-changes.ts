import type { Database, Tx } from '../../db/database.ts'
import type { Clock } from '../../domain/time/clock.ts'
import { DomainError } from '../../domain/errors.ts'
import { holds, type Actor } from '../../domain/people/roles.ts'
import type { Feed } from '../../feed/feed.ts'
import type { AgentsKept } from './agents-events.ts'
import { lockAgents, logStates, saveAgents, viewOf, type AgentAccount, type AgentView } from './agents-store.ts'
import { seatsChannel } from './queue/seats.ts'
import type { QueueKeepers } from './queue/queue-keepers.ts'
import { agentStep, isNewState, reasonOf, type Agent, type AgentEvent } from './rules/agent-state.ts'

/** What the agents' commands need. */
export interface AgentsContext {
  db: Database
  clock: Clock
  feed: Feed
  /** the agents' places in the queues of the PBXs */
  queue: QueueKeepers
  /** whether this call has its disposition (小结) */
  hasDisposition: (tx: Tx, callId: string) => Promise<boolean>
  /** the telephones each PBX is to know from this transaction on */
  writeAgents: (tx: Tx, accounts: readonly AgentAccount[]) => Promise<void>
  /** resolves when each PBX with a link knows them, or after a few seconds */
  agentsKnown: () => Promise<void>
  /** seconds of wrap-up after a citizen's call; 0: none */
  wrapUpSeconds: number
  /** receives errors after the commit, which no caller waits for */
  caught: (what: string) => (error: unknown) => void
}

/** The agent a command is about; without an extension the actor. */
export interface Which { extension?: string }

/** Saves agents' changes and announces them; tells the PBX's queue after the commit. */
export async function keep ({ db, feed, queue }: AgentsContext, tx: Tx, { agents, changes, members: told }: AgentsKept): Promise<void> {
  saveAgents(tx, agents)
  logStates(tx, changes)
  if (changes.length > 0) {
    await feed.publish(tx, ...changes.map(({ agent, actor }) => ({
      topic: 'agent.state',
      subject: agent.extension,
      at: agent.since,
      data: {
        state: agent.state,
        reason: reasonOf(agent),
        callId: agent.callId,
        wrapUpUntil: agent.wrapUpUntil,
        afterwards: agent.afterwards,
        by: actor
      },
      audience: {
        roles: ['AGENT', 'SHIFT_LEADER', 'SUPERVISOR', 'LEADER', 'CALLBACK_OFFICER', 'ADMINISTRATOR'] as const,
        extension: agent.extension
      }
    })))
  }
  if (told.length === 0) return
  tx.afterCommit(() => {
    for (const agent of told) queue.want(agent)
    if (queue.several()) db.wake(seatsChannel)
  })
}

/** The agent the command is about: the actor, or for a shift leader any agent. */
export async function load (tx: Tx, actor: Actor, { extension = actor.extension ?? '' }: Which): Promise<Agent> {
  if (extension !== actor.extension && !holds(actor, 'SHIFT_LEADER', 'ADMINISTRATOR')) {
    throw new DomainError('not-allowed', 'only the shift leader changes another agent\'s state')
  }
  const [agent] = await lockAgents(tx, [extension])
  if (!agent) throw new DomainError('not-found', 'there is no agent with this extension')
  return agent
}

/** Takes one agent through these events. */
export async function change (
  context: AgentsContext, tx: Tx, actor: Actor, agent: Agent, ...events: AgentEvent[]
): Promise<AgentView> {
  const after = events.reduce((a, event) => agentStep(a, event, context.wrapUpSeconds), agent)
  const changes = isNewState(agent, after) ? [{ agent: after, actor: actor.id }] : []
  await keep(context, tx, { agents: [after], changes, members: [after] })
  return await viewOf(tx, agent.extension)
}
