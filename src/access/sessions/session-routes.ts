import { randomBytes } from 'node:crypto'
import type { CookieSerializeOptions } from '@fastify/cookie'
import type { FastifyRequest } from 'fastify'
import Type, { type Static } from 'typebox'
import type { Database } from '../../db/database.ts'
import type { Clock } from '../../domain/time/clock.ts'
import { DomainError } from '../../domain/errors.ts'
import { roles } from '../../domain/people/roles.ts'
import { accountSigningIn, namesOf, type SigningInRow } from '../access-store.ts'
import { changePassword } from '../accounts/accounts.ts'
import { refuseForeignOrigin, sessionCookie } from '../../http/kit/session-cookie.ts'
import { createLoginGuard, type LoginGuard } from './login-guard.ts'
import { hashPassword, verifyNobody, verifyPassword } from '../passwords/password.ts'
import { createPasswordChecks, type PasswordChecks } from '../passwords/password-checks.ts'
import { checkPassword } from '../passwords/password-strength.ts'
import { noteRefusal } from '../../http/kit/audit.ts'
import { nobody, type App, type Routes } from '../../http/kit/routes.ts'
import { answers, Moment, Nothing, Nullable, OneOf } from '../../http/kit/schema-words.ts'
import { write } from '../../http/kit/write.ts'
import type { Sessions } from './sessions.ts'

/** A PBX at which a page's telephone registers: its own WebSocket, and its host in SIP addresses. */
export interface TelephoneExchange { node: string, webSocketUrl: string, domain: string }

export interface SessionRoutesOptions {
  db: Database
  clock: Clock
  sessions: Sessions
  /** a page's telephone registers with each */
  exchanges: () => TelephoneExchange[]
  /** IANA name of the district's time zone */
  timeZone: string
}

const WhoAmI = Type.Object({
  login: Type.String(),
  roles: Type.Array(OneOf(roles)),
  unit: Nullable(Type.Object({ id: Type.String(), name: Type.String() })),
  person: Nullable(Type.Object({ id: Type.String(), name: Type.String(), title: Type.String() })),
  extension: Nullable(Type.String()),
  timeZone: Type.String({ description: 'IANA name of the district\'s zone; pages show every time in it' }),
  expiresAt: Nullable(Moment('when the session ends unless it is used')),
  telephone: Nullable(Type.Object({
    extension: Type.String(),
    displayName: Type.String(),
    kind: OneOf(['desk', 'browser'], 'which telephone rings now; `PUT /api/agents/:extension/telephone` changes it'),
    password: Type.String({ description: 'SIP password of this extension' }),
    exchanges: Type.Array(Type.Object({
      node: Type.String({ description: 'name of the PBX' }),
      webSocketUrl: Type.String(),
      domain: Type.String()
    }), { description: 'the PBXs now: the page registers with each, and is rung by the one that has the citizen' })
  }))
}, { description: 'the signed-in person' })
type Who = Static<typeof WhoAmI>

const Login = Type.Object({
  login: Type.String({ minLength: 1, maxLength: 64 }),
  password: Type.String({ minLength: 1, maxLength: 200 })
})

/** How long a browser that has signed somebody in is remembered, ms. */
const deviceLifeMs = 180 * 86_400_000
const deviceCookie = (login: string): string => `liandong_device_${login}`

const deviceText = (login: string, id: string): string => `device ${login} ${id}`

/** The id of a browser that has signed this login in before; null: another one, or a forged cookie. */
function deviceOf (request: FastifyRequest, login: string): string | null {
  const [id = '', given = ''] = request.cookies[deviceCookie(login)]?.split('~') ?? []
  return /^[\w-]{22}$/.test(id) && isProof(request, given, deviceText(login, id)) ? id : null
}

/** A cookie of an earlier data key is good as long as that key is read. */
const isProof = (request: FastifyRequest, given: string, text: string): boolean =>
  request.server.writes.sealing.fingerprints(text).some(print => print.toString('base64url') === given)

function newDevice (request: FastifyRequest, login: string): string {
  const id = randomBytes(16).toString('base64url')
  return `${id}~${request.server.writes.sealing.fingerprint(deviceText(login, id)).toString('base64url')}`
}

/** The same work whether the login exists or not. */
const verified = async (password: string, stored: string | null): Promise<boolean> =>
  stored === null ? await verifyNobody(password) : await verifyPassword(password, stored)

/** What the routes of sessions are handed: their options, and what counts the tries. */
interface Context extends SessionRoutesOptions { guard: LoginGuard, checks: PasswordChecks }

/** Signing in and out, and who is signed in. */
export function sessionRoutes (options: SessionRoutesOptions): Routes {
  const { db, clock } = options
  const context: Context = { ...options, guard: createLoginGuard({ db, clock }), checks: createPasswordChecks() }
  return app => {
    signIn(app, context)
    app.get('/api/session', {
      config: { roles: 'signed-in' },
      schema: {
        tags: ['session'],
        summary: 'The signed-in person',
        description: 'Roles, unit, extension and the settings of the page\'s telephone.',
        response: answers({ 200: WhoAmI })
      }
    }, async request => await whoIs(context, request))
    signOut(app, context)
    changeOwnPassword(app, context)
  }
}

