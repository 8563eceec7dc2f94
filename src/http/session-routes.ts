import type { CookieSerializeOptions } from '@fastify/cookie'
import type { FastifyRequest } from 'fastify'
import Type from 'typebox'
import type { Database } from '../db/database.ts'
import type { Clock } from '../domain/clock.ts'
import { DomainError } from '../domain/errors.ts'
import { roles } from '../domain/roles.ts'
import { changePassword } from './accounts.ts'
import { refuseForeignOrigin, sessionCookie } from './access.ts'
import { createLoginGuard } from './login-guard.ts'
import { hashPassword, verifyPassword } from './password.ts'
import { answers, Moment, Nothing, nobody, Nullable, OneOf, write, type Routes, type Static } from './route-kit.ts'
import type { Sessions } from './sessions.ts'

/** Where a page's telephone registers: the PBX's own WebSocket. */
export interface TelephoneSettings { webSocketUrl: string, domain: string }

export interface SessionRoutesOptions {
  db: Database
  clock: Clock
  sessions: Sessions
  telephone: TelephoneSettings
  /** IANA name of the district's time zone */
  timeZone: string
}

const WhoAmI = Type.Object({
  login: Type.String(),
  roles: Type.Array(OneOf(roles)),
  unit: Nullable(Type.Object({ id: Type.String(), name: Type.String() })),
  person: Nullable(Type.Object({ id: Type.String(), name: Type.String(), title: Type.String() })),
  extension: Nullable(Type.String()),
  timeZone: Type.String({ description: 'the district\'s, IANA name: pages tell every time in it' }),
  expiresAt: Nullable(Moment('when the session ends unless it is used')),
  telephone: Nullable(Type.Object({
    extension: Type.String(),
    displayName: Type.String(),
    kind: OneOf(['desk', 'browser'], 'which telephone rings now; `PUT /api/agents/:extension/telephone` changes it'),
    password: Type.String({ description: 'SIP password of this extension' }),
    webSocketUrl: Type.String(),
    domain: Type.String()
  }))
}, { description: 'who is signed in' })
type Who = Static<typeof WhoAmI>

const Login = Type.Object({
  login: Type.String({ minLength: 1, maxLength: 64 }),
  password: Type.String({ minLength: 1, maxLength: 200 })
})

interface Account { login: string, password_hash: string, roles: Who['roles'], unit_id: string | null, extension: string | null, person_id: string | null, disabled_at: Date | null }
interface Names { unit_name: string | null, person_name: string | null, person_title: string | null, display_name: string | null, sip_password: string | null, webrtc: boolean | null }

const namesSql = `
  select (select name from unit where id = $1) unit_name, p.name person_name, p.title person_title, a.display_name, a.sip_password, a.webrtc
    from (select 1) one left join person p on p.id = $2 left join agent a on a.extension = $3`

// scrypt takes a core for a tenth of a second: more than this many at once would be a way to stop the service.
const loginsAtOnce = 16

