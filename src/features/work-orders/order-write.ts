import Type from 'typebox'
import type { FastifyRequest } from 'fastify'
import { keepWithinLimit } from '../../access/number-search-limit.ts'
import type { Tx } from '../../db/database.ts'
import type { Clock } from '../../domain/time/clock.ts'
import { orderPurposes } from '../../domain/people/roles.ts'
import type { App } from '../../http/kit/routes.ts'
import { answers, Id, params, WriteHeaders } from '../../http/kit/schema-words.ts'
import { reader } from '../../http/kit/validation.ts'
import { write } from '../../http/kit/write.ts'
import { rolesOf } from './life-cycle/rules/life-cycle-steps.ts'
import type { OrderRef } from './order-types.ts'
import type { OrderEventType } from './rules/order-facts.ts'
import { Ref, Version, type Input, type Properties } from './work-orders-schemas.ts'

export const tags = ['work-orders']
export const OrderParams = params({ id: Id() })

/** For the audit: the result, never the words. */
export const outcome = (ref: OrderRef): Record<string, unknown> => ({ number: ref.number, state: ref.state, version: ref.version })

/** Trying numbers one after another is limited, also where each is entered. */
export function searching (
  run: (tx: Tx) => Promise<OrderRef>, { login, isSearch, clock }: { login: string, isSearch: boolean, clock: Clock }
): (tx: Tx) => Promise<OrderRef> {
  return async tx => {
    const ref = await run(tx)
    if (isSearch) await keepWithinLimit(tx, login, clock.now())
    return ref
  }
}

/** Adds routes that write on one order: `PUT` or `POST` with the version the caller has seen. */
export type OrderVerbs = ReturnType<typeof orderVerbs>

export function orderVerbs (app: App) {
  return <P extends Properties>(
    method: 'PUT' | 'POST', path: string, summary: string, action: string, step: OrderEventType, body: P,
    run: (request: FastifyRequest, input: Input<P>) => (tx: Tx) => Promise<OrderRef>,
    { description, typed = async () => false }: {
      description?: string, typed?: (request: FastifyRequest, input: Input<P>) => Promise<boolean>
    } = {}
  ): void => {
    const schema = Type.Object<typeof Version & P>({ ...Version, ...body })
    const read = reader(schema)
    const told = { tags, summary, ...(description && { description }), params: OrderParams, headers: WriteHeaders, body: schema }
    app.route({
      method,
      url: `/api/work-orders/:id/${path}`,
      config: { roles: rolesOf(step), purposes: orderPurposes },
      schema: { ...told, response: answers({ 200: Ref }) },
      handler: async (request, reply) => {
        const orderId = request.params.id
        const input = Object.assign({}, read(request.body), { orderId })
        const isSearch = await typed(request, input)
        return await write(request, reply, {
          action,
          subject: orderId,
          detail: ref => ({ ...outcome(ref), ...(isSearch ? { typed: true } : {}) })
        }, searching(run(request, input), { login: request.actor.id, isSearch, clock: app.writes.clock }))
      }
    })
  }
}
