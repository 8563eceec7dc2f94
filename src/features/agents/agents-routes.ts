import Type from 'typebox'
import { agentStates } from '../../domain/people/agents.ts'
import type { Clock } from '../../domain/time/clock.ts'
import type { Role } from '../../domain/people/roles.ts'
import type { Agents } from './agents.ts'
import { agentReasons, pausedFor, pauseReasons } from './rules/agent-state.ts'
import type { App, Routes } from '../../http/kit/routes.ts'
import {
  answers, ForEach, Moment, MomentInput, Nullable, OneOf, params, SafeLine, ShortId, WriteHeaders
} from '../../http/kit/schema-words.ts'
import { write } from '../../http/kit/write.ts'

export interface AgentRoutesOptions { agents: Agents, clock: Clock }

const tags = ['agents']
const watchers: readonly Role[] = [
  'AGENT', 'SHIFT_LEADER', 'CALLBACK_OFFICER', 'DISPATCHER', 'EMERGENCY_COORDINATOR', 'SUPERVISOR', 'LEADER', 'ADMINISTRATOR'
]
const own: readonly Role[] = ['AGENT', 'SHIFT_LEADER', 'CALLBACK_OFFICER', 'DISPATCHER', 'ADMINISTRATOR']
const one = params({ extension: Type.String({ pattern: '^8\\d{3}$', description: 'the own extension; a shift leader may name any' }) })

const AgentSchema = Type.Object({
  extension: Type.String(),
  login: Nullable(Type.String()),
  displayName: Type.String(),
  state: OneOf(agentStates),
  reason: Nullable(OneOf(agentReasons, 'why paused (declined: for a moment, after a declined call); listening: listen, whisper or barge')),
  since: Moment(),
  callId: Nullable(Type.String()),
  wrapUpUntil: Nullable(Moment()),
  webrtc: Type.Boolean({ description: 'the telephone in the browser rings, not the one on the desk' }),
  shiftLeader: Type.Boolean({ description: 'agents may ask this person into a call' })
})

/** Agents' states and time sheets. */
export const agentRoutes = (options: AgentRoutesOptions): Routes => app => {
  list(app, options)
  times(app, options)
  states(app, options)
  accounts(app, options)
}

function list (app: App, { agents }: AgentRoutesOptions): void {
  app.get('/api/agents', {
    config: { roles: watchers },
    schema: { tags, summary: 'All agents and their states', response: answers({ 200: Type.Object({ items: Type.Array(AgentSchema) }) }) }
  }, async () => ({ items: await agents.list() }))
}

function times (app: App, { agents, clock }: AgentRoutesOptions): void {
  app.get('/api/agents/times', {
    config: { roles: ['SHIFT_LEADER', 'SUPERVISOR', 'LEADER', 'ADMINISTRATOR'] },
    schema: {
      tags,
      summary: 'Seconds in each state',
      querystring: Type.Object({ from: MomentInput(), to: Type.Optional(MomentInput()) }),
      response: answers({
        200: Type.Object({
          items: Type.Array(Type.Object({
            extension: Type.String(),
            displayName: Type.String(),
            seconds: Type.Partial(ForEach(agentStates, Type.Number())),
            pauses: Type.Partial(ForEach(pausedFor, Type.Number())),
            signedInAt: Nullable(Moment())
          }))
        })
      })
    }
  }, async request => ({
    items: await agents.times({ from: new Date(request.query.from), to: request.query.to ? new Date(request.query.to) : clock.now() })
  }))
}

/** What an agent does: signs in, is ready, pauses, chooses the telephone. */
function states (app: App, { agents }: AgentRoutesOptions): void {
  const chosen = {
    'sign-in': 'Sign in',
    'sign-out': 'Sign out; during a call, after it',
    ready: 'Ready for calls; ends a wrap-up whose call has its disposition'
  } as const
  for (const [verb, summary] of Object.entries(chosen)) {
    const command = { 'sign-in': agents.signIn, 'sign-out': agents.signOut, ready: agents.ready }[verb as keyof typeof chosen]
    app.post(`/api/agents/:extension/${verb}`, {
      config: { roles: own },
      schema: { tags, summary, headers: WriteHeaders, params: one, response: answers({ 200: AgentSchema }) }
    }, async (request, reply) => await write(request, reply, { action: `agent.${verb}`, subject: request.params.extension },
      async tx => await command(tx, request.actor, request.params)))
  }

  app.post('/api/agents/:extension/pause', {
    config: { roles: own },
    schema: {
      tags,
      summary: 'Paused, with a reason',
      headers: WriteHeaders,
      params: one,
      body: Type.Object({ reason: OneOf(pauseReasons) }),
      response: answers({ 200: AgentSchema })
    }
  }, async (request, reply) => await write(request, reply, {
    action: 'agent.pause',
    subject: request.params.extension,
    detail: request.body
  }, async tx => await agents.pause(tx, request.actor, { ...request.params, ...request.body })))

  app.put('/api/agents/:extension/telephone', {
    config: { roles: [...own, 'EMERGENCY_COORDINATOR', 'SUPERVISOR'] },
    schema: {
      tags,
      summary: 'Which telephone rings: on the desk or in the browser',
      description: 'Answered when the PBX knows it: the telephone may register then.',
      headers: WriteHeaders,
      params: one,
      body: Type.Object({ kind: OneOf(['desk', 'browser']) }),
      response: answers({ 200: Type.Object({ kind: OneOf(['desk', 'browser']) }) })
    }
  }, async (request, reply) => {
    const chosen = await write(request, reply, { action: 'agent.telephone', subject: request.params.extension, detail: request.body },
      async tx => await agents.chooseTelephone(tx, request.actor, { ...request.params, ...request.body }))
    await agents.writeAccounts()
    return chosen
  })
}

/** Telephones, as an administrator gives them out. */
function accounts (app: App, { agents }: AgentRoutesOptions): void {
  app.put('/api/agents/:extension', {
    config: { roles: ['ADMINISTRATOR'] },
    schema: {
      tags,
      summary: 'Give a person a telephone; its password is shown once',
      headers: WriteHeaders,
      params: one,
      body: Type.Object({
        login: Nullable(ShortId()),
        displayName: SafeLine({ minLength: 1, maxLength: 60 }),
        webrtc: Type.Boolean({ description: 'a browser rather than a desk telephone' })
      }),
      response: answers({ 200: Type.Object({ extension: Type.String(), sipPassword: Nullable(Type.String()) }) })
    }
  }, async (request, reply) => await write(request, reply, {
    action: 'agent.save',
    subject: request.params.extension,
    detail: { login: request.body.login }
  }, async tx => await agents.saveAccount(tx, request.actor, { ...request.params, ...request.body })))

  app.post('/api/agents/:extension/sip-password', {
    config: { roles: ['ADMINISTRATOR'] },
    schema: {
      tags,
      summary: 'Another SIP password for a telephone, shown once; the old one no longer registers',
      headers: WriteHeaders,
      params: one,
      response: answers({ 200: Type.Object({ extension: Type.String(), sipPassword: Type.String() }) })
    }
  }, async (request, reply) => await write(request, reply, { action: 'agent.sip-password', subject: request.params.extension },
    async tx => await agents.newSipPassword(tx, request.actor, request.params)))
}
