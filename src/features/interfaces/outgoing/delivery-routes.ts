import Type from 'typebox'
import type { App, Routes } from '../../../http/kit/routes.ts'
import { makePage, Page, pageQuery, readPage } from '../../../http/kit/pages.ts'
import { answers, Id, Moment, Nullable, OneOf, params, ReasonLine, WriteHeaders } from '../../../http/kit/schema-words.ts'
import { write } from '../../../http/kit/write.ts'
import { keepers, readers } from '../registry/rules/who-reads.ts'
import { replayedAtOnce, type Deliveries } from './deliveries.ts'
import { eventTypes } from './rules/event-of.ts'
import { maxBodyBytes } from './rules/mended-body.ts'
import { attemptErrors, deliveryStates } from './rules/next-try.ts'

const tags = ['interfaces']
const byId = params({ id: Id('the webhook-id') })
const Settled = Type.Object({ id: Id() })
const Status = Nullable(Type.Integer({ description: 'HTTP status; null: no answer' }))
const Why = Nullable(OneOf(attemptErrors, 'why there was no answer'))

const Delivery = Type.Object({
  id: Id('the webhook-id; sent again it is the same'),
  endpointId: Id(),
  interfaceId: Id(),
  interfaceName: Type.String(),
  interfaceNameEn: Type.String(),
  orderId: Nullable(Id()),
  withheld: Type.Boolean({ description: 'it is about an order hidden from you' }),
  kind: OneOf(eventTypes),
  state: OneOf(deliveryStates),
  createdAt: Moment(),
  dueAt: Moment('when it is tried next, while it waits'),
  attempts: Type.Integer({ description: 'since it was made, or sent again' }),
  settledAt: Nullable(Moment()),
  mended: Type.Boolean(),
  lastStatus: Status,
  lastError: Why,
  lastAt: Nullable(Moment())
})

const Detail = Type.Object({
  body: Type.String({ description: 'what is sent' }),
  firstBody: Nullable(Type.String({ description: 'what was to be sent before it was mended' })),
  mendedBy: Nullable(Type.String()),
  mendedReason: Nullable(Type.String()),
  attempts: Type.Array(Type.Object({ no: Type.Integer(), at: Moment(), status: Status, ms: Type.Integer(), error: Why }))
})

export interface DeliveryRoutesOptions { deliveries: Deliveries }

/** Outgoing events (投递), and the dead letters (死信) among them. */
export const deliveryRoutes = ({ deliveries }: DeliveryRoutesOptions): Routes => app => {
  reading(app, deliveries)
  changing(app, deliveries)
}

function reading (app: App, deliveries: Deliveries): void {
  app.get('/api/deliveries', {
    config: { roles: readers },
    schema: {
      tags,
      summary: 'Outgoing events, the newest first',
      querystring: Type.Object({ ...pageQuery, state: Type.Optional(OneOf(deliveryStates)), endpoint: Type.Optional(Id()) }),
      response: answers({ 200: Page(Delivery) })
    }
  }, async request => {
    const { state = null, endpoint = null } = request.query
    const { after, limit } = readPage(request.query, ['date', 'uuid'])
    const rows = await deliveries.list(request.actor, { state, endpointId: endpoint }, { after, limit })
    return makePage(rows, limit, row => [row.createdAt, row.id])
  })

  app.get('/api/deliveries/:id', {
    config: { roles: readers },
    schema: { tags, summary: 'What is sent, and every try', params: byId, response: answers({ 200: Detail }) }
  }, async request => await deliveries.one(request.actor, request.params.id))
}

function changing (app: App, deliveries: Deliveries): void {
  app.post('/api/deliveries/:id/replay', {
    config: { roles: keepers },
    schema: {
      tags,
      summary: 'Send a dead one again: the same id, a new time',
      headers: WriteHeaders,
      params: byId,
      response: answers({ 200: Settled })
    }
  }, async (request, reply) => await write(request, reply, { action: 'delivery.replay', subject: request.params.id },
    async tx => await deliveries.replay(tx, request.actor, request.params.id)))

  app.post('/api/deliveries/replay', {
    config: { roles: keepers },
    schema: {
      tags,
      summary: `Send dead ones again, the oldest first, ${replayedAtOnce} at most`,
      headers: WriteHeaders,
      body: Type.Object({ endpointId: Type.Optional(Id('default: of every endpoint that is not off')) }),
      response: answers({ 200: Type.Object({ replayed: Type.Integer() }) })
    }
  }, async (request, reply) => {
    const { endpointId = null } = request.body
    return await write(request, reply, { action: 'delivery.replay-all', subject: endpointId ?? 'all', detail: done => done },
      async tx => await deliveries.replayAll(tx, request.actor, { endpointId }))
  })

  app.put('/api/deliveries/:id/body', {
    config: { roles: keepers },
    schema: {
      tags,
      summary: 'Mend a dead one; the first body stays beside it',
      headers: WriteHeaders,
      params: byId,
      body: Type.Object({
        body: Type.String({ maxLength: 2 * maxBodyBytes, description: 'JSON: type, timestamp, data' }),
        reason: ReasonLine()
      }),
      response: answers({ 200: Settled })
    }
  }, async (request, reply) => await write(request, reply, { action: 'delivery.mend', subject: request.params.id },
    async tx => await deliveries.mend(tx, request.actor, request.params.id, request.body)))

  app.post('/api/deliveries/:id/drop', {
    config: { roles: keepers },
    schema: {
      tags,
      summary: 'Give a dead one up',
      headers: WriteHeaders,
      params: byId,
      body: Type.Object({ reason: ReasonLine() }),
      response: answers({ 200: Settled })
    }
  }, async (request, reply) => {
    const { params: { id }, body: { reason } } = request
    return await write(request, reply, { action: 'delivery.drop', subject: id, detail: { reason } },
      async tx => await deliveries.drop(tx, request.actor, id))
  })
}
