import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import { createService } from '../../src/compose.ts'
import { journalHandlersOf } from '../../src/compose/module-order.ts'
import { readConfig } from '../../src/config.ts'
import { nodesOf } from '../../src/servers/ground.ts'
import type { Module } from '../../src/module.ts'
import { handlersOf } from '../harness/modules.ts'

const hears = (name: string, ...after: string[]): Module => ({ name, journal: { handler: { name, async handle () {} }, after } })
const deaf = (name: string): Module => ({ name })
const order = (...modules: Module[]): string => journalHandlersOf(modules).map(handler => handler.name).join(' ')

t.test('a module hears after those whose rows it relies on, else in list order', async t => {
  t.equal(order(hears('a'), deaf('x'), hears('b')), 'a b')
  t.equal(order(hears('emergency', 'calls', 'dialler'), hears('dialler', 'calls'), hears('calls')), 'calls dialler emergency')
  t.equal(order(hears('d', 'b'), hears('c'), hears('b', 'a'), hears('a')), 'a b d c')
})

t.test('an order that cannot be kept stops the start', async t => {
  t.throws(() => order(hears('a', 'b')), /a hears the journal after b, which hears no journal/, 'one that is not there')
  t.throws(() => order(hears('a', 'b'), deaf('b')), /a hears the journal after b/, 'one that hears nothing')
  t.throws(() => order(hears('a', 'c'), hears('b', 'a'), hears('c', 'b')), /wait for one another: a after c after b after a/)
  t.throws(() => order(hears('a', 'a')), /wait for one another/)
  t.throws(() => order(hears('a'), hears('a')), /two modules have one name/)
})

t.test('the service\'s own order: a call is known before what happened on it', async t => {
  const folder = mkdtempSync(join(tmpdir(), 'module-order-'))
  t.teardown(() => { rmSync(folder, { recursive: true }) })
  const config = readConfig({ DATA_DIR: folder })
  const service = await createService({
    config: { ...config, databaseUrl: 'postgres://127.0.0.1:1/nowhere', redisUrl: 'redis://127.0.0.1:1' },
    secrets: { dataKey: Buffer.alloc(32).toString('base64') },
    nodes: nodesOf(config, { amiSecret: 'unused' }),
    parts: ['background']
  })
  t.teardown(service.stop)
  t.same(handlersOf(service).map(handler => handler.name), ['calls', 'agents', 'dialler', 'manual-calls', 'emergency', 'blocking'])
})
