import Type from 'typebox'
import type { App, Routes } from '../../../http/kit/routes.ts'
import { answers, Id, Moment, params, WriteHeaders } from '../../../http/kit/schema-words.ts'
import { write } from '../../../http/kit/write.ts'
import { keepers, readers } from '../registry/rules/who-reads.ts'
import type { Days } from './days.ts'
import { tolerance } from './rules/source-states.ts'
import type { Sources } from './sources.ts'

const tags = ['interfaces']
const byId = params({ id: Id('of the interface') })
const Ids = Type.Array(Type.String(), { description: 'ids of messages' })
const Secret = Type.String({ description: '`whsec_…`, shown this once: the peer signs with it' })
const ToleranceMinutes = Type.Integer({
  minimum: tolerance.least, maximum: tolerance.most, description: 'how far its clock may be off; default 5'
})

export interface SourceRoutesOptions { sources: Sources, days: Pick<Days, 'list'> }

/** What an interface receives with, and the books of its days. */
export const sourceRoutes = ({ sources, days }: SourceRoutesOptions): Routes => app => {
  changing(app, sources)
  comparing(app, days)
}

function changing (app: App, sources: Sources): void {
  app.post('/api/interfaces/:id/source', {
    config: { roles: keepers },
    schema: {
      tags,
      summary: 'Receive messages by an interface; the answer has the secret that signs them',
      headers: WriteHeaders,
      params: byId,
      body: Type.Object({ toleranceMinutes: Type.Optional(ToleranceMinutes) }),
      response: answers({ 201: Type.Object({ id: Id(), secret: Secret }) })
    }
  }, async (request, reply) => {
    const { params: { id }, body: { toleranceMinutes = tolerance.least } } = request
    return await write(request, reply, { action: 'source.begin', subject: id, detail: { toleranceMinutes }, status: 201 },
      async tx => await sources.begin(tx, request.actor, id, { toleranceMinutes }))
  })

  app.patch('/api/interfaces/:id/source', {
    config: { roles: keepers },
    schema: {
      tags,
      summary: 'Switch receiving on or off, or let the clock of the sender be further off',
      headers: WriteHeaders,
      params: byId,
      body: Type.Object({
        on: Type.Optional(Type.Boolean()),
        toleranceMinutes: Type.Optional(ToleranceMinutes),
        version: Type.Integer({ minimum: 1, description: 'the version you have seen; stale: 409 version-conflict' })
      }),
      response: answers({ 200: Type.Object({ id: Id() }) })
    }
  }, async (request, reply) => {
    const { params: { id }, body } = request
    return await write(request, reply, { action: 'source.change', subject: id, detail: { ...body } },
      async tx => await sources.change(tx, request.actor, id, body))
  })

  app.post('/api/interfaces/:id/source/secret', {
    config: { roles: keepers },
    schema: {
      tags,
      summary: 'A new secret; for 24 hours the one before it is good too',
      headers: WriteHeaders,
      params: byId,
      response: answers({ 200: Type.Object({ secret: Secret }) })
    }
  }, async (request, reply) => await write(request, reply, { action: 'source.secret', subject: request.params.id },
    async tx => await sources.newSecret(tx, request.actor, request.params.id)))
}

function comparing (app: App, days: Pick<Days, 'list'>): void {
  app.get('/api/interfaces/:id/days', {
    config: { roles: readers },
    schema: {
      tags,
      summary: 'Days the sender has reported, compared with what came until now; the newest first',
      params: byId,
      response: answers({
        200: Type.Object({
          items: Type.Array(Type.Object({
            day: Type.String({ format: 'date' }),
            reportedAt: Moment(),
            theirs: Type.Integer({ description: 'messages they say they sent' }),
            ours: Type.Integer({ description: 'messages here that tell of this day' }),
            missing: Ids,
            extra: Ids
          }))
        })
      })
    }
  }, async request => ({ items: await days.list(request.params.id) }))
}
