import Type, { type TSchema } from 'typebox'
import type { Tx } from '../../../db/database.ts'
import type { Outside } from '../../../db/outside.ts'
import { DomainError } from '../../../domain/errors.ts'
import type { Actor } from '../../../domain/people/roles.ts'
import type { App, Routes } from '../../../http/kit/routes.ts'
import { answers, Id, params, ReasonLine, WriteHeaders } from '../../../http/kit/schema-words.ts'
import { write, writeOutside } from '../../../http/kit/write.ts'
import type { Emergency } from '../emergency.ts'
import type { Apart } from './apart.ts'
import type { Chair } from './chair.ts'
import type { Conference } from './conference.ts'

export interface ConferenceRoutesOptions {
  emergency: Pick<Emergency, 'stop' | 'resume' | 'skip'>
  conference: Conference
  apart: Apart
  chair: Chair
}

interface Ids { incidentId: string, memberId: string }

const coordinators = ['EMERGENCY_COORDINATOR'] as const
const Done = Type.Object({ done: Type.Boolean() })
const Switched = Type.Object({
  done: Type.Boolean(),
  notObeyed: Type.Array(Type.String(), { description: 'PBXs that did not obey; they do as soon as they can' })
})
const On = Type.Object({ on: Type.Boolean() })
const one = params({ id: Id('incident') })
const two = params({ id: Id('incident'), memberId: Id('member') })
const done = { done: true }

/** A route without a body, on an incident or on one of its members. */
const verbOf = <K extends TSchema>(key: K, summary: string) => ({
  config: { roles: coordinators },
  schema: { tags: ['emergency'], summary, params: key, headers: WriteHeaders, response: answers({ 200: Done }) }
})

/** The client gets `done`, not what the command itself returns. */
async function settled (work: Promise<Outside<unknown>>): Promise<Outside<typeof done>> {
  const { act, save } = await work
  return {
    act,
    async save (tx) {
      await save(tx)
      return done
    }
  }
}

/** What is done with a dial that runs and its conference. */
export const conferenceRoutes = (options: ConferenceRoutesOptions): Routes => app => {
  const { emergency, conference } = options
  verb(app, 'stop', 'Stop dialling; who talks goes on talking', 'incident.stop', emergency.stop)
  verb(app, 'resume', 'Go on dialling', 'incident.resume', emergency.resume)
  verb(app, 'end', 'End the conference and the incident', 'incident.end', conference.end)
  join(app, options)
  members(app, options)
  toggle(app, 'mute', 'Silence everybody but the commanders', 'incident.mute-all', conference.muteAll)
  toggle(app, 'lock', 'Lock every room and rejoining', 'incident.lock', conference.lock)
  toggle(app, 'recording', 'Record the conference, with notice', 'incident.record', conference.recordConference)
  talkAlone(app, options)
}

function verb (
  app: App, path: string, summary: string, action: string, work: (tx: Tx, actor: Actor, incidentId: string) => Promise<unknown>
): void {
  app.post(`/api/incidents/:id/${path}`, verbOf(one, summary), async (request, reply) =>
    await write(request, reply, { action, subject: request.params.id }, async tx => {
      await work(tx, request.actor, request.params.id)
      return done
    }))
}

/** On or off, for the whole conference. */
function toggle (
  app: App, path: string, summary: string, action: string,
  work: (tx: Tx, actor: Actor, input: { incidentId: string, on: boolean }) => Promise<Outside<{ notObeyed: string[] }>>
): void {
  app.put(`/api/incidents/:id/${path}`, {
    config: { roles: coordinators },
    schema: { tags: ['emergency'], summary, params: one, headers: WriteHeaders, body: On, response: answers({ 200: Switched }) }
  }, async (
    request, reply
  ) => await writeOutside(request, reply, { action, subject: request.params.id, detail: { on: request.body.on } },
    async tx => {
      const { act, save } = await work(tx, request.actor, { incidentId: request.params.id, on: request.body.on })
      return { act, save: async tx => ({ ...done, ...await save(tx) }) }
    }))
}

