import t, { type Test } from 'tap'
import { sessionCookie } from '../../../src/http/kit/session-cookie.ts'
import { createLoginGuard } from '../../../src/access/sessions/login-guard.ts'
import { hashPassword, hashRandomPassword, verifyPassword, workOf } from '../../../src/access/passwords/password.ts'
import { freshDatabase } from '../../harness/servers/database.ts'
import { password, testApp, type TestApp, type TestAppOptions } from '../app-of-test.ts'

/** Waits are compared, and a check takes as long as the machine is busy: this clock moves only when it is told. */
function stillClock (): TestApp['clock'] {
  let now = Date.now()
  return { now: () => new Date(now), advance (ms) { now += ms } }
}

const stillApp = async (
  t: Test, options: TestAppOptions = {}
): Promise<TestApp> => await testApp(t, { ...options, on: { ...await freshDatabase(t), clock: stillClock() } })

/** Wrong passwords after which the next attempt waits; the same at one address for all logins together. */
const [mistakes, mistakesOfAddress] = [5, 60]

t.test('guessing gets slower and slower', async t => {
  const { db, clock, send, hire } = await stillApp(t)
  await hire('agent1', ['AGENT'])
  const attempt = async (login: string, secret: string) => await send('POST', '/api/session', { body: { login, password: secret } })
  for (let i = 0; i < mistakes; i++) t.match((await attempt('agent1', 'wrong')).json(), { status: 401, code: 'wrong-login' })
  const waiting = await attempt('agent1', password)
  t.match(waiting.json(), { status: 429, code: 'too-many-requests' }, 'the right password must wait too')
  t.equal(waiting.headers['retry-after'], '1')
  clock.advance(1100)
  t.equal((await attempt('agent1', 'wrong')).statusCode, 401)
  clock.advance(1100)
  t.equal((await attempt('agent1', password)).headers['retry-after'], '1', 'twice as long')
  clock.advance(1000)
  t.equal((await attempt('agent1', password)).statusCode, 201)
  t.equal((await attempt('agent1', 'wrong')).statusCode, 401, 'success forgives')
  t.match((await attempt('nobody-here', 'wrong')).json(), { code: 'wrong-login' }, 'an unknown login looks like a known one')
  const refused = await db.query<{ subject: string }>('select distinct subject from audit_entry where action = \'session.refuse\'')
  t.strictSame(refused, [{ subject: 'agent1' }], 'names nobody has are not written down')
})

t.test('passwords are kept as scrypt hashes', async t => {
  const stored = await hashPassword('密码 with blanks')
  t.match(stored, /^scrypt\$\d+\$\d+\$\d+\$[\w-]+\$[\w-]+$/)
  t.equal(await verifyPassword('密码 with blanks', stored), true)
  t.equal(await verifyPassword('密码 with blank', stored), false)
  t.not(await hashPassword('密码 with blanks'), stored, 'salted')
  for (const broken of ['', 'plain', 'scrypt$1$1$1$short$short', stored.replace('scrypt', 'bcrypt'), stored.replace(/\$8\$/, '$0$')]) {
    t.equal(await verifyPassword('密码 with blanks', broken), false, broken)
  }
})

