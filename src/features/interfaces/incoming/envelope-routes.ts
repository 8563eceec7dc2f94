import Type from 'typebox'
import type { App, Routes } from '../../../http/kit/routes.ts'
import { makePage, Page, pageQuery, readPage } from '../../../http/kit/pages.ts'
import { answers, Id, Moment, Nullable, OneOf, params, ReasonLine, WriteHeaders } from '../../../http/kit/schema-words.ts'
import { write } from '../../../http/kit/write.ts'
import { keepers, readers } from '../registry/rules/who-reads.ts'
import { Faults, maxBytes } from './exchange-routes.ts'
import type { Quarantine } from './quarantine.ts'
import { envelopeStates, quarantineReasons } from './rules/judge.ts'

const tags = ['interfaces']
const byId = params({ id: Id() })
const Settled = Type.Object({ id: Id() })
const MaybeText = Nullable(Type.String())

const Envelope = Type.Object({
  id: Id(),
  interfaceId: Id(),
  interfaceName: Type.String(),
  interfaceNameEn: Type.String(),
  messageId: Type.String({ description: 'the sender\'s own; empty where it is withheld' }),
  sender: Type.String({ description: 'the token' }),
  sentAt: Moment('by the sender\'s clock'),
  receivedAt: Moment(),
  kind: MaybeText,
  version: MaybeText,
  state: OneOf(envelopeStates),
  reason: Nullable(OneOf(quarantineReasons, 'why it was put aside')),
  faults: Faults,
  mended: Type.Boolean(),
  settledAt: Nullable(Moment()),
  settledBy: MaybeText,
  orderId: Nullable(Id()),
  withheld: Type.Boolean({ description: 'it is about an order hidden from you' })
})

const Words = Type.Object({
  body: Type.String({ description: 'what would be taken' }),
  firstBody: Nullable(Type.String({ description: 'what came, before it was mended' })),
  mendedBy: MaybeText,
  mendedReason: MaybeText,
  earlierBody: Nullable(Type.String({ description: 'what came first under the same id' }))
})

export interface EnvelopeRoutesOptions { quarantine: Quarantine }

/** Incoming messages, and those among them that a person has to look at (隔离区). */
export const envelopeRoutes = ({ quarantine }: EnvelopeRoutesOptions): Routes => app => {
  reading(app, quarantine)
  changing(app, quarantine)
}

function reading (app: App, quarantine: Quarantine): void {
  app.get('/api/envelopes', {
    config: { roles: readers },
    schema: {
      tags,
      summary: 'Incoming messages, the newest first, without their words',
      querystring: Type.Object({ ...pageQuery, state: Type.Optional(OneOf(envelopeStates)), interface: Type.Optional(Id()) }),
      response: answers({ 200: Page(Envelope) })
    }
  }, async request => {
    const { state = null, interface: interfaceId = null } = request.query
    const { after, limit } = readPage(request.query, ['date', 'uuid'])
    const rows = await quarantine.list(request.actor, { state, interfaceId }, { after, limit })
    return makePage(rows, limit, row => [row.receivedAt, row.id])
  })

  app.get('/api/envelopes/:id', {
    config: { roles: keepers },
    schema: {
      tags,
      summary: 'The words of a message in quarantine, names and numbers too; who looks is in the audit',
      params: byId,
      response: answers({ 200: Words })
    }
  }, async (request, reply) => await write(request, reply, { action: 'envelope.look', subject: request.params.id },
    async tx => await quarantine.words(tx, request.actor, request.params.id)))
}

function changing (app: App, quarantine: Quarantine): void {
  app.put('/api/envelopes/:id/body', {
    config: { roles: keepers },
    // A message within JSON is longer than the message.
    bodyLimit: 4 * maxBytes,
    schema: {
      tags,
      summary: 'Mend one, into a form that can be taken; what came stays beside it',
      headers: WriteHeaders,
      params: byId,
      body: Type.Object({ body: Type.String({ maxLength: maxBytes, description: 'JSON' }), reason: ReasonLine() }),
      response: answers({ 200: Settled })
    }
  }, async (request, reply) => await write(request, reply, { action: 'envelope.mend', subject: request.params.id },
    async tx => await quarantine.mend(tx, request.actor, request.params.id, request.body)))

  app.post('/api/envelopes/:id/take', {
    config: { roles: keepers },
    schema: {
      tags,
      summary: 'Take one as it now reads, in the name of its sender',
      headers: WriteHeaders,
      params: byId,
      response: answers({ 200: Settled })
    }
  }, async (request, reply) => await write(request, reply, { action: 'envelope.take', subject: request.params.id },
    async tx => await quarantine.take(tx, request.actor, request.params.id)))

  app.post('/api/envelopes/:id/drop', {
    config: { roles: keepers },
    schema: {
      tags,
      summary: 'Give one up',
      headers: WriteHeaders,
      params: byId,
      body: Type.Object({ reason: ReasonLine() }),
      response: answers({ 200: Settled })
    }
  }, async (request, reply) => {
    const { params: { id }, body: { reason } } = request
    return await write(request, reply, { action: 'envelope.drop', subject: id, detail: { reason } },
      async tx => await quarantine.drop(tx, request.actor, id))
  })
}
