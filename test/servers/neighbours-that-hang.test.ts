import t from 'tap'
import { createDatabase } from '../../src/db/database.ts'
import { until } from '../../src/servers/until.ts'
import { signIn } from '../harness/api-client.ts'
import { freshDatabase, ownPostgres } from '../harness/servers/database.ts'
import { stalls } from '../harness/stories/order-story.ts'
import { partsOf } from '../harness/servers/part.ts'
import { freshRedis } from '../harness/servers/redis.ts'
import { temporaryFolder } from '../harness/servers/run-folder.ts'
import { samplePassword, seedSample } from '../harness/stories/sample.ts'

interface Readiness { status: string, parts: Array<{ name: string, state: string, detail?: unknown }>, degraded: string[] }

const readiness = async (address: string): Promise<Readiness> => await (await fetch(`${address}/health/ready`)).json() as Readiness
const stateOf = async (
  address: string, part: string
): Promise<string | undefined> => (await readiness(address)).parts.find(p => p.name === part)?.state
const becomes = async (address: string, part: string, state: string, seconds = 25): Promise<void> => {
  await until(async () => await stateOf(address, part) === state, { what: `${part} is ${state}`, seconds, everyMs: 200 })
}

await t.test('PostgreSQL hangs: requests are answered 503, server, worker and node process end all the same, ' +
  'and afterwards everything works', async t => {
  const postgres = await ownPostgres(t)
  t.teardown(() => postgres.thaw())
  const redis = await freshRedis(t)
  const dataDir = await temporaryFolder('parts')
  const db = createDatabase({ url: postgres.url, size: 2 })
  await seedSample(db, dataDir)
  await db.close()
  const start = await partsOf(t, { databaseUrl: postgres.url, redisUrl: redis.url, dataDir })
  const [server, worker, second, node] = await Promise.all([start('server'), start('worker'), start('server'), start('node')])
  const agent = await signIn(() => server.address, ...samplePassword('8003', dataDir))
  const file = async (title: string) =>
    await agent.request<{ code?: string }>('POST', '/api/work-orders', { ...stalls, title, complainantNumber: '13900001302' })
  t.equal((await file('占道经营')).status, 201)

  postgres.freeze()
  for (const answer of await Promise.all(Array.from({ length: 20 }, async (_, i) => await file(`占道经营${i}`)))) {
    t.equal(answer.status, 503)
    t.equal(answer.body.code, 'database-unavailable')
    t.ok(Number(answer.headers.get('retry-after')) > 0)
  }
  t.equal((await fetch(`${server.address}/health/ready`)).status, 503)
  const underWay = file('夜间烧烤').then(a => a.status, () => 'cut off')
  t.strictSame(await Promise.all([server.end(20), worker.end(20), node.end(10)]), [0, 0, 0], 'all end while it hangs')
  t.not(await underWay, 201)

  postgres.thaw()
  const later = await signIn(() => second.address, ...samplePassword('8003', dataDir))
  await until(
    async () => (await later.request('POST', '/api/work-orders',
      { ...stalls, title: '渣土', complainantNumber: '13900001302' })).status === 201,
    { what: 'orders are filed again', seconds: 30, everyMs: 200 }
  )
})

await t.test('Redis hangs: readiness says so, and again when it is back', async t => {
  const { url } = await freshDatabase(t, { seed: 'sample' })
  const redis = await freshRedis(t)
  t.teardown(() => redis.thaw())
  const start = await partsOf(t, { databaseUrl: url, redisUrl: redis.url })
  const [server] = await Promise.all([start('server'), start('worker')])
  await becomes(server.address, 'redis', 'ok')
  redis.freeze()
  await becomes(server.address, 'redis', 'failing')
  t.equal((await readiness(server.address)).status, 'degraded', 'orders can still be filed')
  redis.thaw()
  await becomes(server.address, 'redis', 'ok')
})

await t.test('a server without any worker says so; one that comes, hangs or dies is noticed', async t => {
  const { url, db } = await freshDatabase(t, { seed: 'sample' })
  const redis = await freshRedis(t)
  const start = await partsOf(t, { databaseUrl: url, redisUrl: redis.url })
  const server = await start('server')
  await becomes(server.address, 'workers', 'failing')
  t.match((await readiness(server.address)).degraded.find(words => words.startsWith('workers')), 'no worker lives')
  t.equal((await readiness(server.address)).status, 'degraded')
  const worker = await start('worker')
  await becomes(server.address, 'workers', 'ok')
  process.kill(worker.pid, 'SIGSTOP')
  await becomes(server.address, 'workers', 'failing')
  process.kill(worker.pid, 'SIGCONT')
  await becomes(server.address, 'workers', 'ok')
  const stands = await start('worker')
  await worker.kill()
  const [dead] = await db.query<{ at: Date }>('select clock_timestamp() at')
  await until(async () => (await db.query('select 1 from heart_beat where at > $1', [dead?.at])).length > 0,
    { what: 'another one says that it lives' })
  t.equal(await stateOf(server.address, 'workers'), 'ok', 'the second one does the work')
  await stands.kill()
  await becomes(server.address, 'workers', 'failing')
})
