import Type from 'typebox'
import type { Database } from '../../db/database.ts'
import type { Clock } from '../../domain/time/clock.ts'
import { roles, tokenPurposes } from '../../domain/people/roles.ts'
import { listAccounts, listTokens } from '../access-store.ts'
import {
  changeAccount, changePassword, createAccount, createToken, revokeToken, rotateToken, type AccountChange, type Telephones
} from './accounts.ts'
import { checkLoginName } from './login-name.ts'
import { hashPassword } from '../passwords/password.ts'
import { checkPassword } from '../passwords/password-strength.ts'
import { makePage, Page, pageQuery, readPage } from '../../http/kit/pages.ts'
import type { App, Routes } from '../../http/kit/routes.ts'
import { answers, Id, Moment, MomentInput, Nothing, Nullable, OneOf, params, ShortId, WriteHeaders } from '../../http/kit/schema-words.ts'
import { write } from '../../http/kit/write.ts'
import type { AuditReading } from '../audit-reading.ts'
import type { Sessions } from '../sessions/sessions.ts'

export interface AdministrationRoutesOptions {
  db: Database
  clock: Clock
  sessions: Sessions
  telephones: Telephones
  audit: AuditReading
}

const Person = OneOf(roles.filter(role => role !== 'INTEGRATION'), 'a person\'s role')
const PersonRoles = Type.Array(Person, { minItems: 1, maxItems: 12, uniqueItems: true })
const Password = Type.String({
  minLength: 1,
  maxLength: 200,
  description: 'at least 10 characters, and none of the common ones: else 422 weak-password'
})
const LoginName = Type.String({
  minLength: 1,
  maxLength: 80,
  description:
    '2 to 40 small letters, digits, dots, dashes and underscores, as `lixin` or `8021`: else 422 login-name, whose details say why'
})

const Account = Type.Object({
  login: Type.String(),
  roles: Type.Array(OneOf(roles)),
  unitId: Nullable(Type.String()),
  personId: Nullable(Type.String()),
  extension: Nullable(Type.String()),
  disabledAt: Nullable(Moment()),
  createdAt: Moment()
})

const tokenFields = {
  id: Id(),
  name: Type.String(),
  purposes: Type.Array(OneOf(tokenPurposes)),
  roles: Type.Array(OneOf(roles)),
  unitId: Nullable(Type.String()),
  createdBy: Type.String(),
  createdAt: Moment(),
  revokedAt: Nullable(Moment())
}
const Token = Type.Object(tokenFields)
const NewToken = Type.Object({ ...tokenFields, token: Type.String({ description: 'shown this once' }) })

const AuditEntry = Type.Object({
  id: Type.Integer(),
  at: Moment(),
  actor: Type.String(),
  action: Type.String(),
  subject: Nullable(Type.String({ description: 'null: withheld' })),
  requestId: Nullable(Type.String()),
  detail: Type.Record(Type.String(), Type.Unknown()),
  withheld: Type.Boolean({ description: 'it is about an order you may not see: without subject and detail' })
})
const reference = Type.Optional(Nullable(ShortId()))

/** Logins, tokens of outside systems, and the audit. */
export const administrationRoutes = (options: AdministrationRoutesOptions): Routes => app => {
  logins(app, options)
  createLogin(app, options)
  changeLogin(app, options)
  tokens(app, options)
  createTokens(app, options)
  revokeTokens(app, options)
  readAudit(app, options)
}

function logins (app: App, { db }: AdministrationRoutesOptions): void {
  app.get('/api/users', {
    config: { roles: ['ADMINISTRATOR'] },
    schema: {
      tags: ['administration'],
      summary: 'Logins',
      querystring: Type.Object(pageQuery),
      response: answers({ 200: Page(Account) })
    }
  }, async request => {
    const { after, limit } = readPage(request.query, ['string'])
    return makePage(await listAccounts(db, after?.[0] ?? null, limit), limit, row => [row.login])
  })
}

function createLogin (app: App, { clock, telephones }: AdministrationRoutesOptions): void {
  app.post('/api/users', {
    config: { roles: ['ADMINISTRATOR'] },
    schema: {
      tags: ['administration'],
      summary: 'Create a login',
      headers: WriteHeaders,
      body: Type.Object(
        { login: LoginName, password: Password, roles: PersonRoles, unitId: reference, personId: reference, extension: reference }
      ),
      response: answers({ 201: Account })
    }
  }, async (request, reply) => {
    const { login, password, roles, unitId = null, personId = null, extension = null } = request.body
    checkLoginName(login)
    checkPassword(password, login)
    const hash = await hashPassword(password)
    return await write(request, reply, { action: 'user.create', subject: login, status: 201, detail: { roles, unitId } }, async tx =>
      await createAccount(
        { tx, actor: request.actor, account: { login, roles, unitId, personId, extension, hash }, now: clock.now(), telephones }
      ))
  })
}