/** Signing in and out, and who is signed in. */
export function sessionRoutes ({ db, clock, sessions, telephone, timeZone }: SessionRoutesOptions): Routes {
  const guard = createLoginGuard(clock)
  const noOnesHash = hashPassword('an unknown login takes as long as a known one')
  let verifying = 0

  async function verified (password: string, stored: string): Promise<boolean> {
    if (verifying >= loginsAtOnce) throw new DomainError('too-many-requests', 'many people are signing in; try again shortly', { retryAfter: 1 })
    verifying++
    try {
      return await verifyPassword(password, stored)
    } finally {
      verifying--
    }
  }

  async function whoIs ({ actor, session }: Pick<FastifyRequest, 'actor' | 'session'>, expiresAt = session?.expiresAt ?? null): Promise<Who> {
    const [names] = await db.query<Names>(namesSql, [actor.unitId, actor.personId, actor.extension])
    return {
      login: actor.id,
      roles: [...actor.roles],
      unit: actor.unitId ? { id: actor.unitId, name: names?.unit_name ?? actor.unitId } : null,
      person: actor.personId ? { id: actor.personId, name: names?.person_name ?? actor.personId, title: names?.person_title ?? '' } : null,
      extension: actor.extension,
      timeZone,
      expiresAt,
      telephone: actor.extension && names?.sip_password
        ? { extension: actor.extension, displayName: names.display_name ?? actor.extension, kind: names.webrtc ? 'browser' as const : 'desk' as const, password: names.sip_password, ...telephone }
        : null
    }
  }

  // `Secure` follows the connection: a console on plain loopback works, one behind TLS never sends its cookie in clear.
  const cookieOptions = (expires: Date): CookieSerializeOptions => ({ httpOnly: true, sameSite: 'strict', path: '/', secure: 'auto', expires })

  return app => {
    app.post('/api/session', {
      config: { roles: 'public' },
      schema: { tags: ['session'], summary: 'Sign in', description: 'Sets the session cookie. Too many failures are answered 429 with Retry-After.', body: Login, response: answers({ 201: WhoAmI }) }
    }, async (request, reply) => {
      refuseForeignOrigin(request)
      const { login, password } = request.body
      guard.ask(login, request.ip)
      const [account] = await db.query<Account>('select login, password_hash, roles, unit_id, extension, person_id, disabled_at from user_account where login = $1', [login])
      const right = await verified(password, account?.password_hash ?? await noOnesHash)
      if (!right || !account || account.disabled_at) {
        guard.failed(login, request.ip)
        // Only names we know are written down: people type passwords into the wrong field.
        if (account) await db.query('insert into audit_entry (at, actor, action, subject, request_id) values ($1, $2, $3, $4, $5)', [clock.now(), nobody.id, 'session.refuse', login, request.id])
        throw new DomainError('wrong-login', 'login or password is wrong')
      }
      guard.succeeded(login)
      request.actor = { id: account.login, roles: account.roles, unitId: account.unit_id, extension: account.extension, personId: account.person_id }
      const begun = await write(request, reply, { action: 'session.begin', subject: login, status: 201, repeatable: false }, async tx => await sessions.begin(tx, login))
      // The service moves a session's end on while it is used; the browser must not forget it before.
      reply.setCookie(sessionCookie, begun.secret, cookieOptions(begun.endsAt))
      return await whoIs({ actor: request.actor, session: null }, begun.expiresAt)
    })

    app.get('/api/session', {
      config: { roles: 'signed-in' },
      schema: { tags: ['session'], summary: 'Who am I', description: 'Roles, unit, extension and the settings of the page\'s telephone.', response: answers({ 200: WhoAmI }) }
    }, async request => await whoIs(request))

    app.delete('/api/session', {
      config: { roles: 'signed-in' },
      schema: { tags: ['session'], summary: 'Sign out', response: answers({ 204: Nothing }) }
    }, async (request, reply) => {
      const { session } = request
      if (!session) throw new DomainError('guard-not-met', 'a token is revoked, not signed out')
      await write(request, reply, { action: 'session.end', subject: request.actor.id, status: 204, repeatable: false }, async tx => { await sessions.end(tx, session.idHash) })
      reply.clearCookie(sessionCookie, { path: '/' })
      return null
    })

    app.put('/api/session/password', {
      config: { roles: 'signed-in' },
      schema: {
        tags: ['session'],
        summary: 'Change my password',
        description: 'Every session of this login ends, this one too.',
        body: Type.Object({ old: Login.properties.password, new: Type.String({ minLength: 10, maxLength: 200 }) }),
        response: answers({ 204: Nothing })
      }
    }, async (request, reply) => {
      const login = request.actor.id
      guard.ask(login, request.ip)
      const [account] = await db.query<Account>('select password_hash from user_account where login = $1', [login])
      if (!account || !await verified(request.body.old, account.password_hash)) {
        guard.failed(login, request.ip)
        throw new DomainError('wrong-login', 'the old password is wrong')
      }
      const hash = await hashPassword(request.body.new)
      await write(request, reply, { action: 'session.password', subject: login, status: 204, repeatable: false }, async tx => {
        await changePassword({ tx, sessions, login, hash })
      })
      reply.clearCookie(sessionCookie, { path: '/' })
      return null
    })
  }
}
