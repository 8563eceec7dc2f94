import type { FastifyRequest } from 'fastify'
import { DomainError } from '../domain/errors.ts'
import { nobody, type App, type RouteAccess } from './kit/routes.ts'
import { refuseForeignOrigin, sessionCookie } from './kit/session-cookie.ts'
import type { Session, Sessions } from '../access/sessions/sessions.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** the cookie's session, where there is one */
    session: Session | null
  }
}

async function signIn (request: FastifyRequest, sessions: Sessions): Promise<boolean> {
  const { authorization } = request.headers
  if (authorization !== undefined) {
    const token = /^Bearer ([\w-]{20,200})$/i.exec(authorization)?.[1]
    const holder = token === undefined ? null : await sessions.findToken(token)
    if (!holder) return false
    request.actor = holder.actor
    request.purposes = holder.purposes
    return true
  }
  const cookie = request.cookies[sessionCookie]
  if (!cookie) return false
  // The feed stays open by itself: it must not keep a session alive that nobody uses.
  const session = await sessions.find(cookie, request.routeOptions.url !== '/api/feed')
  if (!session) return false
  refuseForeignOrigin(request)
  request.session = session
  request.actor = session.actor
  return true
}

/** Whether a holder of these roles may call a route. */
export const mayCall = (access: RouteAccess, held: readonly string[]): boolean =>
  access === 'public' || access === 'signed-in' || access.some(role => held.includes(role))

/** Whether a token may: by its purposes, or by a further role it was given. */
function tokenMayCall (request: FastifyRequest, access: RouteAccess): boolean {
  if (request.purposes === null || mayCall(access, request.actor.roles.filter(role => role !== 'INTEGRATION'))) return true
  return request.routeOptions.config.purposes?.some(purpose => request.purposes?.includes(purpose)) ?? false
}

const accessOf = (request: FastifyRequest): RouteAccess | undefined => request.is404 ? 'public' : request.routeOptions.config.roles

/** Identifies the actor before anything of the request's body is read. `stranger` counts requests without an actor. */
export function identifyActors (app: App, sessions: Sessions, stranger: (request: FastifyRequest) => Promise<void>): void {
  app.decorateRequest('actor')
  app.decorateRequest('session', null)
  app.decorateRequest('purposes', null)
  app.addHook('onRequest', async request => {
    request.actor = nobody
    if (accessOf(request) === 'public' || await signIn(request, sessions)) return
    await stranger(request)
    throw new DomainError('not-signed-in', 'sign in first')
  })
}

/** Refuses actors the route does not name. */
export function refuseOthers (app: App): void {
  app.addHook('onRequest', async request => {
    const access = accessOf(request)
    if (access === 'public') return
    if (access === undefined || !mayCall(access, request.actor.roles)) {
      throw new DomainError('not-allowed', 'your roles do not include this')
    }
    if (!tokenMayCall(request, access)) throw new DomainError('not-allowed', 'this token\'s purposes do not include this')
  })
}
