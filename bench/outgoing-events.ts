// Events to other systems, by their whole way: row and outbox in one transaction, relay, Redis, worker, search, signature, HTTP, row.
// First how many a second sixty living endpoints are sent; beside it the same bodies signed and posted without any row. Then the sixtieth,
// with fifty-nine that accept and never answer: from the command, before its commit, to the peer.
import { fork } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { pino } from 'pino'
import { Webhook } from 'standardwebhooks'
import { createDatabase } from '../src/db/database.ts'
import { createSealing } from '../src/db/sealing.ts'
import type { Actor } from '../src/domain/people/roles.ts'
import { systemClock } from '../src/domain/time/clock.ts'
import { createDeliveries } from '../src/features/interfaces/outgoing/deliveries.ts'
import { openConnections, post } from '../src/features/interfaces/outgoing/post.ts'
import { resolveHost } from '../src/features/interfaces/outgoing/resolve.ts'
import { createSending } from '../src/features/interfaces/outgoing/sending.ts'
import { createEndpoints } from '../src/features/interfaces/registry/endpoints.ts'
import { createRegistry } from '../src/features/interfaces/registry/registry.ts'
import { createAlarms } from '../src/queue/alarms.ts'
import { createRelay } from '../src/queue/relay.ts'
import { createSweeper } from '../src/queue/sweeper.ts'
import { createWorkers } from '../src/queue/workers.ts'
import { freePort } from '../src/servers/machine/ports.ts'
import { migrate } from '../src/servers/migrate.ts'
import { ensureDatabase, startPostgres } from '../src/servers/postgres.ts'
import { startRedis } from '../src/servers/redis.ts'
import { answerOf, shareOf } from './http/http-stage.ts'

const endpoints = 60
const eventsEach = 100
const seconds = Number(process.argv[2] ?? 40)
const perSecond = 5
const actor: Actor = { id: 'bench', roles: ['ADMINISTRATOR'], unitId: null, extension: null, personId: null }
const allowNetworks = ['127.0.0.1']

