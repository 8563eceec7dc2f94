import t from 'tap'
import { createSessions } from '../../../src/access/sessions/sessions.ts'
import { putSampleAgent } from '../../../src/features/agents/agents-load.ts'
import { loadPeople, loadUnits } from '../../../src/features/directory/directory-load.ts'
import { password, testApp } from '../app-of-test.ts'

const minutes = 60_000

t.test('a person signs in, is known, and signs out', async t => {
  const { db, send, hire } = await testApp(t)
  await db.tx(async tx => {
    await loadUnits(tx, [{ id: 'u1', kind: 'town', name: '莘庄镇', name_en: 'Xinzhuang', government: 'true', valid_from: '2010-01-01' }])
    await loadPeople(tx, [{ id: 'p1', name: '样例甲', title: '受理员', responsible: 'false', valid_from: '2010-01-01' }])
    putSampleAgent(tx, { extension: '8001', login: 'night', displayName: '一号席', sipPassword: 'sip-secret' })
  })
  await hire('night', ['AGENT', 'DISPATCHER', 'SUBCENTRE_OPERATOR'], { unitId: 'u1', extension: '8001', personId: 'p1' })

  const answer = await send('POST', '/api/session', { body: { login: 'night', password } })
  t.equal(answer.statusCode, 201)
  const [set] = answer.cookies
  t.match(set, { name: 'liandong_session', httpOnly: true, sameSite: 'Strict', path: '/' })
  const cookie = `liandong_session=${set?.value}`
  const me = await send('GET', '/api/session', { cookie })
  t.match(me.json(), {
    login: 'night',
    roles: ['AGENT', 'DISPATCHER', 'SUBCENTRE_OPERATOR'],
    unit: { id: 'u1', name: '莘庄镇' },
    person: { id: 'p1', name: '样例甲' },
    extension: '8001',
    telephone: {
      extension: '8001', password: 'sip-secret', displayName: '一号席', exchanges: [{ node: 'pbx1', webSocketUrl: 'ws://127.0.0.1:18088/ws' }]
    }
  })
  t.equal(me.headers['cache-control'], 'no-store')
  t.notMatch(JSON.stringify(await db.query('select * from session')), String(set?.value), 'the table cannot be used to sign in')

  t.equal((await send('DELETE', '/api/session', { cookie })).statusCode, 204)
  t.match((await send('GET', '/api/session', { cookie })).json(), { code: 'not-signed-in' })
  t.strictSame((await db.query('select action, actor from audit_entry order by id')),
    [{ action: 'session.begin', actor: 'night' }, { action: 'session.end', actor: 'night' }])
})

t.test('a session ends when it is not used, and after a shift in any case', async t => {
  const { clock, send, cookieOf } = await testApp(t)
  const idle = await cookieOf('idle', ['AGENT'])
  const used = await cookieOf('used', ['AGENT'])
  const ask = async (cookie: string) => (await send('GET', '/api/session', { cookie })).statusCode
  for (let passed = 0; passed < 11 * 60; passed += 60) {
    clock.advance(60 * minutes)
    t.equal(await ask(used), 200, `used, after ${passed + 60} min`)
  }
  t.equal(await ask(idle), 401, 'nobody used it for two hours')
  clock.advance(61 * minutes)
  t.equal(await ask(used), 401, 'twelve hours are a shift')
})

t.test('a disabled login or a new password ends its sessions', async t => {
  const { send, cookieOf, sessions } = await testApp(t)
  const admin = await cookieOf('admin', ['ADMINISTRATOR'])
  const one = await cookieOf('agent1', ['AGENT'])
  const two = await cookieOf('agent2', ['AGENT'])
  const ask = async (cookie: string) => (await send('GET', '/api/session', { cookie })).statusCode
  t.strictSame([await ask(one), await ask(two)], [200, 200])
  t.equal((await send('PATCH', '/api/users/agent1', { cookie: admin, body: { disabled: true } })).statusCode, 200)
  t.equal((await send('PUT', '/api/users/agent2/password', { cookie: admin, body: { password: 'another long password' } })).statusCode, 204)
  t.strictSame([await ask(one), await ask(two)], [401, 401])
  t.match((await send('POST', '/api/session', { body: { login: 'agent1', password } })).json(), { code: 'wrong-login' })
  t.match((await send('POST', '/api/session', { body: { login: 'agent2', password } })).json(), { code: 'wrong-login' })
  t.equal((await send('POST', '/api/session', { body: { login: 'agent2', password: 'another long password' } })).statusCode, 201)
  sessions.forget()
})

