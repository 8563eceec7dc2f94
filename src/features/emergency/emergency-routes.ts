import Type from 'typebox'
import { holds, type Actor } from '../../domain/people/roles.ts'
import type { Emergency } from './emergency.ts'
import type { IncidentQueries } from './incident-view.ts'
import { planKinds, planStatuses } from './emergency-types.ts'
import { incidentEventKinds } from './rules/incident-events.ts'
import { memberStates } from './rules/roster.ts'
import { makePage, Page, pageQuery, readPage } from '../../http/kit/pages.ts'
import type { App, Routes } from '../../http/kit/routes.ts'
import {
  answers, ForEach, Id, Moment, Nullable, OneOf, params, ReasonLine, SafeLine, ShortId, WriteHeaders
} from '../../http/kit/schema-words.ts'
import { write } from '../../http/kit/write.ts'

export interface EmergencyRoutesOptions {
  emergency: Emergency
  incidents: IncidentQueries
}

const coordinators = ['EMERGENCY_COORDINATOR'] as const
const readers = ['EMERGENCY_COORDINATOR', 'SHIFT_LEADER', 'LEADER', 'SUPERVISOR', 'ADMINISTRATOR'] as const
const modes = ['simultaneous', 'sequential'] as const

const Plan = Type.Object({
  code: Type.String(),
  name: Type.String(),
  nameEn: Type.String(),
  kind: OneOf(planKinds),
  eventType: Type.String(),
  levels: Type.String(),
  startWhen: Type.String(),
  status: OneOf(planStatuses, 'only EFFECTIVE is in force; show any other with a warning'),
  lastDrill: Type.String(),
  keywords: Type.Array(Type.String()),
  people: Type.Integer()
})

const PlanMember = Type.Object({
  personId: Type.String(),
  name: Type.String(),
  here: Type.Boolean({ description: 'in office today; others are not dialled' }),
  role: Type.String(),
  unitId: Nullable(Type.String()),
  order: Type.Integer(),
  commander: Type.Boolean(),
  mustAnswer: Type.Boolean(),
  deputyPersonId: Nullable(Type.String()),
  numbers: Type.Array(Type.String({ description: 'masked but for coordinators' }))
})

const Summary = Type.Object({
  id: Id(),
  number: Type.String(),
  planCode: Nullable(Type.String()),
  orderId: Nullable(Type.String({ description: 'for people who may know of the order' })),
  title: Type.String(),
  place: Type.String(),
  level: Type.String(),
  drill: Type.Boolean(),
  mode: OneOf(modes),
  state: OneOf(['dialling', 'stopped', 'ended']),
  locked: Type.Boolean(),
  mutedAll: Type.Boolean(),
  recording: Type.Boolean(),
  startedBy: Type.String(),
  startedAt: Moment(),
  endedAt: Nullable(Moment()),
  endedBy: Nullable(Type.String())
})

const Member = Type.Object({
  id: Id(),
  personId: Nullable(Type.String()),
  name: Type.String(),
  roles: Type.Array(Type.String()),
  unitId: Nullable(Type.String()),
  order: Type.Integer(),
  commander: Type.Boolean(),
  deputyOf: Nullable(Type.String()),
  numbers: Type.Array(Type.String()),
  state: OneOf(memberStates),
  stateAt: Moment(),
  round: Type.Integer(),
  joins: Type.Integer(),
  inConference: Type.Boolean(),
  legId: Nullable(Type.String({ description: 'the member\'s newest leg; momentary events name legs' })),
  chair: Type.Boolean({ description: 'the coordinator\'s own row; not counted as dialled' }),
  sameTelephoneAs: Nullable(Type.String({ description: 'member whose telephone is rung for this one' })),
  selfMuted: Type.Boolean({ description: 'by the member, with *1' }),
  lockedOut: Type.Boolean({ description: 'wanted to come in while the conference was locked' }),
  cutOff: Type.Boolean({ description: 'the room is cut off from the others and hears music; it is being joined again' }),
  muted: Type.Boolean(),
  removed: Type.Boolean(),
  skipped: Type.Boolean(),
  private: Type.Boolean(),
  admittedBy: Nullable(Type.String()),
  joinedAt: Nullable(Moment()),
  leftAt: Nullable(Moment())
})

