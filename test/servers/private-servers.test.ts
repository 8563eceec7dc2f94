import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { Redis } from 'ioredis'
import t from 'tap'
import { isFree } from '../../src/servers/machine/ports.ts'
import { startServer } from '../../src/servers/server-process.ts'
import { freshDatabase, ownPostgres } from '../harness/servers/database.ts'
import { freePort } from '../harness/servers/ports.ts'
import { freshRedis } from '../harness/servers/redis.ts'
import { nodeProgram, temporaryFolder } from '../harness/servers/run-folder.ts'

await t.test('every test has a migrated database of its own', async t => {
  const one = await freshDatabase(t)
  const two = await freshDatabase(t)
  await one.db.query('create table only_here (x int)')
  t.match(await one.db.query("select count(*) n from pg_tables where tablename = 'only_here'"), [{ n: 1 }])
  t.match(await two.db.query("select count(*) n from pg_tables where tablename = 'only_here'"), [{ n: 0 }])
  t.ok((await two.db.query<{ n: number }>('select count(*) n from migration'))[0]?.n)
})

await t.test('a killed PostgreSQL comes back with what was committed', async t => {
  const server = await ownPostgres(t)
  const { createDatabase } = await import('../../src/db/database.ts')
  const db = createDatabase({ url: server.url })
  t.teardown(async () => await db.close())
  await db.query('create table kept (x int)')
  await server.kill()
  await t.rejects(db.query('select 1'), { code: 'database-unavailable' })
  await server.start()
  t.match(await db.query('select count(*) n from kept'), [{ n: 0 }])
})

await t.test('Redis never evicts, keeps what it was told, and can be emptied', async t => {
  const server = await freshRedis(t)
  const redis = new Redis(server.url)
  t.teardown(() => redis.disconnect())
  redis.on('error', () => {})
  t.same(await redis.config('GET', 'maxmemory-policy'), ['maxmemory-policy', 'noeviction'])
  t.same(await redis.config('GET', 'appendonly'), ['appendonly', 'yes'])
  await redis.set('a', '1')
  t.equal(await redis.get('a'), '1')
  await server.kill()
  await server.start()
  t.equal(await redis.get('a'), '1')
  await server.flush()
  t.equal(await redis.get('a'), null)
})

await t.test('a server that was killed has given its port back, however many threads it had', async t => {
  const folder = await temporaryFolder('threads')
  const program = 'require("node:net").createServer().listen(Number(process.argv[1]), "127.0.0.1", ' +
    '() => { require("node:fs").writeFile(process.argv[2], "", () => {}) })'
  for (let i = 0; i < 20; i++) {
    const [port, mark] = [await freePort(), join(folder, `ready-${i}`)]
    const server = await startServer({
      name: 'many threads',
      command: 'env',
      args: ['UV_THREADPOOL_SIZE=200', nodeProgram, '-e', program, String(port), mark],
      logFile: join(folder, 'log'),
      pidFile: join(folder, 'pid'),
      ready: () => existsSync(mark),
      dieWithParent: true
    })
    await server.kill()
    t.equal(await isFree('127.0.0.1', port), true)
  }
})
