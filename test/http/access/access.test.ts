import t from 'tap'
import pino from 'pino'
import Type from 'typebox'
import { roles, type Role } from '../../../src/domain/people/roles.ts'
import type { Routes } from '../../../src/http/kit/routes.ts'
import { answers } from '../../../src/http/kit/schema-words.ts'
import { createHttpServer } from '../../../src/http/server.ts'
import { testApp } from '../app-of-test.ts'
import { thingRoutes } from '../who-sees-what/thing-routes.ts'
import { callersOf } from '../who-sees-what/who-may-call.ts'

t.test('a route that does not say who may call it does not start', async t => {
  const silent: Routes = app => { app.get('/api/silent', { schema: { response: answers({ 200: Type.Null() }) } }, async () => null) }
  const emptyHanded: Routes = app => {
    app.get('/api/empty', { config: { roles: [] }, schema: { response: answers({ 200: Type.Null() }) } }, async () => null)
  }
  const { db, clock, sessions, app } = await testApp(t)
  const { sealing } = app.writes
  for (const routes of [silent, emptyHanded]) {
    await t.rejects(createHttpServer({ db, clock, sessions, sealing, logger: pino({ level: 'silent' }), routes: [routes] }),
      /does not say in config.roles who may call it/)
  }
})

/** By the table by hand; of the routes made for tests it stands here. */
function mayCall (method: string, url: string): ReturnType<typeof callersOf> {
  if (url === '/api/things') return ['AGENT', 'INTEGRATION']
  if (url === '/api/errors/:code') return 'everybody'
  return callersOf(method === 'HEAD' ? 'GET' : method, url.replace(/:(\w+)/g, '{$1}'))
}

t.test('every route refuses other roles before it reads anything', async t => {
  const { app, send, cookieOf } = await testApp(t, { routes: [thingRoutes({ made: [], slow: null })] })
  const cookies = new Map<Role, string>()
  for (const role of roles) cookies.set(role, await cookieOf(role.toLowerCase(), [role]))
  await app.ready()
  let guarded = 0
  for (const { method, url } of app.knownRoutes) {
    const callers = mayCall(method, url)
    if (callers === 'everybody') continue
    const path = url.replace(/:\w+/g, '00000000-0000-4000-8000-000000000000')
    // What cannot be read at all is not looked at.
    const body = ['GET', 'HEAD', 'DELETE'].includes(method) ? {} : { raw: '{' }
    t.equal((await send(method, path, body)).statusCode, 401, `${method} ${url} without a session`)
    t.equal((await send(method, path, { ...body, cookie: 'liandong_session=made-up-secret-made-up-secret' })).statusCode, 401)
    if (callers === 'signed-in') continue
    t.ok(callers, `${method} ${url} stands in the table`)
    for (const role of roles) {
      if (callers?.includes(role)) continue
      guarded++
      const answer = await send(method, path, { ...body, cookie: cookies.get(role) ?? '' })
      t.equal(answer.statusCode, 403, `${method} ${url} as ${role}`)
    }
  }
  t.ok(guarded > 50)
})

t.test('a page of another site cannot write with our cookie', async t => {
  const { send, cookieOf } = await testApp(t, { routes: [thingRoutes({ made: [], slow: null })] })
  const cookie = await cookieOf('agent1', ['AGENT'])
  const post = async (headers: Record<string, string>) =>
    (await send('POST', '/api/things', { cookie, body: { name: 'x' }, headers: { host: 'hotline.example:9620', ...headers } })).statusCode
  t.equal(await post({}), 201, 'no browser')
  t.equal(await post({ origin: 'http://hotline.example:9620' }), 201, 'our own page')
  t.equal(await post({ 'sec-fetch-site': 'same-origin', origin: 'http://hotline.example:9620' }), 201)
  t.equal(await post({ origin: 'http://evil.example' }), 403)
  t.equal(await post({ origin: 'http://hotline.example:9621' }), 403)
  t.equal(await post({ origin: 'null' }), 403)
  t.equal(await post({ 'sec-fetch-site': 'cross-site' }), 403)
  t.equal(await post({ 'sec-fetch-site': 'same-site', origin: 'http://hotline.example:9620' }), 403)
  t.equal(
    (await send('POST', '/api/session', { body: { login: 'a', password: 'b' }, headers: { origin: 'http://evil.example' } })).statusCode,
    403,
    'nor sign somebody in'
  )
  t.equal((await send('GET', '/api/session', { cookie, headers: { 'sec-fetch-site': 'cross-site' } })).statusCode, 200,
    'reading is for SameSite and CORS to prevent')
  t.notOk((await send('GET', '/api/session',
    { cookie, headers: { origin: 'http://evil.example' } })).headers['access-control-allow-origin'])
})

t.test('an outside system comes with a token until it is revoked', async t => {
  const { db, send, cookieOf } = await testApp(t, { routes: [thingRoutes({ made: [], slow: null })] })
  const cookie = await cookieOf('admin', ['ADMINISTRATOR'])
  const made = await send('POST', '/api/integration-tokens', { cookie, body: { name: 'city-12345', purposes: ['orders'] } })
  t.equal(made.statusCode, 201)
  const { token, id } = made.json()
  const headers = { authorization: `Bearer ${token}` }
  t.equal((await send('POST', '/api/things', { body: { name: 'x' }, headers })).statusCode, 201)
  t.equal(
    (await send('POST', '/api/things', { body: { name: 'x' }, headers: { ...headers, origin: 'http://elsewhere.example' } })).statusCode,
    201,
    'a token is sent on purpose'
  )
  t.equal((await send('GET', '/api/users', { headers })).statusCode, 403)
  t.match(await db.query('select actor from audit_entry where action = \'thing.make\' limit 1'), [{ actor: 'integration:city-12345' }])
  t.notMatch(JSON.stringify(await db.query('select * from integration_token')), token, 'the table cannot be used to sign in')
  t.notMatch((await send('GET', '/api/integration-tokens', { cookie })).body, token, 'shown once')
  t.equal((await send('POST', '/api/integration-tokens', { cookie, body: { name: 'city-12345', purposes: ['orders'] } })).statusCode, 409)
  t.equal(
    (await send('POST', '/api/integration-tokens',
      { cookie, body: { name: 'over', purposes: ['orders'], roles: ['ADMINISTRATOR'] } })).statusCode,
    400,
    'no token administers'
  )
  t.equal((await send('DELETE', `/api/integration-tokens/${id}`, { cookie })).statusCode, 204)
  t.equal((await send('POST', '/api/things', { body: { name: 'x' }, headers })).statusCode, 401)
  t.equal((await send('POST', '/api/things', { body: { name: 'x' }, headers: { authorization: 'Basic eDp5' } })).statusCode, 401)
})

t.test('pages are kept from doing other things', async t => {
  const { send } = await testApp(t, { connectSources: () => ['ws://127.0.0.1:18088'] })
  const { headers } = await send('GET', '/health/live')
  t.match(headers['content-security-policy'], /connect-src 'self' ws:\/\/127.0.0.1:18088;/)
  t.match(headers['content-security-policy'], /script-src 'self';/)
  t.match(headers['content-security-policy'], /frame-ancestors 'none'/)
  t.match(headers, { 'x-content-type-options': 'nosniff', 'x-frame-options': 'SAMEORIGIN', 'referrer-policy': 'no-referrer' })
})