function memberVerb (
  app: App, path: string, summary: string, action: string, work: (tx: Tx, actor: Actor, ids: Ids) => Promise<Outside<unknown>>
): void {
  app.post(`/api/incidents/:id/members/:memberId/${path}`, verbOf(two, summary), async (request, reply) => {
    const { id: incidentId, memberId } = request.params
    return await writeOutside(request, reply, { action, subject: incidentId, detail: { memberId } },
      async tx => await settled(work(tx, request.actor, { incidentId, memberId })))
  })
}

function join (app: App, { chair }: ConferenceRoutesOptions): void {
  const options = verbOf(one, 'Ring my own telephone into the conference as its chair')
  app.post('/api/incidents/:id/join', options, async (request, reply) =>
    await writeOutside(request, reply, { action: 'incident.chair', subject: request.params.id },
      async tx => await settled(chair.joinAsChair(tx, request.actor, { incidentId: request.params.id }))))
}

function members (app: App, options: ConferenceRoutesOptions): void {
  const { conference, chair } = options
  skip(app, options)
  memberVerb(app, 'speak', 'Speak alone with somebody whose line is open', 'incident.speak', chair.speakWith)
  memberVerb(app, 'admit', 'Let somebody in whom I spoke with on this call', 'incident.admit', chair.admit)
  memberVerb(app, 'mute', 'Mute one member', 'incident.mute',
    async (tx, actor, ids) => await conference.mute(tx, actor, { ...ids, on: true }))
  memberVerb(app, 'unmute', 'Unmute one member', 'incident.unmute',
    async (tx, actor, ids) => await conference.mute(tx, actor, { ...ids, on: false }))
  remove(app, options)
}

function skip (app: App, { emergency }: ConferenceRoutesOptions): void {
  const options = verbOf(two, 'Leave a member out; the next one\'s turn begins')
  app.post('/api/incidents/:id/members/:memberId/skip', options, async (request, reply) => {
    const { id: incidentId, memberId } = request.params
    return await write(request, reply, { action: 'incident.skip', subject: incidentId, detail: { memberId } }, async tx => {
      await emergency.skip(tx, request.actor, { incidentId, memberId })
      return done
    })
  })
}

function remove (app: App, { conference }: ConferenceRoutesOptions): void {
  app.post('/api/incidents/:id/members/:memberId/remove', {
    config: { roles: coordinators },
    schema: {
      tags: ['emergency'],
      summary: 'Put a member out of the conference',
      params: two,
      headers: WriteHeaders,
      body: Type.Object({ reason: ReasonLine({ minLength: 1 }) }),
      response: answers({ 200: Done })
    }
  }, async (request, reply) => await writeOutside(request, reply, {
    action: 'incident.remove',
    subject: request.params.id,
    detail: { memberId: request.params.memberId }
  }, async tx => await settled(conference.remove(
    tx,
    request.actor,
    { incidentId: request.params.id, memberId: request.params.memberId, reason: request.body.reason }
  ))))
}

function talkAlone (app: App, { apart }: ConferenceRoutesOptions): void {
  app.put('/api/incidents/:id/private', {
    config: { roles: coordinators },
    schema: {
      tags: ['emergency'],
      summary: 'Let two members talk alone, or bring them back',
      params: one,
      headers: WriteHeaders,
      body: Type.Object({
        memberIds: Type.Array(Id(), { minItems: 1, maxItems: 2, description: 'two to talk alone; one or two to come back' }),
        on: Type.Boolean()
      }),
      response: answers({ 200: Done })
    }
  }, async (request, reply) => await writeOutside(request, reply, {
    action: 'incident.private',
    subject: request.params.id
  }, async tx => {
    const [a, b] = request.body.memberIds
    const incidentId = request.params.id
    if (!request.body.on) {
      return await settled(
        apart.reunite(tx, request.actor, { incidentId, memberIds: [...new Set(request.body.memberIds)] })
      )
    }
    if (a === undefined || b === undefined || a === b) throw new DomainError('invalid-input', 'a private talk needs exactly two members')
    return await settled(apart.connectPrivately(tx, request.actor, { incidentId, memberIds: [a, b] }))
  }))
}