/** An account and whether this is its password; counted by the guard. Refused before the password was looked at, it is no failure. */
async function checked (
  { db, guard, checks }: Context, request: FastifyRequest, login: string, password: string
): Promise<{ account: SigningInRow | null, right: boolean }> {
  const device = deviceOf(request, login)
  return await checks(device !== null, async () => {
    const attempt = await guard.begin({ login, address: request.ip, device })
    let found: { account: SigningInRow | null, right: boolean }
    try {
      const account = await accountSigningIn(db, login)
      const right = await verified(password, account?.password_hash ?? null)
      found = { account, right: right && account !== null && account.disabled_at === null }
    } catch (error) {
      await attempt.takenBack().catch(() => {})
      throw error
    }
    await (found.right ? attempt.succeeded() : attempt.failed())
    return found
  })
}

async function whoIs (
  { db, exchanges, timeZone }: Context,
  { actor, session }: Pick<FastifyRequest, 'actor' | 'session'>,
  expiresAt = session?.expiresAt ?? null
): Promise<Who> {
  const names = await namesOf(db, actor)
  return {
    login: actor.id,
    roles: [...actor.roles],
    unit: actor.unitId ? { id: actor.unitId, name: names?.unit_name ?? actor.unitId } : null,
    person: actor.personId ? { id: actor.personId, name: names?.person_name ?? actor.personId, title: names?.person_title ?? '' } : null,
    extension: actor.extension,
    timeZone,
    expiresAt,
    telephone: actor.extension && names?.sip_password
      ? {
          extension: actor.extension,
          displayName: names.display_name ?? actor.extension,
          kind: names.webrtc ? 'browser' as const : 'desk' as const,
          password: names.sip_password,
          exchanges: exchanges()
        }
      : null
  }
}

// `Secure` follows the connection: a console on plain loopback works, one behind TLS never sends its cookie in clear.
const cookieOptions = (expires: Date): CookieSerializeOptions => ({
  httpOnly: true, sameSite: 'strict', path: '/', secure: 'auto', expires
})

function signIn (app: App, context: Context): void {
  const { db, clock, sessions } = context
  app.post('/api/session', {
    config: { roles: 'public' },
    schema: {
      tags: ['session'],
      summary: 'Sign in',
      description: 'Sets the session cookie. Too many failures are answered 429 with Retry-After.',
      body: Login,
      response: answers({ 201: WhoAmI })
    }
  }, async (request, reply) => {
    refuseForeignOrigin(request)
    const { login, password } = request.body
    const { account, right } = await checked(context, request, login, password)
    if (!right || account === null) {
      // Only names we know are written down: people type passwords into the wrong field.
      if (account) {
        await noteRefusal(db, {
          at: clock.now(), actor: nobody.id, action: 'session.refuse', subject: login, requestId: request.id, detail: {}
        })
      }
      throw new DomainError('wrong-login', 'login or password is wrong')
    }
    request.actor = {
      id: account.login,
      roles: account.roles,
      unitId: account.unit_id,
      extension: account.extension,
      personId: account.person_id
    }
    const begun = await write(request, reply, { action: 'session.begin', subject: login, status: 201, repeatable: false },
      async tx => await sessions.begin(tx, login))
    // The service moves a session's end on while it is used; the browser must not forget it before.
    reply.setCookie(sessionCookie, begun.secret, cookieOptions(begun.endsAt))
    if (deviceOf(request, login) === null) {
      reply.setCookie(deviceCookie(login), newDevice(request, login),
        { ...cookieOptions(new Date(clock.now().getTime() + deviceLifeMs)), path: '/api/session' })
    }
    return await whoIs(context, { actor: request.actor, session: null }, begun.expiresAt)
  })
}

function signOut (app: App, { sessions }: Context): void {
  app.delete('/api/session', {
    config: { roles: 'signed-in' },
    schema: { tags: ['session'], summary: 'Sign out', response: answers({ 204: Nothing }) }
  }, async (request, reply) => {
    const { session } = request
    if (!session) throw new DomainError('guard-not-met', 'a token is revoked, not signed out', { guard: 'session' })
    await write(request, reply, { action: 'session.end', subject: request.actor.id, status: 204, repeatable: false }, async tx => {
      await sessions.end(tx, session.idHash)
    })
    reply.clearCookie(sessionCookie, { path: '/' })
    return null
  })
}

function changeOwnPassword (app: App, context: Context): void {
  app.put('/api/session/password', {
    config: { roles: 'signed-in' },
    schema: {
      tags: ['session'],
      summary: 'Change my password',
      description: 'Every session of this login ends, this one too.',
      body: Type.Object({
        old: Login.properties.password,
        new: Type.String({
          minLength: 1,
          maxLength: 200,
          description: 'at least 10 characters, and none of the common ones: else 422 weak-password'
        })
      }),
      response: answers({ 204: Nothing })
    }
  }, async (request, reply) => {
    const login = request.actor.id
    checkPassword(request.body.new, login)
    const { right } = await checked(context, request, login, request.body.old)
    if (!right) throw new DomainError('wrong-login', 'the old password is wrong')
    const hash = await hashPassword(request.body.new)
    await write(request, reply, { action: 'session.password', subject: login, status: 204, repeatable: false }, async tx => {
      await changePassword({ tx, sessions: context.sessions, login, hash })
    })
    reply.clearCookie(sessionCookie, { path: '/' })
    return null
  })
}
