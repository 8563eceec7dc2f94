// Two server processes count one person's requests together; without the database each counts alone.
import t from 'tap'
import { createRequestCounts } from '../../../src/http/request-counts.ts'
import { createDatabase } from '../../../src/db/database.ts'
import { until } from '../../../src/servers/until.ts'
import { testApp } from '../app-of-test.ts'

t.test('a request limit reached at one process holds at the other', async t => {
  const one = await testApp(t, { requestsPerMinute: 20 })
  const other = await testApp(t, { requestsPerMinute: 20, on: one })
  const cookie = await one.cookieOf('agent1', ['AGENT'])
  const colleague = await one.cookieOf('agent2', ['AGENT'])
  for (let i = 0; i < 20; i++) t.equal((await one.send('GET', '/api/session', { cookie })).statusCode, 200)
  t.equal((await one.send('GET', '/api/session', { cookie })).statusCode, 429)
  let asked = 0
  await until(async () => {
    asked++
    return (await other.send('GET', '/api/session', { cookie })).statusCode === 429
  }, { what: 'the other process has heard of it', seconds: 15, everyMs: 200 })
  t.ok(asked < 20, `after ${asked} requests of the own login, that login waits there`)
  t.equal((await other.send('GET', '/api/session', { cookie: colleague })).statusCode, 200, 'a colleague does not')
})

t.test('without the database each process counts alone', async t => {
  const db = createDatabase({ url: 'postgres://nobody:none@127.0.0.1:9/none', size: 1 })
  t.teardown(db.close)
  let now = 1_000_000
  const counts = createRequestCounts({ db, windowMs: 60_000, clock: { now: () => new Date(now) } })
  t.teardown(counts.close)
  const store = new counts.Store()
  const ask = (): { current: number, ttl: number } => {
    let seen = { current: 0, ttl: 0 }
    store.incr('agent1', (_, answer) => { seen = answer }, 60_000)
    return seen
  }
  for (let i = 1; i <= 5; i++) t.match(ask(), { current: i, ttl: 60_000 })
  await t.rejects(counts.tell(), { code: 'database-unavailable' })
  now += 20_000
  t.match(ask(), { current: 6, ttl: 40_000 }, 'nothing is forgotten')
  now += 40_000
  t.match(ask(), { current: 1, ttl: 60_000 }, 'a new window')
})