t.test('guessing passwords locks no other person out', async t => {
  const { app, clock, hire, logged } = await stillApp(t, { requestsPerMinute: 0, trustProxy: ['127.0.0.1'] })
  for (const login of ['coordinator', 'colleague', 'agent1']) await hire(login, ['AGENT'])
  const attempt = async (login: string, secret: string, address: string, cookie = '') => await app.inject({
    method: 'POST',
    url: '/api/session',
    payload: { login, password: secret },
    headers: { 'x-forwarded-for': address, ...(cookie === '' ? {} : { cookie }) }
  })
  const exhaust = async (login: string, address: string, cookie = ''): Promise<void> => {
    for (let i = 0; i < mistakes; i++) t.equal((await attempt(login, 'wrong', address, cookie)).statusCode, 401)
  }
  const [office, far] = ['10.0.0.1', '203.0.113.9']
  const first = await attempt('coordinator', password, office)
  t.equal(first.statusCode, 201)
  const device = first.cookies.filter(c => c.name !== sessionCookie).map(c => `${c.name}=${c.value}`).join('; ')
  t.match(first.cookies.find(c => c.name.startsWith('liandong_device')), { httpOnly: true, sameSite: 'Strict', path: '/api/session' })

  const parallel = await Promise.all(Array.from({ length: 40 },
    async (_, i) => (await attempt('coordinator', `guess ${i}`, far)).statusCode))
  t.equal(parallel.filter(s => s === 401).length, mistakes, 'of forty at once five are tried')
  t.equal((await attempt('coordinator', password, far)).statusCode, 429, 'the guesser waits')
  t.equal((await attempt('coordinator', password, office)).statusCode, 201, 'at the office nobody waits, on any machine')

  await exhaust('coordinator', office)
  await exhaust('colleague', office)
  t.equal((await attempt('coordinator', password, office)).statusCode, 429, 'somebody tries it from the office')
  t.equal((await attempt('coordinator', password, office, device)).statusCode, 201, 'a browser that is known signs in all the same')
  const forged = device.replace(/~.*$/, '~forged')
  t.equal((await attempt('coordinator', password, office, forged)).statusCode, 429, 'a forged one is none')
  t.equal((await attempt('colleague', password, office, device.replace('coordinator', 'colleague'))).statusCode, 429,
    'nor is another login\'s')
  clock.advance(16 * 60_000)
  t.equal((await attempt('colleague', password, office)).statusCode, 201, 'and it is forgotten')
  await exhaust('coordinator', office, device)
  t.equal((await attempt('coordinator', password, office, device)).statusCode, 429, 'others at that browser wait too')
  t.notMatch(logged.join(), 'guess 1')
})

t.test('many logins from one address must wait; other addresses and known browsers need not', async t => {
  const clock = stillClock()
  const { db } = await freshDatabase(t)
  // Two processes: they count together.
  const guards = [createLoginGuard({ db, clock }), createLoginGuard({ db, clock })]
  let turn = 0
  const tries = async (login: string, address: string, device: string | null = null): Promise<string | number> => {
    try {
      const attempt = await guards[turn++ % 2]?.begin({ login, address, device })
      await attempt?.failed()
      return 'tried'
    } catch (error) {
      return Number((error as { details?: { retryAfter?: number } }).details?.retryAfter)
    }
  }
  for (let i = 0; i < mistakesOfAddress; i++) t.equal(await tries(`made-up-${i}`, 'office'), 'tried')
  t.equal(await tries('colleague', 'office'), 1)
  t.equal(await tries('colleague', 'far'), 'tried')
  t.equal(await tries('colleague', 'office', 'known'), 'tried')
  clock.advance(1000)
  t.equal(await tries('colleague', 'office'), 'tried')
  t.equal(await tries('another', 'office'), 2, 'twice as long')
  clock.advance(16 * 60_000)
  t.equal(await tries('another', 'office'), 'tried', 'and it is forgotten')
})

t.test('a shift that signs in at one moment from one address is not taken for a guesser', async t => {
  const { db, send, hire } = await stillApp(t, { requestsPerMinute: 0 })
  const shift = Array.from({ length: 70 }, (_, i) => `agent${i}`)
  for (const login of shift) await hire(login, ['AGENT'])
  let outside = shift
  for (let round = 0; outside.length > 0 && round < 20; round++) {
    const tried = await Promise.all(outside.map(async login =>
      ({ login, answer: await send('POST', '/api/session', { body: { login, password } }) })))
    const refused = tried.filter(({ answer }) => answer.statusCode !== 201)
    t.ok(refused.every(({ answer }) => answer.json<{ detail: string }>().detail.startsWith('many people are signing in')),
      'nobody is told of failed attempts')
    outside = refused.map(({ login }) => login)
  }
  t.same(outside, [], 'everybody is in')
  t.same(await db.query('select 1 from sign_in_failure'), [], 'and nothing is counted')
})

