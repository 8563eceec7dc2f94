import type { Tx } from '../../db/database.ts'
import { DomainError } from '../../domain/errors.ts'
import type { Actor } from '../../domain/people/roles.ts'
import { bind } from '../../domain/bind.ts'
import { createAgentJournal } from './agents-events.ts'
import { agentViews, allAgents, livingLines, loginOf, type AgentView } from './agents-store.ts'
import { createQueueKeepers, type NodeQueue } from './queue/queue-keepers.ts'
import { createSeats, type SeatsOptions } from './queue/seats.ts'
import { unheardLines, type UnheardLinesOptions } from './queue/unheard-lines.ts'
import type { Agent, PauseReason } from './rules/agent-state.ts'
import { chooseTelephone, loginChanged, newSipPassword, saveAccount, writeAccounts } from './agent-accounts.ts'
import { change, keep, load, type AgentsContext, type Which } from './agent-changes.ts'
import { filesSweep, queueSweep, wrapUpSweep } from './agents-jobs.ts'
import { timeSheets } from './time-sheets.ts'

export interface AgentsOptions
  extends Omit<AgentsContext, 'queue' | 'caught'>, Pick<SeatsOptions, 'desired' | 'running' | 'log'> {
  nodes: SeatsOptions['nodes'] & UnheardLinesOptions['nodes']
  /** the queues of the PBXs of now */
  queues: () => readonly NodeQueue[]
  onError?: (error: Error, what: string) => void
}

function signedIn (agent: Agent): void {
  if (agent.state === 'out') throw new DomainError('agent-not-signed-in', 'this agent is not signed in')
}

/** 签入. Without an extension the agent's own. @throws DomainError `not-allowed`, `not-found` */
async function signIn (context: AgentsContext, tx: Tx, actor: Actor, input: Which): Promise<AgentView> {
  const agent = await load(tx, actor, input)
  return await change(context, tx, actor, agent, { kind: 'choose', state: 'ready', reason: null, at: context.clock.now() })
}

/** 签出; during a call it takes effect when the call ends. */
async function signOut (context: AgentsContext, tx: Tx, actor: Actor, input: Which): Promise<AgentView> {
  const agent = await load(tx, actor, input)
  return await change(context, tx, actor, agent, { kind: 'choose', state: 'out', reason: null, at: context.clock.now() })
}

/** 示忙 with a reason. @throws `agent-not-signed-in` */
async function pause (
  context: AgentsContext, tx: Tx, actor: Actor, { reason, ...input }: Which & { reason: PauseReason }
): Promise<AgentView> {
  const agent = await load(tx, actor, input)
  signedIn(agent)
  return await change(context, tx, actor, agent, { kind: 'choose', state: 'paused', reason, at: context.clock.now() })
}

/** 示闲; ends a wrap-up whose call has its disposition. @throws `agent-not-signed-in`, `guard-not-met` without a disposition */
async function ready (context: AgentsContext, tx: Tx, actor: Actor, input: Which): Promise<AgentView> {
  const agent = await load(tx, actor, input)
  signedIn(agent)
  const at = context.clock.now()
  if (agent.state === 'wrap-up' && agent.callId !== null && !await context.hasDisposition(tx, agent.callId)) {
    throw new DomainError('guard-not-met', 'a disposition is required first', { guard: 'disposition', callId: agent.callId })
  }
  return await change(context, tx, actor, agent, { kind: 'choose', state: 'ready', reason: null, at }, { kind: 'wrap-up-ends', at })
}

/** Agents' telephones and states (坐席). */
export function createAgents ({ queues, nodes, desired, running, log, onError = () => {}, ...options }: AgentsOptions) {
  const caught = (what: string) => (error: unknown): void => onError(error instanceof Error ? error : new Error(String(error)), what)
  const context: AgentsContext = { ...options, caught, queue: createQueueKeepers({ queues, onError: caught('queue') }) }
  const { db, wrapUpSeconds } = context
  return {
    ...bind(context, { signIn, signOut, pause, ready }),
    ...bind(context, { saveAccount, loginChanged, newSipPassword, writeAccounts }),
    chooseTelephone,
    loginOf,
    list: async () => await agentViews(db),
    times: async (span: { from: Date, to: Date }) => await timeSheets(db, span),
    /** lines on this PBX without a reported end */
    livingLines: async (node: string) => await livingLines(db, node),
    /** sets the members of a PBX's queue to what the rows say, after that PBX or the connection to it came back */
    reconcile: async (node: string) => { await context.queue.reconcile(node, await allAgents(db)) },
    journalHandler: createAgentJournal({
      wrapUpSeconds, several: context.queue.several, keep: async (tx, kept) => { await keep(context, tx, kept) }
    }),
    sweep: wrapUpSweep(context),
    queueSweep: queueSweep(context),
    filesSweep: filesSweep(context),
    linesSweep: unheardLines(context, { nodes, running }),
    seats: createSeats({ ...context, nodes, desired, running, log })
  }
}

export type Agents = ReturnType<typeof createAgents>