function changeLogin (app: App, { clock, sessions, telephones }: AdministrationRoutesOptions): void {
  app.patch('/api/users/:login', {
    config: { roles: ['ADMINISTRATOR'] },
    schema: {
      tags: ['administration'],
      summary: 'Change a login\'s roles, unit, person, extension; disable it',
      headers: WriteHeaders,
      params: params({ login: ShortId() }),
      body: Type.Object({
        roles: Type.Optional(PersonRoles),
        unitId: reference,
        personId: reference,
        extension: reference,
        disabled: Type.Optional(Type.Boolean())
      }, { minProperties: 1 }),
      response: answers({ 200: Account })
    }
  }, async (request, reply) => {
    const { login } = request.params
    const change: AccountChange = request.body
    return await write(request, reply, { action: 'user.change', subject: login, detail: { ...change } }, async tx =>
      await changeAccount({ tx, actor: request.actor, sessions, login, change, now: clock.now(), telephones }))
  })

  app.put('/api/users/:login/password', {
    config: { roles: ['ADMINISTRATOR'] },
    schema: {
      tags: ['administration'],
      summary: 'Set a login\'s password',
      description: 'Its sessions end.',
      headers: WriteHeaders,
      params: params({ login: ShortId() }),
      body: Type.Object({ password: Password }),
      response: answers({ 204: Nothing })
    }
  }, async (request, reply) => {
    const { login } = request.params
    checkPassword(request.body.password, login)
    const hash = await hashPassword(request.body.password)
    await write(request, reply, { action: 'user.password', subject: login, status: 204 }, async tx => {
      await changePassword({ tx, sessions, login, hash })
    })
    return null
  })
}

function tokens (app: App, { db }: AdministrationRoutesOptions): void {
  app.get('/api/integration-tokens', {
    config: { roles: ['ADMINISTRATOR'] },
    schema: {
      tags: ['administration'],
      summary: 'Tokens of outside systems',
      querystring: Type.Object(pageQuery),
      response: answers({ 200: Page(Token) })
    }
  }, async request => {
    const { after, limit } = readPage(request.query, ['string', 'uuid'])
    return makePage(await listTokens(db, after, limit), limit, row => [row.name, row.id])
  })
}

function createTokens (app: App, { clock }: AdministrationRoutesOptions): void {
  app.post('/api/integration-tokens', {
    config: { roles: ['ADMINISTRATOR'] },
    schema: {
      tags: ['administration'],
      summary: 'Create a token for an outside system',
      description: 'Sent as `Authorization: Bearer …`. It holds INTEGRATION and does what its purposes name; further roles as given.',
      headers: WriteHeaders,
      body: Type.Object({
        name: Type.String({ pattern: '^[a-z0-9][a-z0-9._-]{1,39}$' }),
        purposes: Type.Array(OneOf(tokenPurposes),
          { minItems: 1, maxItems: tokenPurposes.length, uniqueItems: true, description: 'what it is for; it can do nothing else' }),
        roles: Type.Optional(Type.Array(OneOf(roles.filter(role => role !== 'ADMINISTRATOR' && role !== 'WALL')),
          { maxItems: 12, uniqueItems: true })),
        unitId: reference
      }),
      response: answers({ 201: NewToken })
    }
  }, async (request, reply) => {
    const { name, purposes, roles = [], unitId = null } = request.body
    return await write(request, reply, {
      action: 'token.create',
      subject: token => token.id,
      status: 201,
      detail: { name, purposes, roles, unitId }
    }, async tx =>
      await createToken(tx, request.actor, clock, { name, purposes, roles, unitId }))
  })

  app.post('/api/integration-tokens/:id/rotate', {
    config: { roles: ['ADMINISTRATOR'] },
    schema: {
      tags: ['administration'],
      summary: 'Another token for the same system',
      description: 'Of the same name, purposes, roles and unit: it sees the orders of the name. The old one works until it is revoked.',
      headers: WriteHeaders,
      params: params({ id: Id() }),
      response: answers({ 201: NewToken })
    }
  }, async (request, reply) => await write(request, reply, {
    action: 'token.rotate',
    subject: token => token.id,
    status: 201,
    detail: ({ name }) => ({ name, from: request.params.id })
  }, async tx => await rotateToken(tx, request.actor, clock, request.params.id)))
}

function revokeTokens (app: App, { clock, sessions }: AdministrationRoutesOptions): void {
  app.delete('/api/integration-tokens/:id', {
    config: { roles: ['ADMINISTRATOR'] },
    schema: {
      tags: ['administration'],
      summary: 'Revoke a token',
      headers: WriteHeaders,
      params: params({ id: Id() }),
      response: answers({ 204: Nothing })
    }
  }, async (request, reply) => {
    await write(request, reply, { action: 'token.revoke', subject: request.params.id, status: 204 }, async tx => {
      await revokeToken(tx, sessions, request.params.id, clock.now())
    })
    return null
  })
}

function readAudit (app: App, { audit }: AdministrationRoutesOptions): void {
  app.get('/api/audit', {
    config: { roles: ['ADMINISTRATOR', 'SUPERVISOR'] },
    schema: {
      tags: ['administration'],
      summary: 'The audit, newest first',
      description: 'What was done to an order hidden from you, to a call or callback of one, or to a block made by such a call, is there ' +
        'without subject and detail; a search for it finds nothing. How much another person found by a number is left out.',
      querystring: Type.Object({
        ...pageQuery,
        actor: Type.Optional(ShortId()),
        action: Type.Optional(ShortId()),
        subject: Type.Optional(ShortId()),
        from: Type.Optional(MomentInput()),
        to: Type.Optional(MomentInput())
      }),
      response: answers({ 200: Page(AuditEntry) })
    }
  }, async request => {
    const { actor = null, action = null, subject = null, from = null, to = null } = request.query
    const { after, limit } = readPage(request.query, ['number'])
    const rows = await audit.list(request.actor, { actor, action, subject, from, to }, { after: after?.[0] ?? null, limit })
    return makePage(rows, limit, row => [row.id])
  })
}
