import Type from 'typebox'
import type { Database } from '../../db/database.ts'
import type { Role } from '../../domain/people/roles.ts'
import { parsePhoneNumber } from '../../domain/telephone/phone-number.ts'
import type { App, Routes } from '../../http/kit/routes.ts'
import { answers, Id, Moment, Nothing, Nullable, OneOf, params, PhoneText, WriteHeaders } from '../../http/kit/schema-words.ts'
import { write } from '../../http/kit/write.ts'
import { trialResults } from './rules/trial.ts'
import type { Trials } from './trials.ts'
import { EnteredTrunk, trunkFields } from './trunk-schemas.ts'
import { silentTrunks } from './trunk-store.ts'
import type { Trunks } from './trunks.ts'

const tags = ['trunks']
const administrators: readonly Role[] = ['ADMINISTRATOR']
/** Roles that must know that a carrier is silent. */
const watchers: readonly Role[] = [
  'SHIFT_LEADER', 'ADMINISTRATOR', 'SUPERVISOR', 'LEADER', 'DISPATCHER', 'CALLBACK_OFFICER', 'EMERGENCY_COORDINATOR', 'WALL'
]

const TrunkId = Type.String({ pattern: '^trunk([1-9]\\d{0,3})?$' })
const TrunkNow = Type.Object({
  id: TrunkId,
  ...trunkFields,
  version: Type.Integer(),
  fromSettings: Type.Boolean({ description: 'nobody has changed it: each start enters the settings\' values anew' }),
  calls: Type.Integer({ description: 'calls that live on it' }),
  nodes: Type.Array(Type.Object({
    name: Type.String(),
    silentSince: Nullable(Moment('null: the carrier answers there, or is not asked')),
    share: Type.Integer({ description: 'calls this PBX may place on it without the service' }),
    restart: Nullable(Type.Boolean({ description: 'the PBX must be restarted for keys by INFO; null: it cannot be asked just now' }))
  })),
  trial: Nullable(Type.Object({
    at: Moment(),
    result: Nullable(OneOf(trialResults, 'null: it is under way')),
    sip: Nullable(Type.Integer({ description: 'the far side\'s last SIP status; 0: none came' }))
  }, { description: 'the last trial call' }))
})
const byId = params({ id: TrunkId })
const Entered = Type.Object({ id: TrunkId })

export interface TrunkRoutesOptions { db: Database, trunks: Trunks, trials: Trials }

/** Trunks to the carriers (运营商线路). */
export const trunkRoutes = (options: TrunkRoutesOptions): Routes => app => {
  reading(app, options)
  changing(app, options)
}

function reading (app: App, { db, trunks }: TrunkRoutesOptions): void {
  app.get('/api/trunks', {
    config: { roles: administrators },
    schema: {
      tags,
      summary: 'Trunks, how they do on each PBX, and their limits',
      response: answers({ 200: Type.Object({ items: Type.Array(TrunkNow) }) })
    }
  }, async () => ({ items: await trunks.list() }))

  app.get('/api/trunks/silent', {
    config: { roles: watchers },
    schema: {
      tags,
      summary: 'Trunks whose carrier answers no PBX',
      response: answers({ 200: Type.Object({ silent: Type.Array(Type.Object({ id: Type.String(), silentSince: Moment() })) }) })
    }
  }, async () => ({ silent: await silentTrunks(db) }))
}

function changing (app: App, { trunks, trials }: TrunkRoutesOptions): void {
  app.post('/api/trunks', {
    config: { roles: administrators },
    schema: { tags, summary: 'Add a trunk', headers: WriteHeaders, body: EnteredTrunk, response: answers({ 201: Entered }) }
  }, async (request, reply) => {
    const hosts = await trunks.hostsOf(request.body)
    return await write(request, reply, { action: 'trunk.add', subject: ({ id }) => id, status: 201 },
      async tx => await trunks.add(tx, request.actor, request.body, hosts))
  })

  app.patch('/api/trunks/:id', {
    config: { roles: administrators },
    schema: {
      tags,
      summary: 'Change or disable a trunk; each PBX follows at once, calls that live go on',
      headers: WriteHeaders,
      params: byId,
      body: Type.Object({
        ...Type.Partial(EnteredTrunk).properties,
        version: Type.Integer({ minimum: 1, description: 'the version you have seen; stale: 409 version-conflict' })
      }),
      response: answers({ 200: Entered })
    }
  }, async (request, reply) => {
    const { params: { id }, body } = request
    const hosts = await trunks.hostsOf(body)
    return await write(request, reply, { action: 'trunk.change', subject: id, detail: { fields: Object.keys(body) } },
      async tx => await trunks.change(tx, request.actor, id, body, hosts))
  })

  app.post('/api/trunks/:id/trial', {
    config: { roles: administrators },
    schema: {
      tags,
      summary: 'Ring a number over this trunk alone and have one key pressed and one held; what came of it stands with the trunk',
      headers: WriteHeaders,
      params: byId,
      body: Type.Object({ number: PhoneText() }),
      response: answers({ 202: Type.Object({ requestId: Id() }) })
    }
  }, async (request, reply) => {
    const { params: { id }, body: { number } } = request
    return await write(request, reply, { action: 'trunk.trial', subject: id, status: 202 },
      async tx => await trials.start(tx, id, parsePhoneNumber(number)))
  })

  app.delete('/api/trunks/:id', {
    config: { roles: administrators },
    schema: {
      tags,
      summary: 'Remove a trunk that was never used',
      headers: WriteHeaders,
      params: byId,
      response: answers({ 204: Nothing })
    }
  }, async (request, reply) => {
    await write(request, reply, { action: 'trunk.remove', subject: request.params.id, status: 204 },
      async tx => { await trunks.remove(tx, request.params.id) })
    return null
  })
}
