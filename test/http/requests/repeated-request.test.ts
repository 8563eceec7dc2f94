import t from 'tap'
import { testApp } from '../app-of-test.ts'
import { thingRoutes, type Things } from '../who-sees-what/thing-routes.ts'

t.test('the same request under the same key is done once and answered the same', async t => {
  const things: Things = { made: [], slow: null }
  const { db, send, cookieOf } = await testApp(t, { routes: [thingRoutes(things)] })
  const cookie = await cookieOf('agent1', ['AGENT'])
  const other = await cookieOf('agent2', ['AGENT'])
  const make = async (name: string, key: string, as = cookie) =>
    await send('POST', '/api/things', { cookie: as, body: { name }, headers: { 'idempotency-key': key } })

  await t.test('one after the other', async t => {
    const first = await make('lamp', 'key-00001')
    const again = await make('lamp', 'key-00001')
    t.equal(first.statusCode, 201)
    t.equal(again.statusCode, 201)
    t.equal(again.body, first.body)
    t.equal(things.made.length, 1)
    t.notMatch(first.json(), { secret: String }, 'only what the schema names leaves')
  })

  await t.test('both at once', async t => {
    things.made = []
    let go = (): void => {}
    things.slow = new Promise(resolve => { go = resolve })
    const answers = Promise.all(Array.from({ length: 6 }, async () => await make('both', 'key-00002')))
    setTimeout(go, 100)
    const bodies = new Set((await answers).map(answer => `${answer.statusCode} ${answer.body}`))
    things.slow = null
    t.equal(bodies.size, 1)
    t.match([...bodies][0], /^201 /)
    const rows = await db.query('select 1 from setting where value = \'"both"\'')
    t.equal(rows.length, 1)
  })

  await t.test('a key used for something else is refused, and nothing happens', async t => {
    const answer = await make('another lamp', 'key-00001')
    t.equal(answer.statusCode, 409)
    t.match(answer.json(), { code: 'idempotency-key-reused' })
    t.equal((await db.query('select 1 from setting where value = \'"another lamp"\'')).length, 0)
  })

  await t.test('another person\'s key is another key', async t => {
    const answer = await make('lamp', 'key-00001', other)
    t.equal(answer.statusCode, 201)
    t.equal((await db.query('select 1 from setting where value = \'"lamp"\'')).length, 2)
  })

  await t.test('a refusal is decided again', async t => {
    t.match((await make('refused', 'key-00003')).json(), { code: 'guard-not-met', details: { why: 'name' } })
    t.match((await make('refused', 'key-00003')).json(), { code: 'guard-not-met' })
    t.equal((await db.query('select 1 from idempotency where key = $1', ['key-00003'])).length, 0)
  })

  await t.test('a key that is none', async t => {
    t.equal((await make('lamp', 'short')).statusCode, 400)
    t.equal((await make('lamp', 'with a blank in it')).statusCode, 400)
  })

  await t.test('the stored answer is sealed', async t => {
    const [row] = await db.query<{ response: Buffer }>('select response from idempotency where key = $1 and actor = $2',
      ['key-00001', 'agent1'])
    t.ok(row)
    t.notMatch(row?.response.toString('latin1'), /lamp/)
  })
})

t.test('every write has one audit row, a refused or repeated one none', async t => {
  const { db, send, cookieOf } = await testApp(t, { routes: [thingRoutes({ made: [], slow: null })] })
  const cookie = await cookieOf('agent1', ['AGENT'])
  const headers = { 'idempotency-key': 'key-00009' }
  const made = await send('POST', '/api/things', { cookie, body: { name: 'x' }, headers })
  await send('POST', '/api/things', { cookie, body: { name: 'x' }, headers })
  await send('POST', '/api/things', { cookie, body: { name: 'refused' } })
  const rows = await db.query('select actor, action, subject, request_id from audit_entry')
  t.strictSame(rows, [{ actor: 'agent1', action: 'thing.make', subject: made.json().id, request_id: made.headers['x-request-id'] }])
  await t.rejects(db.query('update audit_entry set actor = \'x\''), { code: 'LD001' }, 'and it stays')
  await t.rejects(db.query('delete from audit_entry'), { code: 'LD001' })
})
