import { connect } from 'node:net'
import type { AddressInfo } from 'node:net'
import t from 'tap'
import { errorStatus } from '../../../src/domain/errors.ts'
import { testApp } from '../app-of-test.ts'
import { thingRoutes } from '../who-sees-what/thing-routes.ts'

t.test('every refusal is problem+json with a stable code', async t => {
  const { send, cookieOf, logged, app } = await testApp(t, { routes: [thingRoutes({ made: [], slow: null })], bodyLimit: 2000 })
  const cookie = await cookieOf('agent1', ['AGENT'])
  const post = async (raw: string, headers: Record<string, string> = {}) => await send('POST', '/api/things', { cookie, raw, headers })

  const table: Array<[string, string, number, string, object?]> = [
    ['broken JSON', '{"name":', 400, 'invalid-input'],
    ['no JSON object', '[]', 400, 'invalid-input'],
    ['an empty body', '', 400, 'invalid-input'],
    ['a missing field', '{}', 400, 'invalid-input', { fields: [{ path: 'body/name', message: 'is missing' }] }],
    ['a wrong type', '{"name":7}', 400, 'invalid-input', { fields: [{ path: 'body/name' }] }],
    ['an unknown field', '{"name":"x","nmae":"y"}', 400, 'invalid-input', { fields: [{ path: 'body/nmae' }] }],
    ['too long a text', JSON.stringify({ name: 'x'.repeat(201) }), 400, 'invalid-input', { fields: [{ path: 'body/name' }] }],
    ['CR LF, as an AMI header would be forged', '{"name":"a\\r\\nAction: Originate"}', 422, 'control-character'],
    ['a line feed in a line', '{"name":"a\\nb"}', 422, 'control-character'],
    ['a zero byte', '{"name":"a\\u0000b"}', 422, 'control-character'],
    ['carriage return in a text', '{"name":"a","text":"a\\rb"}', 422, 'control-character'],
    ['a bidi override', '{"name":"a\\u202Egnp.exe"}', 422, 'control-character'],
    ['a prototype', '{"name":"a","__proto__":{"admin":true}}', 400, 'invalid-input'],
    ['too large a body', JSON.stringify({ name: 'x', text: 'y'.repeat(3000) }), 413, 'too-large']
  ]
  for (const [what, raw, status, code, more = {}] of table) {
    const answer = await post(raw)
    t.equal(answer.statusCode, status, what)
    t.match(answer.headers['content-type'], /^application\/problem\+json/, what)
    t.match(answer.json(), { code, status, requestId: answer.headers['x-request-id'], type: `urn:liandong:problem:${code}`, ...more }, what)
  }
  t.equal((await post('{"name":"沪闵路 1 号（样例）👍"}')).statusCode, 201, 'Chinese is text')
  t.equal((await post('{"name":"x","text":"two\\nlines\\tand a tab"}')).statusCode, 201)
  t.match((await post('name=x', { 'content-type': 'application/x-www-form-urlencoded' })).json(), { status: 415, code: 'invalid-input' })
  t.match((await send('GET', '/nowhere')).json(), { status: 404, code: 'not-found' })
  t.match((await send('GET', '/api/errors/%zz')).json(), { status: 400, code: 'invalid-input' })
  t.match((await send('DELETE', '/api/things', { cookie })).json(), { status: 404, code: 'not-found' })

  await t.test('a code has the status of the table', async t => {
    for (const [code, status] of Object.entries(errorStatus)) {
      const answer = await send('GET', `/api/errors/${code}`)
      t.equal(answer.statusCode, status, code)
      t.match(answer.json(), { code })
      if (status >= 500) t.notMatch(answer.body, /said/, 'the text of a 5xx stays here')
      if (status === 503) t.match(answer.headers, { 'retry-after': /^\d+$/ })
    }
  })

  await t.test('an internal error reveals nothing', async t => {
    const answer = await send('GET', '/api/errors/bug')
    t.match(answer.json(), { status: 500, code: 'internal-error', requestId: String })
    t.notMatch(answer.body, /secret|139|postgres/)
    t.notMatch(logged.join(), /13900001001/, 'nor does the log keep the number')
    t.match(logged.join(), 'request failed')
  })

  await t.test('a lost database is 503 with Retry-After', async t => {
    const answer = await send('GET', '/api/errors/lost')
    t.match(answer.json(), { status: 503, code: 'database-unavailable' })
    t.ok(answer.headers['retry-after'])
  })

  await t.test('a lost race is 503 with Retry-After, and the database is not called away', async t => {
    const answer = await send('GET', '/api/errors/deadlock')
    t.match(answer.json(), { status: 503, code: 'changed-at-once' })
    t.ok(answer.headers['retry-after'])
  })

  await t.test('bytes that are no HTTP are answered and disconnected', async t => {
    await app.listen({ host: '127.0.0.1', port: 0 })
    const { port } = app.server.address() as AddressInfo
    const text = await new Promise<string>((resolve, reject) => {
      let got = ''
      connect(port, '127.0.0.1')
        .on('data', data => { got += String(data) })
        .on('close', () => { resolve(got) })
        .on('error', reject)
        .end('HELLO there\r\n\r\n')
    })
    t.match(text, /^HTTP\/1.1 400 [\s\S]*application\/problem\+json/)
  })
})

t.test('too many requests must wait', async t => {
  const { send, cookieOf } = await testApp(t, { routes: [thingRoutes({ made: [], slow: null })], requestsPerMinute: 5 })
  const one = await cookieOf('agent1', ['AGENT'])
  const two = await cookieOf('agent2', ['AGENT'])
  const ask = async (cookie: string) => await send('GET', '/api/session', { cookie })
  for (let i = 0; i < 5; i++) t.equal((await ask(one)).statusCode, 200)
  const refused = await ask(one)
  t.match(refused.json(), { status: 429, code: 'too-many-requests' })
  t.ok(Number(refused.headers['retry-after']) > 0)
  t.equal((await ask(two)).statusCode, 200, 'the colleague at the next desk does not')
  t.equal((await send('GET', '/health/live')).statusCode, 200)
})

t.test('the log holds patterns, not what people ask for', async t => {
  const { send, cookieOf, logged } = await testApp(t, { routes: [thingRoutes({ made: [], slow: null })] })
  const cookie = await cookieOf('agent1', ['AGENT'])
  await send('GET', '/api/errors/x13900001001?number=13900001002', { cookie })
  await send('GET', '/lost/13900001003?number=13900001004')
  await send('POST', '/api/things', { cookie, body: { name: '13900001005', more: '13900001006' } })
  await send('POST', '/api/session', { body: { login: '13900001007', password: '13900001008' } })
  t.notMatch(logged.join(), /1390000100/)
  t.notMatch(logged.join(), cookie.split('=')[1])
  t.match(logged.join(), '/api/errors/:code')
})
