// Settings that a process reads for itself: its servers, its log, and where `up` keeps Asterisk.
// Named one by one in test/architecture/settings-have-effects.test.ts.
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import pino from 'pino'
import t from 'tap'
import { cacheFolder, mirror } from '../../src/bin/prepare/prepare-machine.ts'
import { createService } from '../../src/compose.ts'
import { readConfig } from '../../src/config.ts'
import { completeConfig, openGround } from '../../src/servers/ground.ts'
import { freePort } from '../../src/servers/machine/ports.ts'
import { root } from '../architecture/program.ts'
import { freshDatabase } from '../harness/servers/database.ts'
import { plainEnvironment, plainNode, temporaryFolder } from '../harness/servers/run-folder.ts'

const secrets = { dataKey: Buffer.alloc(32, 7).toString('base64') }

t.test('DATABASE_URL, REDIS_URL: servers of others', async t => {
  const { url } = await freshDatabase(t, { seed: 'sample' })
  const env = { DATA_DIR: await temporaryFolder('settings'), DATABASE_URL: url, REDIS_URL: 'redis://127.0.0.1:7777/0', AMI_SECRET: 'x' }
  t.match(completeConfig(readConfig(env)), { databaseUrl: url, redisUrl: 'redis://127.0.0.1:7777/0' })
  const ground = openGround(readConfig(env))
  const service = await createService({ ...ground, parts: [], log: pino({ level: 'silent' }) })
  t.match(await service.modules.directory.directory.unit('T01'), { id: 'T01' }, 'read in the database that was named')
  await service.stop()
  t.throws(() => completeConfig(readConfig({ ...env, DATABASE_URL: '' })), { message: /DATABASE_URL/ })
  t.throws(() => completeConfig(readConfig({ ...env, REDIS_URL: '' })), { message: /REDIS_URL/ })
})

t.test('LOG_LEVEL: the least level that is logged', async t => {
  const { url } = await freshDatabase(t, { seed: 'sample' })
  const folder = await temporaryFolder('settings')
  const program = `
    import { createService } from '${root}/src/compose.ts'
    import { readConfig } from '${root}/src/config.ts'
    import { nodesOf } from '${root}/src/servers/ground.ts'
    const config = { ...readConfig(process.env), databaseUrl: process.env.DATABASE_URL, redisUrl: 'redis://127.0.0.1:1' }
    const nodes = nodesOf(config, { amiSecret: 's' })
    const service = await createService({
      config, secrets: ${JSON.stringify(secrets)}, nodes, parts: ['http'] })
    await service.start()
    await (await fetch(service.address + '/health/live', { signal: AbortSignal.timeout(30_000) })).text()
    await service.stop()`
  const lines = async (level: string): Promise<number> => {
    const address = `127.0.0.1:${await freePort()}`
    const env = { ...plainEnvironment(), LOG_LEVEL: level, DATA_DIR: folder, DATABASE_URL: url, HTTP_ADDRESS: address }
    const args = [...plainNode.first, '--input-type=module', '-e', program]
    const { stdout } = await promisify(execFile)(plainNode.command, args, { env, timeout: 120_000 })
    return stdout.split('\n').filter(line => line.startsWith('{')).length
  }
  t.ok(await lines('trace') > 0)
  t.equal(await lines('fatal'), 0)
})

t.test('XDG_CACHE_HOME, DEBIAN_MIRROR: where Asterisk is kept, and taken from', async t => {
  const before = { ...process.env }
  Object.assign(process.env, { XDG_CACHE_HOME: '/somewhere/else', DEBIAN_MIRROR: 'http://mirror.example/debian' })
  t.equal(cacheFolder(), '/somewhere/else/liandong')
  t.equal(mirror(), 'http://mirror.example/debian')
  process.env = before
})