t.test('after many failures at an address a right sign-in makes nobody else wait', async t => {
  const clock = stillClock()
  const { db } = await freshDatabase(t)
  const guard = createLoginGuard({ db, clock })
  for (let i = 0; i < mistakesOfAddress; i++) await (await guard.begin({ login: `made-up-${i}`, address: 'office', device: null })).failed()
  clock.advance(1000)
  for (const login of ['8001', '8002', '8003']) await (await guard.begin({ login, address: 'office', device: null })).succeeded()
  t.pass('three sign in one after another')
})

t.test('an attempt whose password was never looked at is no failure', async t => {
  const clock = stillClock()
  const { db } = await freshDatabase(t)
  const guard = createLoginGuard({ db, clock })
  const attempt = { login: '8001', address: 'office', device: null }
  for (let i = 0; i < 3 * mistakes; i++) await (await guard.begin(attempt)).takenBack()
  await (await guard.begin(attempt)).succeeded()
  t.same(await db.query('select 1 from sign_in_failure'), [])
})

t.test('a check does the same work for everybody', async t => {
  const costOf = (stored: string) => {
    const [, N, r, p] = stored.split('$').map(Number)
    return { N: N ?? 0, r: r ?? 0, p: p ?? 0 }
  }
  const sum = (stored: string | null): string => JSON.stringify(workOf(stored === null ? null : costOf(stored)).sort((a, b) => a.N - b.N))
  const [chosen, madeUp] = [await hashPassword('x'), await hashRandomPassword('y')]
  t.not(JSON.stringify(costOf(chosen)), JSON.stringify(costOf(madeUp)))
  t.equal(sum(chosen), sum(null), 'a chosen password and no login')
  t.equal(sum(madeUp), sum(null), 'a made-up password and no login')
  t.equal(await verifyPassword('y', madeUp), true)
})

t.test('weak passwords and invalid names are refused, with the reason', async t => {
  const { send, cookieOf } = await testApp(t)
  const cookie = await cookieOf('admin', ['ADMINISTRATOR'])
  const made = async (login: string, secret: string) =>
    (await send('POST', '/api/users', { cookie, body: { login, password: secret, roles: ['AGENT'] } })).json()
  const good = 'blue tram over quiet river'
  for (const [secret, why] of [
    ['short', 'short'], ['1234567890', 'common'], ['password123', 'common'], ['aaaaaaaaaaaa', 'common'], ['qwertyuiop', 'common'],
    ['liandong962000', 'common'], ['Minhang12345', 'common'], ['lixin-lixin-lixin', 'login']
  ] as const) {
    t.match(await made('lixin', secret), { status: 422, code: 'weak-password', details: { field: 'password', why } }, secret)
    // Another login's name in it is no reason for this one.
    if (why === 'login') continue
    t.match((await send('PUT', '/api/users/admin/password', { cookie, body: { password: secret } })).json(), { code: 'weak-password' })
    t.match((await send('PUT', '/api/session/password', { cookie, body: { old: password, new: secret } })).json(),
      { code: 'weak-password' })
  }
  for (const [login, why] of [
    ['x', 'short'], ['a'.repeat(41), 'long'], ['Li.Xin', 'characters'], ['李新', 'characters'], ['-x-', 'first-character'],
    ['system', 'reserved'], ['pbx', 'reserved'], ['nobody', 'reserved']
  ] as const) {
    t.match(await made(login, good), { status: 422, code: 'login-name', details: { field: 'login', why } }, login)
  }
  for (const login of ['8021', 'lixin', 'li.xin-2']) t.match(await made(login, good), { login }, login)
})