t.test('another process notices within five seconds', async t => {
  const { db, clock, cookieOf, sessions } = await testApp(t)
  const secret = (await cookieOf('agent1', ['AGENT'])).split('=')[1] ?? ''
  const elsewhere = createSessions({ db, clock })
  const found = await elsewhere.find(secret, true)
  t.equal(found?.actor.id, 'agent1')
  t.ok(found)
  await db.tx(async tx => { await sessions.end(tx, (found as NonNullable<typeof found>).idHash) })
  const before = Date.now()
  while (await elsewhere.find(secret, true) !== null) await new Promise(resolve => setTimeout(resolve, 100))
  t.ok(Date.now() - before < 5500)
})

t.test('a person changes the own password', async t => {
  const { send, cookieOf } = await testApp(t)
  const cookie = await cookieOf('agent1', ['AGENT'])
  t.match((await send('PUT', '/api/session/password', { cookie, body: { old: 'wrong', new: 'another long password' } })).json(),
    { code: 'wrong-login' })
  t.match((await send('PUT', '/api/session/password', { cookie, body: { old: password, new: 'short' } })).json(), { code: 'weak-password' })
  t.equal((await send('PUT', '/api/session/password', { cookie, body: { old: password, new: 'another long password' } })).statusCode, 204)
  t.equal((await send('GET', '/api/session', { cookie })).statusCode, 401)
})

t.test('a wall board stays signed in; its login holds nothing else', async t => {
  const { clock, send, cookieOf } = await testApp(t)
  const admin = await cookieOf('admin', ['ADMINISTRATOR'])
  const make = async (login: string, roles: string[]) =>
    (await send('POST', '/api/users', { cookie: admin, body: { login, password: 'a screen above the stairs', roles } }))
  t.match((await make('hall', ['WALL', 'LEADER'])).json(), { code: 'invalid-input', details: { field: 'roles' } })
  t.equal((await make('hall', ['WALL'])).statusCode, 201)
  t.equal((await send('PATCH', '/api/users/hall', { cookie: admin, body: { roles: ['WALL', 'SUPERVISOR'] } })).statusCode, 400, 'nor later')
  const signedIn = await send('POST', '/api/session', { body: { login: 'hall', password: 'a screen above the stairs' } })
  const [set] = signedIn.cookies
  t.ok((set?.expires?.getTime() ?? 0) > clock.now().getTime() + 300 * 86_400_000, 'the browser keeps it as long')
  const cookie = `liandong_session=${set?.value ?? ''}`
  const ask = async () => (await send('GET', '/api/session', { cookie })).statusCode
  for (let day = 0; day < 5; day++) {
    clock.advance(20 * 3_600_000)
    t.equal(await ask(), 200, `it looks after ${(day + 1) * 20} hours`)
  }
  const again = await cookieOf('admin2', ['ADMINISTRATOR'])
  t.equal((await make('door', ['WALL'])).statusCode, 401)
  t.equal(
    (await send('POST', '/api/users',
      { cookie: again, body: { login: 'door', password: 'a screen above the stairs', roles: ['WALL'] } })).statusCode,
    201
  )
  const [door] = (await send('POST', '/api/session', { body: { login: 'door', password: 'a screen above the stairs' } })).cookies
  const doors = { cookie: `liandong_session=${door?.value ?? ''}` }
  t.equal((await send('PATCH', '/api/users/door', { cookie: again, body: { roles: ['DISPATCHER'] } })).statusCode, 200)
  t.equal((await send('GET', '/api/session', doors)).statusCode, 401, 'its session is not carried into another role')
  t.equal((await send('PATCH', '/api/users/hall', { cookie: again, body: { disabled: true } })).statusCode, 200)
  t.equal(await ask(), 401, 'until an administrator ends it')
})

t.test('a browser keeps a used session as long as the service does', async t => {
  const { clock, hire, send } = await testApp(t)
  await hire('agent1', ['AGENT'])
  const inTwelveHours = (): number => Math.floor((clock.now().getTime() + 12 * 3_600_000) / 1000) * 1000
  const earliest = inTwelveHours()
  const [set] = (await send('POST', '/api/session', { body: { login: 'agent1', password } })).cookies
  const ends = set?.expires?.getTime() ?? 0
  t.ok(ends >= earliest && ends <= inTwelveHours(), 'twelve hours, not the two until it is used next')
})