const Entry = Type.Object({
  id: Type.Integer(),
  memberId: Nullable(Type.String()),
  legId: Nullable(Type.String()),
  at: Moment(),
  kind: OneOf(incidentEventKinds),
  actor: Type.String(),
  detail: Type.Record(Type.String(), Type.Unknown())
})

const Incident = Type.Intersect([Summary, Type.Object({
  reason: Type.String(),
  message: Type.String(),
  pin: Nullable(Type.String({ description: 'for coordinators' })),
  recordings: Type.Array(Type.Object({
    part: Type.Integer({ minimum: 1 }),
    node: Type.String({ description: 'PBX it lies on' }),
    begunAt: Nullable(Moment()),
    endedAt: Nullable(Moment())
  }), { description: 'parts of the recording: a new one begins where the root moves to another PBX' }),
  counts: ForEach(memberStates, Type.Integer()),
  members: Type.Array(Member),
  timeline: Type.Array(Entry, { description: 'every attempt, cause, key, join, leave, mute and by whom, in order' })
})])

const AdHoc = Type.Union([
  Type.Object({ personId: ShortId('person of the directory') }),
  Type.Object({ name: SafeLine({ minLength: 1 }), number: Type.String({ maxLength: 40 }), role: Type.Optional(SafeLine()) })
])

const Started = Type.Object({
  incidentId: Id(),
  number: Type.String(),
  joined: Type.Boolean({ description: 'it had been started already; this is that incident' }),
  withoutOrder: Type.Boolean({ description: 'no such order, or it is hidden from you; the dial began without it' })
})
const Done = Type.Object({ done: Type.Boolean() })
const one = params({ id: Id('incident') })
const full = (actor: Actor): boolean => holds(actor, 'EMERGENCY_COORDINATOR')

/** Plans, incidents and their dial. */
export const emergencyRoutes = (options: EmergencyRoutesOptions): Routes => app => {
  plans(app, options)
  reading(app, options)
  start(app, options)
  members(app, options)
}

function plans (app: App, { incidents }: EmergencyRoutesOptions): void {
  app.get('/api/plans', {
    config: { roles: readers },
    schema: { tags: ['emergency'], summary: 'Emergency plans', response: answers({ 200: Type.Object({ items: Type.Array(Plan) }) }) }
  }, async () => ({ items: await incidents.plans() }))

  app.get('/api/plans/:code', {
    config: { roles: readers },
    schema: {
      tags: ['emergency'],
      summary: 'One plan with its command members',
      params: params({ code: ShortId('plan') }),
      response: answers({ 200: Type.Intersect([Plan, Type.Object({ members: Type.Array(PlanMember) })]) })
    }
  }, async request => await incidents.plan(request.params.code, full(request.actor)))
}

function reading (app: App, { incidents }: EmergencyRoutesOptions): void {
  app.get('/api/incidents', {
    config: { roles: readers },
    schema: {
      tags: ['emergency'],
      summary: 'Incidents, newest first',
      querystring: Type.Object({ ...pageQuery, open: Type.Optional(Type.Boolean({ description: 'only those that have not ended' })) }),
      response: answers({ 200: Page(Summary) })
    }
  }, async request => {
    const { after, limit } = readPage(request.query, ['date', 'uuid'])
    return makePage(await incidents.list(request.actor, after, limit, request.query.open ?? false), limit, row => [row.startedAt, row.id])
  })

  app.get('/api/incidents/:id', {
    config: { roles: readers },
    schema: { tags: ['emergency'], summary: 'One incident whole: roster and timeline', params: one, response: answers({ 200: Incident }) }
  }, async request => await incidents.whole(request.actor, request.params.id, full(request.actor)))
}

