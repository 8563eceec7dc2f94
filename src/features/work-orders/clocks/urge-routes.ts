import Type from 'typebox'
import type { Role } from '../../../domain/people/roles.ts'
import { DomainError, errorCodes } from '../../../domain/errors.ts'
import type { OrderQueries } from '../reading/order-queries.ts'
import { rolesOf } from '../life-cycle/rules/life-cycle-steps.ts'
import { maxUrged } from './rules/urging.ts'
import type { Routes } from '../../../http/kit/routes.ts'
import { answers, Id, Nullable, OneOf, params, Reason, WriteHeaders } from '../../../http/kit/schema-words.ts'
import { write } from '../../../http/kit/write.ts'
import { filterQuery, Ref } from '../work-orders-schemas.ts'
import { outcome } from '../order-write.ts'
import { readFilter } from '../reading/reading-routes.ts'
import type { OrderCommands } from '../work-orders.ts'

/** Many at once are urged by the Centre alone. */
const centre: readonly Role[] = ['DISPATCHER', 'SHIFT_LEADER', 'SUPERVISOR']

const tags = ['work-orders']
const Why = Reason({ minLength: 1, maxLength: 400, description: 'why; on the timeline, not in the text message' })

/** 催办: one order, or many at once. */
export function urgeRoutes ({ commands, queries }: { commands: OrderCommands, queries: Pick<OrderQueries, 'list'> }): Routes {
  return app => {
    app.post('/api/work-orders/:id/urge', {
      config: { roles: rolesOf('case.urge') },
      schema: {
        tags,
        summary: 'Urge it 催办',
        description: 'Counted and shown; the unit in charge gets a text message, at most one in ten minutes. Moves nothing else. ' +
          'The same person again within the minutes of rule `URGE_MINUTES`: 409 urged-just-now, unless another call asks for it.',
        params: params({ id: Id() }),
        headers: WriteHeaders,
        body: Type.Object({
          reason: Why,
          callId: Type.Optional(Nullable(Type.String({
            maxLength: 100,
            pattern: '^[\\w.-]+$',
            description: 'the citizen\'s call; it is linked as a reminder'
          })))
        }),
        response: answers({
          200: Type.Object({ ...Ref.properties, urgeCount: Type.Integer(), told: Type.Boolean({ description: 'a text message went out' }) })
        })
      }
    }, async (request, reply) => await write(request, reply, { action: 'order.urge', subject: request.params.id, detail: outcome },
      async tx => await commands.urge(tx, request.actor, { ...request.body, orderId: request.params.id })))

    app.post('/api/work-orders/urge', {
      config: { roles: centre },
      schema: {
        tags,
        summary: 'Urge many at once 批量催办',
        description: `Named orders, or all of a filter; at most ${maxUrged}. Each contact gets one text message about all of theirs. ` +
          'Orders that cannot be urged (closed, just urged) are named in the answer.',
        headers: WriteHeaders,
        body: Type.Object({
          reason: Why,
          orderIds: Type.Optional(Type.Array(Id(), { minItems: 1, maxItems: maxUrged })),
          filter: Type.Optional(Type.Object(filterQuery, { additionalProperties: false }))
        }),
        response: answers({
          200: Type.Object({
            urged: Type.Integer(),
            told: Type.Integer({ description: 'text messages, one a contact' }),
            refused: Type.Array(Type.Object({ id: Id(), code: OneOf(errorCodes) }))
          })
        })
      }
    }, async (request, reply) => {
      const { reason, orderIds, filter } = request.body
      if (filter === undefined && orderIds === undefined) {
        throw new DomainError('invalid-input', 'give orderIds or a filter', { field: 'orderIds' })
      }
      const ids = orderIds ??
        (await queries.list(request.actor, readFilter(filter ?? {}), { after: null, limit: maxUrged })).map(o => o.id)
      if (ids.length > maxUrged) throw new DomainError('too-many-orders', `at most ${maxUrged} orders at once`, { max: maxUrged })
      return await write(request, reply, {
        action: 'order.urge-many',
        subject: 'work-orders',
        detail: ({ urged, told }) => ({ urged, told })
      }, async tx => await commands.urgeMany(tx, request.actor, { orderIds: ids, reason }))
    })
  }
}
