import t from 'tap'
import { until } from '../../src/servers/until.ts'
import { signIn } from '../harness/api-client.ts'
import { freshDatabase } from '../harness/servers/database.ts'
import { stalls } from '../harness/stories/order-story.ts'
import { partsOf } from '../harness/servers/part.ts'
import { freshRedis } from '../harness/servers/redis.ts'
import { samplePassword } from '../harness/stories/sample.ts'

await t.test('an ending server first answers open requests; feeds do not delay it', async t => {
  const { url, db } = await freshDatabase(t, { seed: 'sample' })
  const redis = await freshRedis(t)
  const server = await (await partsOf(t, { databaseUrl: url, redisUrl: redis.url }))('server')
  const agent = await signIn(() => server.address, ...samplePassword('8003'))
  const feed = await fetch(`${server.address}/api/feed`, { headers: { cookie: agent.cookie() } })
  t.equal(feed.status, 200)

  const blocked = async (): Promise<number> => Number((await db.query<{ n: number }>(
    'select count(*) n from pg_stat_activity where datname = current_database() and wait_event_type = \'Lock\''))[0]?.n)
  let filed: Array<Promise<{ status: number, body: { id: string } }>> = []
  let ended: Promise<number | null> = Promise.resolve(null)
  await db.tx(async tx => {
    await tx.query('lock table work_order in access exclusive mode')
    filed = Array.from(
      { length: 10 },
      async (_, i) => await agent.request<{ id: string }>('POST', '/api/work-orders',
        { ...stalls, title: `占道经营${i}`, complainantNumber: '13900001302' })
    )
    await until(async () => await blocked() >= 10, { what: 'ten orders are under way' })
    ended = server.end()
    // Once it listens no more it is ending.
    await until(async () => await fetch(`${server.address}/health/live`).then(() => false, () => true), { what: 'it takes nobody new' })
  })
  const answers = await Promise.all(filed)
  t.strictSame(answers.map(a => a.status), Array.from({ length: 10 }, () => 201))
  t.equal(await ended, 0)
  const [count] = await db.query<{ n: number }>('select count(*) n from work_order where id = any($1)', [answers.map(a => a.body.id)])
  t.equal(count?.n, 10)
  await feed.text()
})

await t.test('an endless request does not delay the end for ever', async t => {
  const { url, db } = await freshDatabase(t, { seed: 'sample' })
  const redis = await freshRedis(t)
  const server = await (await partsOf(t, { databaseUrl: url, redisUrl: redis.url }))('server')
  const agent = await signIn(() => server.address, ...samplePassword('8003'))
  await db.tx(async tx => {
    await tx.query('lock table work_order in access exclusive mode')
    const filed = agent.request('POST', '/api/work-orders',
      { ...stalls, complainantNumber: '13900001302' }).then(a => a.status, () => 'cut off')
    t.equal(await server.end(14), 0, 'it ends although nobody let go of the lock')
    t.not(await filed, 201)
  })
})