function start (app: App, { emergency }: EmergencyRoutesOptions): void {
  app.post('/api/incidents', {
    config: { roles: coordinators },
    schema: {
      tags: ['emergency'],
      summary: 'Start the dial of a plan or of an ad-hoc list',
      description: 'Starting the same plan for the same incident twice gives the same incident.',
      headers: WriteHeaders,
      body: Type.Object({
        planCode: Type.Optional(Nullable(ShortId('plan'))),
        members: Type.Optional(Type.Array(AdHoc, { maxItems: 2000 })),
        title: SafeLine({ minLength: 1, description: 'the event, as it is spoken to members' }),
        place: Type.Optional(SafeLine()),
        level: Type.Optional(SafeLine({ maxLength: 20 })),
        reason: ReasonLine({ minLength: 1, maxLength: 500 }),
        orderId: Type.Optional(Nullable(Id('work order'))),
        drill: Type.Optional(Type.Boolean()),
        mode: OneOf(modes)
      }),
      response: answers({ 201: Started })
    }
  }, async (request, reply) => {
    const prompt = await emergency.prepare(request.body)
    return await write(request, reply, {
      action: 'incident.start',
      subject: started => started.incidentId,
      status: 201,
      detail: { plan: request.body.planCode ?? null, mode: request.body.mode }
    }, async tx => await emergency.start(tx, request.actor, { ...request.body, prompt }))
  })
}

const MemberIds = Type.Object({ memberIds: Type.Array(Id(), { minItems: 1, maxItems: 2000 }) })

/** Who is dialled while it runs, and in which order. */
function members (app: App, { emergency }: EmergencyRoutesOptions): void {
  app.post('/api/incidents/:id/members', {
    config: { roles: coordinators },
    schema: {
      tags: ['emergency'],
      summary: 'Add people while it runs',
      params: one,
      headers: WriteHeaders,
      body: Type.Object({
        members: Type.Array(AdHoc, { minItems: 1, maxItems: 500 }),
        standInFor: Type.Optional(Nullable(Id('member who cannot come')))
      }),
      response: answers({
        200: Type.Object({
          added: Type.Integer(),
          already: Type.Integer({ description: 'on the list before; not dialled twice' }),
          locked: Type.Boolean({ description: 'nobody joins until it is unlocked' })
        })
      })
    }
  }, async (request, reply) => await write(request, reply, { action: 'incident.add', subject: request.params.id },
    async tx => await emergency.add(tx, request.actor, { incidentId: request.params.id, ...request.body })))

  app.post('/api/incidents/:id/dial', {
    config: { roles: coordinators },
    schema: {
      tags: ['emergency'],
      summary: 'Dial these members (again), now',
      params: one,
      headers: WriteHeaders,
      body: MemberIds,
      response: answers({
        200: Type.Object({ dialled: Type.Integer(), locked: Type.Boolean({ description: 'nobody joins until it is unlocked' }) })
      })
    }
  }, async (request, reply) => await write(request, reply, { action: 'incident.dial', subject: request.params.id },
    async tx => await emergency.dialMember(tx, request.actor, { incidentId: request.params.id, ...request.body })))

  app.put('/api/incidents/:id/order', {
    config: { roles: coordinators },
    schema: {
      tags: ['emergency'],
      summary: 'New order of the members whose turn has not come',
      params: one,
      headers: WriteHeaders,
      body: MemberIds,
      response: answers({ 200: Done })
    }
  }, async (request, reply) => await write(request, reply, { action: 'incident.reorder', subject: request.params.id }, async tx => {
    await emergency.reorder(tx, request.actor, { incidentId: request.params.id, ...request.body })
    return { done: true }
  }))
}
