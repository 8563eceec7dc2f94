import t from 'tap'
import { hashPassword, verifyPassword } from '../../src/http/password.ts'
import { password, testApp } from './app-of-test.ts'

t.test('guessing gets slower and slower', async t => {
  const { db, clock, send, hire } = await testApp(t)
  await hire('agent1', ['AGENT'])
  const attempt = async (login: string, secret: string) => await send('POST', '/api/session', { body: { login, password: secret } })
  for (let i = 0; i < 5; i++) t.match((await attempt('agent1', 'wrong')).json(), { status: 401, code: 'wrong-login' })
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