const folder = mkdtempSync(join(tmpdir(), 'liandong-bench-events-'))
const closing: Array<() => Promise<unknown> | void> = [() => { rmSync(folder, { recursive: true, force: true }) }]
try {
  for (const part of ['postgres', 'redis']) mkdirSync(join(folder, part))
  const postgres = await startPostgres({ folder: join(folder, 'postgres'), port: await freePort(), password: null, dieWithParent: true })
  closing.push(async () => { await postgres.stop() })
  const redis = await startRedis({ folder: join(folder, 'redis'), port: await freePort(), password: null, dieWithParent: true })
  closing.push(async () => { await redis.stop() })
  await ensureDatabase(postgres, 'bench')
  const url = postgres.url('bench')
  await migrate(url)
  const peers = fork(join(import.meta.dirname, 'interfaces/peers.ts'), { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
  closing.push(() => { peers.disconnect() })
  const ports = await answerOf<{ living: number, dead: number }>(peers)

  const db = createDatabase({ url, size: 20 })
  closing.push(async () => { await db.close() })
  const log = pino({ level: 'silent' })
  const alarms = createAlarms(() => { db.wake('outbox') })
  const needs = { db, sealing: createSealing(Buffer.alloc(32, 7)), clock: systemClock, alarms, log, resolve: resolveHost }
  const registry = createRegistry({ ...needs, unit: async () => ({}), sources: async () => [] })
  const { add } = createEndpoints({ ...needs, changed: () => {} })
  const deliveries = createDeliveries({ ...needs, hiddenOrders: async () => new Set() })
  const sending = createSending({ ...needs, timeoutMs: 15_000, maxWaiting: 100_000, atOnce: 200 })
  closing.push(async () => { await sending.stop() })
  const told = async (port: number, name: string): Promise<string> => await db.tx(async tx => {
    const { id } = await registry.add(tx, actor, {
      name,
      nameEn: '',
      ownerUnitId: 'D01',
      contact: '',
      direction: 'out',
      lawBasis: 'bench',
      cycle: 'at-once',
      schemaVersion: '1',
      shareType: 'open'
    })
    return (await add(tx, actor, id, { url: `http://127.0.0.1:${port}/${name}`, kinds: [], allowNetworks })).id
  })
  const tell = async (id: string): Promise<string> => (await db.tx(async tx => await deliveries.trial(tx, id))).deliveryId
  const arrived = async (): Promise<Array<[string, number]>> => (await answerOf<{ arrived: Array<[string, number]> }>(peers, {})).arrived

  // Everything waits; then it is sent.
  const living = await Promise.all(Array.from({ length: endpoints }, async (_, i) => await told(ports.living, `living-${i}`)))
  for (let i = 0; i < eventsEach; i++) await Promise.all(living.map(tell))
  const cpu = process.cpuUsage()
  let began = performance.now()
  await sending.alarm.ring({})
  await sending.settled()
  const ours = endpoints * eventsEach / (performance.now() - began) * 1000
  const { user, system } = process.cpuUsage(cpu)
  const sent = (await arrived()).length

  const body = JSON.stringify({ type: 'interface.trial', timestamp: new Date().toISOString(), data: { endpoint: living[0] } })
  const secret = new Webhook(`whsec_${Buffer.alloc(32, 1).toString('base64')}`)
  began = performance.now()
  await Promise.all(living.map(async (id, i) => {
    const connections = openConnections()
    for (let n = 0; n < eventsEach; n++) {
      const signed = secret.sign(id, new Date(), body)
      const headers = { 'webhook-id': id, 'webhook-timestamp': '0', 'webhook-signature': signed }
      await post({ url: `http://127.0.0.1:${ports.living}/bare-${i}`, allowNetworks, headers, body },
        { resolve: resolveHost, connections, timeoutMs: 15_000, ending: new AbortController().signal })
    }
    connections.close()
  }))
  const bare = endpoints * eventsEach / (performance.now() - began) * 1000
  await arrived()
  console.log(JSON.stringify({
    figure: 'outgoing-events',
    ours: Math.round(ours),
    bare: Math.round(bare),
    unit: 'deliveries/s',
    ratio: Number((ours / bare).toFixed(2)),
    endpoints,
    sent,
    cpuMsEach: Number(((user + system) / 1000 / sent).toFixed(2))
  }))

  // One endpoint goes on living, fifty-nine are dead.
  const relay = createRelay({ db, redisUrl: redis.url, clock: systemClock, log })
  closing.push(async () => { await relay.close() })
  const workers = createWorkers({ redisUrl: redis.url, handlers: [sending.alarm], log })
  closing.push(async () => { await workers.close() })
  const sweeper = createSweeper({ sweeps: sending.sweeps, clock: systemClock, log, paceMs: { ordinary: 2000, emergency: 500 } })
  closing.push(async () => { await sweeper.close() })
  const sixtieth = living[0] ?? ''
  const dead = await Promise.all(Array.from({ length: endpoints - 1 }, async (_, i) => await told(ports.dead, `dead-${i}`)))
  await wait(1000)
  const from = new Map<string, number>()
  for (let i = 0; i < seconds * perSecond; i++) {
    const next = performance.now() + 1000 / perSecond
    const at = Date.now()
    const [id] = await Promise.all([tell(sixtieth), ...dead.map(tell)])
    from.set(id, at)
    await wait(Math.max(0, next - performance.now()))
  }
  await wait(2500)
  const { arrived: came, asked } = await answerOf<{ arrived: Array<[string, number]>, asked: number }>(peers, {})
  const delays = came.flatMap(([id, at]) => { const since = from.get(id); return since === undefined ? [] : [at - since] })
  const at = shareOf(delays)
  console.log(JSON.stringify({
    figure: 'the-sixtieth',
    ours: at(0.99),
    unit: 'ms',
    wanted: '<= 2000',
    p50: at(0.5),
    longest: at(1),
    events: from.size,
    arrived: delays.length,
    deadPeersAsked: asked,
    waitingForTheDead: (await registry.list()).flatMap(i => i.endpoints).reduce((n, e) => n + e.waiting, 0)
  }))
  if (delays.length !== from.size || at(0.99) > 2000) process.exitCode = 1
} finally {
  for (const close of closing.reverse()) await close()
}
