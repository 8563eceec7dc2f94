import t from 'tap'
import { loadUnits } from '../../../src/features/directory/directory-load.ts'
import { password, testApp } from '../app-of-test.ts'

t.test('administrators keep the logins', async t => {
  const { db, send, cookieOf } = await testApp(t)
  const unit = { id: 'u1', kind: 'town', name: '莘庄镇', name_en: 'Xinzhuang', government: 'true', valid_from: '2010-01-01' }
  await db.tx(async tx => { await loadUnits(tx, [unit]) })
  const cookie = await cookieOf('admin', ['ADMINISTRATOR'])
  const create = async (body: object) => await send('POST', '/api/users', { cookie, body: { password, ...body } })

  t.match((await create({ login: 'wang', roles: ['AGENT', 'DISPATCHER'] })).json(),
    { login: 'wang', roles: ['AGENT', 'DISPATCHER'], disabledAt: null })
  t.match((await create({ login: 'wang', roles: ['AGENT'] })).json(), { code: 'already-done' })
  t.match((await create({ login: 'li', roles: ['HANDLER'] })).json(), { code: 'invalid-input', details: { field: 'unitId' } },
    'a handler acts for a unit')
  t.match((await create({ login: 'li', roles: ['HANDLER'], unitId: 'nowhere' })).json(), { code: 'unknown-unit' })
  t.match((await create({ login: 'li', roles: ['AGENT'], personId: 'nobody' })).json(), { code: 'unknown-person' })
  t.match((await create({ login: 'li', roles: ['AGENT'], extension: '9999' })).json(),
    { code: 'invalid-input', details: { field: 'extension' } })
  t.match((await create({ login: 'li', roles: ['INTEGRATION'] })).json(), { code: 'invalid-input' }, 'a person is no outside system')
  t.match((await create({ login: 'li', roles: [] })).json(), { code: 'invalid-input' })
  t.match((await create({ login: 'li', roles: ['KING'] })).json(), { code: 'invalid-input' })
  t.match((await create({ login: 'Li Er', roles: ['AGENT'] })).json(), { code: 'login-name' })
  t.equal((await create({ login: 'li', roles: ['HANDLER'], unitId: 'u1' })).statusCode, 201)

  t.match((await send('PATCH', '/api/users/wang', { cookie, body: { roles: ['SHIFT_LEADER'] } })).json(), { roles: ['SHIFT_LEADER'] })
  t.match((await send('PATCH', '/api/users/wang', { cookie, body: {} })).json(), { code: 'invalid-input' })
  t.match((await send('PATCH', '/api/users/li', { cookie, body: { unitId: null } })).json(), { code: 'invalid-input' })
  t.match((await send('PATCH', '/api/users/zhao', { cookie, body: { disabled: true } })).json(), { code: 'not-found' })
  t.match((await send('PATCH', '/api/users/admin', { cookie, body: { disabled: true } })).json(), { code: 'guard-not-met' },
    'nobody locks everybody out')
  t.match((await send('PATCH', '/api/users/admin', { cookie, body: { roles: ['AGENT'] } })).json(), { code: 'guard-not-met' })
  t.match((await send('PUT', '/api/users/zhao/password', { cookie, body: { password } })).json(), { code: 'not-found' })

  const first = (await send('GET', '/api/users?limit=2', { cookie })).json()
  t.match(first.items.map((user: { login: string }) => user.login), ['admin', 'li'])
  const second = (await send('GET', `/api/users?limit=2&cursor=${first.next}`, { cookie })).json()
  t.match(second, { items: [{ login: 'wang' }], next: null })
  t.notMatch(JSON.stringify([first, second]), /scrypt/)
  for (const cursor of ['x', 'e30', Buffer.from('[1]').toString('base64url'), Buffer.from('["a","b"]').toString('base64url')]) {
    t.match((await send('GET', `/api/users?cursor=${cursor}`, { cookie })).json(), { status: 400, code: 'invalid-input' }, cursor)
  }
  for (const limit of ['0', '201', 'x', '1.5']) t.equal((await send('GET', `/api/users?limit=${limit}`, { cookie })).statusCode, 400, limit)
  t.equal((await send('GET', '/api/users?nonsense=1', { cookie })).statusCode, 400)
})

t.test('two administrators who disable each other at once leave one', async t => {
  for (const change of [{ disabled: true }, { roles: ['AGENT'] }]) {
    const { db, send, cookieOf } = await testApp(t)
    const [one, two] = [await cookieOf('one', ['ADMINISTRATOR']), await cookieOf('two', ['ADMINISTRATOR'])]
    const answers = await Promise.all([
      send('PATCH', '/api/users/two', { cookie: one, body: change }),
      send('PATCH', '/api/users/one', { cookie: two, body: change })
    ])
    // Who comes after the other's change is signed out, or no administrator any more.
    t.match(answers.map(a => a.statusCode).sort(), [200, /^(?:401|403|409)$/])
    t.equal((await db.query('select 1 from user_account where \'ADMINISTRATOR\' = any(roles) and disabled_at is null')).length, 1)
  }
})

t.test('the audit list says who did what', async t => {
  const { send, cookieOf } = await testApp(t)
  const cookie = await cookieOf('admin', ['ADMINISTRATOR'])
  const supervisor = await cookieOf('boss', ['SUPERVISOR'])
  for (const login of ['one', 'two', 'three']) await send('POST', '/api/users', { cookie, body: { login, password, roles: ['AGENT'] } })
  await send('PATCH', '/api/users/one', { cookie, body: { disabled: true } })

  const list = (await send('GET', '/api/audit?limit=3', { cookie: supervisor })).json()
  t.match(list.items, [
    { action: 'user.change', subject: 'one', actor: 'admin', detail: { disabled: true } },
    { subject: 'three' },
    { subject: 'two' }
  ])
  t.match((await send('GET', `/api/audit?limit=3&cursor=${list.next}`, { cookie: supervisor })).json(),
    { items: [{ subject: 'one', action: 'user.create' }], next: null })
  t.equal((await send('GET', '/api/audit?subject=one', { cookie: supervisor })).json().items.length, 2)
  t.equal((await send('GET', '/api/audit?action=user.change', { cookie: supervisor })).json().items.length, 1)
  t.equal((await send('GET', '/api/audit?to=2001-01-01T00:00:00Z', { cookie: supervisor })).json().items.length, 0)
  t.equal((await send('GET', '/api/audit?to=yesterday', { cookie: supervisor })).statusCode, 400)
  t.notMatch(JSON.stringify(list), new RegExp(password))
})
