import { pino, type Logger } from 'pino'
import t, { type Test } from 'tap'
import { adjustableClock } from '../../../src/domain/time/clock.ts'
import type { Database } from '../../../src/db/database.ts'
import { createAlarms, type Alarm, type Alarms } from '../../../src/queue/alarms.ts'
import { createRelay, type Relay } from '../../../src/queue/relay.ts'
import { createWorkers } from '../../../src/queue/workers.ts'
import { createSweeper } from '../../../src/queue/sweeper.ts'
import { until } from '../../../src/servers/until.ts'
import { freshDatabase } from '../../harness/servers/database.ts'
import { freshRedis, type FreshRedis } from '../../harness/servers/redis.ts'

interface Desk {
  db: Database
  redis: FreshRedis
  alarms: Alarms
  relay: Relay
  rung: string[]
  said: string[]
  log: Logger
  clock: ReturnType<typeof adjustableClock>
}

async function desk (t: Test, ring: (name: string) => Promise<void> = async () => {}): Promise<Desk> {
  const { db } = await freshDatabase(t)
  const redis = await freshRedis(t)
  const said: string[] = []
  const log = pino({ level: 'info' }, { write: text => { said.push(text) } })
  const clock = adjustableClock()
  const rung: string[] = []
  const relay = createRelay({ db, redisUrl: redis.url, clock, log, pollMs: 200 })
  const workers = createWorkers({
    redisUrl: redis.url,
    log,
    handlers: [{
      family: 'sla',
      ring: async ({ name }) => {
        rung.push(String(name))
        await ring(String(name))
      }
    }]
  })
  t.teardown(async () => {
    await workers.close()
    await relay.close()
  })
  return { db, redis, alarms: createAlarms(() => db.wake('outbox')), relay, rung, said, log, clock }
}

const alarm = (name: string, at: Date): Alarm => ({ family: 'sla', id: `order-${name}-1`, at, payload: { name } })
const inOutbox = async (db: Database): Promise<number> => (await db.query<{ n: number }>('select count(*) as n from outbox'))[0]?.n ?? -1

t.test('an alarm set in a transaction rings at its time, one that was rolled back never', async t => {
  const { db, alarms, rung, clock } = await desk(t)
  await db.tx(async tx => {
    await alarms.set(tx, alarm('never', clock.now()))
    throw new Error('no')
  }).catch(() => {})
  const started = Date.now()
  // A clock that is ahead: the delay is what lies between its now and the alarm.
  clock.advance(3600_000)
  await db.tx(async tx => { await alarms.set(tx, alarm('soon', clock.now()), alarm('later', new Date(clock.now().getTime() + 400))) })
  await until(() => rung.length === 2, { what: 'both rang', seconds: 30 })
  t.strictSame(rung, ['soon', 'later'])
  t.ok(Date.now() - started >= 390, 'the later one not before its time')
  t.equal(await inOutbox(db), 0)
})

t.test('the same revision rings once while it is waiting, a new revision again', async t => {
  const { db, alarms, relay, rung, clock } = await desk(t)
  const at = new Date(clock.now().getTime() + 500)
  for (let i = 0; i < 3; i++) {
    await db.tx(async tx => { await alarms.set(tx, alarm('again', at)) })
    await relay.settled()
  }
  await db.tx(async tx => { await alarms.set(tx, { ...alarm('again', at), id: 'order-again-2' }) })
  await until(() => rung.length === 2, { what: 'two revisions rang', seconds: 30 })
  await db.tx(async tx => { await alarms.set(tx, alarm('again', clock.now())) })
  await until(() => rung.length === 3, { what: 'a finished job\'s id is free again', seconds: 30 })
})

t.test('with Redis away alarms stay in the outbox and ring when it is back, without a log storm', async t => {
  const { db, redis, alarms, relay, rung, said, clock } = await desk(t)
  await db.tx(async tx => { await alarms.set(tx, alarm('before', clock.now())) })
  await until(() => rung.length === 1, { what: 'the first rang', seconds: 30 })
  await redis.kill()
  await until(async () => !await relay.answers(), { what: 'the relay noticed', seconds: 30 })
  for (let i = 0; i < 30; i++) {
    await db.tx(async tx => { await alarms.set(tx, alarm(`away${i}`, clock.now())) })
    await relay.settled()
  }
  t.equal(await inOutbox(db), 30)
  await redis.start()
  await until(() => rung.length === 31, { what: 'all rang', seconds: 30 })
  t.equal(new Set(rung).size, 31)
  await until(async () => await inOutbox(db) === 0, { what: 'the outbox is empty', seconds: 30 })
  t.ok(said.length < 12, `${said.length} log lines`)
})

t.test('two relays hand each alarm over once', async t => {
  const { db, redis, alarms, rung, log, clock } = await desk(t)
  const second = createRelay({ db, redisUrl: redis.url, clock, log, pollMs: 5, batch: 3 })
  t.teardown(async () => await second.close())
  for (let i = 0; i < 60; i++) await db.tx(async tx => { await alarms.set(tx, alarm(`n${i}`, clock.now())) })
  await until(() => rung.length >= 60, { what: 'all rang', seconds: 30 })
  t.equal(new Set(rung).size, 60)
  t.equal(rung.length, 60)
})

t.test('an alarm whose work fails, and a Redis emptied meanwhile, stop nothing: the sweep decides from the row', async t => {
  const { db, redis, alarms, relay, rung, said, log, clock } = await desk(t, async name => { if (name === 'broken') throw new Error('no') })
  await db.query('create table task (name text primary key, due timestamptz, done_at timestamptz)')
  const sweeper = createSweeper({
    clock,
    log,
    paceMs: { ordinary: 50, emergency: 10 },
    sweeps: [{
      name: 'tasks',
      pace: 'ordinary',
      run: async now => { await db.query('update task set done_at = $1 where done_at is null and due <= $1', [now]) }
    }]
  })
  t.teardown(async () => await sweeper.close())
  const due = new Date(clock.now().getTime() + 60_000)
  await db.tx(async tx => {
    tx.write('insert into task values (\'lost\', $1)', [due])
    await alarms.set(tx, alarm('lost', due), alarm('broken', clock.now()))
  })
  await until(() => rung.includes('broken'), { what: 'the failing one rang', seconds: 30 })
  await relay.settled()
  await redis.flush()
  clock.advance(61_000)
  await until(async () => (await db.query('select 1 from task where done_at is not null')).length === 1,
    { what: 'the sweep made it good', seconds: 30 })
  t.ok(said.some(line => line.includes('an alarm\'s work failed')))
  await db.tx(async tx => { await alarms.set(tx, alarm('afterwards', clock.now())) })
  await until(() => rung.includes('afterwards'), { what: 'alarms ring again', seconds: 30 })
  t.notOk(rung.includes('lost'))
})

t.test('an id BullMQ would misread is refused', async t => {
  const { db, alarms, clock } = await desk(t)
  for (const id of ['a:b', '123', '', 'x'.repeat(201), 'a b']) {
    await t.rejects(db.tx(async tx => { await alarms.set(tx, { ...alarm('x', clock.now()), id }) }), /alarm's id/,
      JSON.stringify(id).slice(0, 20))
  }
})
