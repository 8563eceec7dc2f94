import Type from 'typebox'
import type { App, Routes } from '../../../http/kit/routes.ts'
import { answers, Id, params, WriteHeaders } from '../../../http/kit/schema-words.ts'
import { write } from '../../../http/kit/write.ts'
import type { Deliveries } from '../outgoing/deliveries.ts'
import type { Endpoints } from './endpoints.ts'
import { EnteredEndpoint, EnteredInterface, InterfaceNow } from './registry-schemas.ts'
import type { Registry } from './registry.ts'
import { keepers, readers } from './rules/who-reads.ts'

const tags = ['interfaces']
const byId = params({ id: Id() })
const Made = Type.Object({ id: Id() })
const Version = Type.Integer({ minimum: 1, description: 'the version you have seen; stale: 409 version-conflict' })
const Secret = Type.String({ description: '`whsec_…`, shown this once: the peer checks signatures with it' })

/** Interfaces that one import adds at most. */
const importedAtOnce = 500

export interface RegistryRoutesOptions { registry: Registry, endpoints: Endpoints, deliveries: Pick<Deliveries, 'trial'> }

/** The registry of interfaces (数据接口), and where their events are sent. */
export const registryRoutes = (options: RegistryRoutesOptions): Routes => app => {
  interfaces(app, options)
  endpointRoutes(app, options)
}

function interfaces (app: App, { registry }: RegistryRoutesOptions): void {
  app.get('/api/interfaces', {
    config: { roles: readers },
    schema: {
      tags,
      summary: 'Interfaces with owner, law, cycle, endpoints and health',
      response: answers({ 200: Type.Object({ items: Type.Array(InterfaceNow) }) })
    }
  }, async () => ({ items: await registry.list() }))

  app.post('/api/interfaces', {
    config: { roles: keepers },
    schema: { tags, summary: 'Enter an interface', headers: WriteHeaders, body: EnteredInterface, response: answers({ 201: Made }) }
  }, async (request, reply) => await write(request, reply, { action: 'interface.add', subject: ({ id }) => id, status: 201 },
    async tx => await registry.add(tx, request.actor, request.body)))

  app.patch('/api/interfaces/:id', {
    config: { roles: keepers },
    schema: {
      tags,
      summary: 'Change an interface',
      headers: WriteHeaders,
      params: byId,
      body: Type.Object({ ...Type.Partial(EnteredInterface).properties, version: Version }),
      response: answers({ 200: Made })
    }
  }, async (request, reply) => {
    const { params: { id }, body } = request
    return await write(request, reply, { action: 'interface.change', subject: id, detail: { fields: Object.keys(body) } },
      async tx => await registry.change(tx, request.actor, id, body))
  })

  app.post('/api/interfaces/import', {
    config: { roles: keepers },
    schema: {
      tags,
      summary: 'Enter a list of interfaces; a name that stands is left as it is',
      headers: WriteHeaders,
      body: Type.Object({ items: Type.Array(EnteredInterface, { minItems: 1, maxItems: importedAtOnce }) }),
      response: answers({ 200: Type.Object({ added: Type.Integer(), known: Type.Integer() }) })
    }
  }, async (request, reply) => await write(request, reply, { action: 'interface.import', subject: 'interfaces', detail: done => done },
    async tx => await registry.take(tx, request.actor, request.body.items)))
}

function endpointRoutes (app: App, { endpoints, deliveries }: RegistryRoutesOptions): void {
  app.post('/api/interfaces/:id/endpoints', {
    config: { roles: keepers },
    schema: {
      tags,
      summary: 'Send events of an interface to an address; the answer has the secret that signs them',
      headers: WriteHeaders,
      params: byId,
      body: EnteredEndpoint,
      response: answers({ 201: Type.Object({ id: Id(), secret: Secret }) })
    }
  }, async (request, reply) => {
    const { params: { id }, body } = request
    await endpoints.mayBeReached(body)
    return await write(request, reply, { action: 'endpoint.add', subject: made => made.id, detail: { interface: id }, status: 201 },
      async tx => await endpoints.add(tx, request.actor, id, body))
  })

  app.patch('/api/endpoints/:id', {
    config: { roles: keepers },
    schema: {
      tags,
      summary: 'Change an endpoint, or switch it on or off; what waits is sent once it is on again',
      headers: WriteHeaders,
      params: byId,
      body: Type.Object({ ...Type.Partial(EnteredEndpoint).properties, on: Type.Optional(Type.Boolean()), version: Version }),
      response: answers({ 200: Made })
    }
  }, async (request, reply) => {
    const { params: { id }, body } = request
    await endpoints.mayBeReached(body, id)
    return await write(request, reply, { action: 'endpoint.change', subject: id, detail: { fields: Object.keys(body) } },
      async tx => await endpoints.change(tx, request.actor, id, body))
  })

  app.post('/api/endpoints/:id/secret', {
    config: { roles: keepers },
    schema: {
      tags,
      summary: 'A new secret; for 24 hours the one before it signs along',
      headers: WriteHeaders,
      params: byId,
      response: answers({ 200: Type.Object({ secret: Secret }) })
    }
  }, async (request, reply) => await write(request, reply, { action: 'endpoint.secret', subject: request.params.id },
    async tx => await endpoints.newSecret(tx, request.actor, request.params.id)))

  app.post('/api/endpoints/:id/try', {
    config: { roles: keepers },
    schema: {
      tags,
      summary: 'Send an `interface.trial`; what came of it stands with the delivery',
      headers: WriteHeaders,
      params: byId,
      response: answers({ 202: Type.Object({ deliveryId: Id() }) })
    }
  }, async (request, reply) => await write(request, reply, { action: 'endpoint.try', subject: request.params.id, status: 202 },
    async tx => await deliveries.trial(tx, request.params.id)))
}
