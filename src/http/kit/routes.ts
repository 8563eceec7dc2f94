import type { FastifyBaseLogger, FastifyInstance, RawReplyDefaultExpression, RawRequestDefaultExpression, RawServerDefault } from 'fastify'
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import { roles, type Actor, type Role, type TokenPurpose } from '../../domain/people/roles.ts'

/**
 * The form of a route file:
 *
 *     export const orderRoutes = ({ workOrders }: Options): Routes => app => {
 *       app.post('/api/work-orders', {
 *         config: { roles: ['AGENT', 'DISPATCHER'] },
 *         schema: { tags: ['work-orders'], summary: '…', headers: WriteHeaders, body: NewOrder, response: answers({ 201: Order }) }
 *       }, async (request, reply) => await write(request, reply, { action: 'order.open', subject: order => order.id, status: 201 },
 *         async tx => await workOrders.open(tx, request.actor, request.body)))
 *     }
 *
 * Reads need no transaction: the handler returns the feature's answer. Refusals are thrown as DomainError.
 */
export type App = FastifyInstance<
  RawServerDefault, RawRequestDefaultExpression, RawReplyDefaultExpression, FastifyBaseLogger, TypeBoxTypeProvider
>

/** A feature's routes, ready to be registered. */
export type Routes = (app: App) => void

/**
 * Access to a route: holders of one of these roles, every signed-in person, or everybody. Every route states it in
 * `config.roles`; the server does not start with a route that does not.
 */
export type RouteAccess = readonly Role[] | 'signed-in' | 'public'

declare module 'fastify' {
  interface FastifyContextConfig {
    roles: RouteAccess
    /** of a route that names INTEGRATION: the purposes a token needs */
    purposes?: readonly TokenPurpose[]
  }
  interface FastifyRequest {
    /** the actor; on a public route without a session, `nobody` */
    actor: Actor
    /** purposes of an outside system's token; null: a person, or nobody */
    purposes: readonly TokenPurpose[] | null
  }
}

/** The actor of a public route without a session. It holds no role. */
export const nobody: Actor = { id: 'nobody', roles: [], unitId: null, extension: null, personId: null }

/** Every person's role: without outside systems and screens on walls. */
export const staff: readonly Role[] = roles.filter(role => role !== 'INTEGRATION' && role !== 'WALL')
