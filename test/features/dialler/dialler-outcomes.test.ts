import { test } from 'tap'
import { journalNodeRestart } from '../../../src/pbx/journal/node-restart.ts'
import { createSealing } from '../../../src/db/sealing.ts'
import { createCalls } from '../../../src/features/calls/calls.ts'
import type { PbxEvent } from '../../../src/pbx/pbx-event.ts'
import { until } from '../../../src/servers/until.ts'
import { callback, citizen, diallerWorld, emergency, pbxEvent, type DiallerWorld } from '../../harness/dialler/dialler-world.ts'
import { todaysAttempts } from '../../rules/orders/todays-policies.ts'
import { noUnit } from '../../../src/domain/people/reader-unit.ts'

const placed = async (world: DiallerWorld): Promise<string> => {
  await world.place()
  const living = (await world.legs()).filter(leg => leg.state !== 'ended')
  const id = living[0]?.id
  if (!id) throw new Error('no leg was placed')
  return id
}
const kinds = (world: DiallerWorld): string[] =>
  world.heard.map(e => e.kind === 'finished' || e.kind === 'ended' ? `${e.kind} ${e.outcome}` : e.kind)

test('a confirmed leg ends its request, told in the journal\'s order and once', async t => {
  const world = await diallerWorld(t)
  await world.ask(callback({ numbers: [citizen(1), citizen(2)] }))
  const leg = await placed(world)
  await world.reports(leg, 'rings', 'answers', { key: '' }, { key: '1' }, { done: 'complete' }, { hangup: 16 }, 'ends')
  await world.reports(leg, 'ends')
  t.strictSame(kinds(world), ['placed', 'answered', 'key', 'key', 'done', 'ended confirmed', 'finished confirmed'])
  await world.place()
  t.equal(world.switchboard.told.length, 1)
})

test('busy: the next number, then the next round after the gap, then finished with the best outcome', async t => {
  const world = await diallerWorld(t)
  await world.ask(callback({ numbers: [citizen(1), citizen(2)], attempts: 2, gapSeconds: 60 }))
  await world.reports(await placed(world), 'rings', { hangup: 17 })
  await world.reports(await placed(world), 'rings', { hangup: 19 })
  await world.place()
  t.equal(world.switchboard.told.length, 2, 'the gap is waited for')
  t.match(world.alarms, [{ family: 'dial' }])
  world.clock.advance(60_000)
  await world.reports(await placed(world), 'rings', { hangup: 19 })
  await world.reports(await placed(world), 'rings', 'answers', { hangup: 16 })
  world.clock.advance(600_000)
  await world.place()
  t.strictSame(world.numbers(), ['13900000001', '13900000002', '13900000001', '13900000002'])
  t.match((await world.requests())[0], { state: 'finished', outcome: 'answered-not-confirmed' })
  t.equal(world.heard.filter(e => e.kind === 'finished').length, 1)
})

test('a number that does not exist is not tried again', async t => {
  const world = await diallerWorld(t)
  await world.ask(callback({ numbers: [citizen(1), citizen(2)], attempts: 2, gapSeconds: 0 }))
  await world.reports(await placed(world), 'rings', { hangup: 1 })
  await world.reports(await placed(world), 'rings', { hangup: 17 })
  await world.reports(await placed(world), 'rings', { hangup: 17 })
  t.strictSame(world.numbers(), ['13900000001', '13900000002', '13900000002'])
  t.match((await world.requests())[0], { state: 'finished', outcome: 'busy' })
})

test('a restarted PBX ends the older legs as lost, and the callee loses no attempt', async t => {
  const world = await diallerWorld(t)
  await world.ask(callback({ attempts: 1 }))
  const first = await placed(world)
  await world.reports(first, 'rings', 'answers', { key: '1' })
  for (let i = 1; i <= 3; i++) {
    world.clock.advance(1000)
    await world.journal(pbxEvent('', 'node-restart', world.clock.now()))
    t.match((await world.requests())[0], { state: 'waiting', attempt: 1, repeats: i })
    world.clock.advance(30_000)
    await world.reports(await placed(world), 'rings')
  }
  world.clock.advance(1000)
  await world.journal(pbxEvent('', 'node-restart', world.clock.now()))
  t.match((await world.requests())[0], { state: 'finished', outcome: 'pbx-lost' }, 'bounded')
})

test('a PBX whose clock is five seconds apart ends the legs of before its start, and no other', async t => {
  for (const aheadMs of [-5000, 5000]) {
    const world = await diallerWorld(t)
    await world.ask(callback({ subject: 'before', attempts: 1 }))
    await world.reports(await placed(world), 'rings')
    world.clock.advance(2000)
    const startedAt = new Date(Math.floor(world.clock.now().getTime() / 1000) * 1000 + aheadMs)
    world.clock.advance(1000)
    await world.ask(callback({ subject: 'after' }))
    await placed(world)
    await journalNodeRestart(world.db, 'pbx1', startedAt, { aheadMs, loginAt: world.clock.now() })
    const [restart] = await world.db.query<{ at: Date }>('select at from pbx_journal where event = \'NODE_RESTART\'')
    t.ok(restart && restart.at >= startedAt && restart.at.getTime() < startedAt.getTime() + 1000, 'its own clock counts for its own rows')
    await world.journal(pbxEvent('', 'node-restart', restart?.at ?? startedAt))
    t.match(await world.db.query('select subject, state, outcome, theirs from leg order by placing_at limit 2'), [
      { subject: 'before', state: 'ended', outcome: 'pbx-lost', theirs: false }, { subject: 'after', state: 'placing', outcome: null }
    ], `${aheadMs} ms`)
  }
})

test('a leg placed after the restart is not lost by it', async t => {
  const world = await diallerWorld(t)
  const restart = world.clock.now()
  world.clock.advance(1000)
  await world.ask(callback())
  await placed(world)
  await world.journal(pbxEvent('', 'node-restart', restart))
  t.match(await world.legs(), [{ state: 'placing' }])
})

test('cancelling ends what has not been answered, with hangUp also what has', async t => {
  const world = await diallerWorld(t)
  const [waiting, ringing, answered] = await world.ask(callback({ notBefore: new Date(Date.now() + 3600_000) }),
    callback({ subject: 'ringing' }), callback({ subject: 'answered' })) as [string, string, string]
  await world.place()
  const legs = await world.legs()
  const leg = (id: string): string => legs.find(l => l.request_id === id)?.id ?? ''
  await world.reports(leg(ringing), 'rings')
  await world.reports(leg(answered), 'rings', 'answers')
  await world.cancel([waiting, ringing, answered])
  t.strictSame(world.switchboard.hungUp, [leg(ringing)])
  t.match(world.heard.filter(e => e.kind === 'finished'), [{ requestId: waiting, outcome: 'cancelled' }])
  await world.reports(leg(ringing), { hangup: 0 })
  await world.cancel([answered], true)
  t.strictSame(world.switchboard.hungUp, [leg(ringing), leg(answered)])
  await world.reports(leg(answered), { hangup: 16 })
  t.match(world.heard.filter(e => e.kind === 'finished').map(e => [e.requestId, e.kind === 'finished' && e.outcome]),
    [[waiting, 'cancelled'], [ringing, 'cancelled'], [answered, 'answered-not-confirmed']])
  await world.cancel([waiting, ringing, answered], true)
  t.equal(world.heard.filter(e => e.kind === 'finished').length, 3, 'finished requests are left as they are')
})

test('a leg cancelled before its channel existed is hung up when the channel appears', async t => {
  const world = await diallerWorld(t)
  const [id] = await world.ask(emergency()) as [string]
  const leg = await placed(world)
  await world.cancel([id])
  world.switchboard.hungUp.length = 0
  await world.reports(leg, 'rings')
  t.strictSame(world.switchboard.hungUp, [leg])
})

test('an emergency takes the place of an automated leg nobody has answered, never of a citizen in mid-survey', async t => {
  const world = await diallerWorld(t, { trunk: { channels: 2, reservedInbound: 0 } })
  await world.ask(callback({ subject: 'talks' }), callback({ subject: 'rings' }))
  await world.place()
  const legs = await world.db.query<{ id: string, subject: string }>('select id, subject from leg')
  const leg = (subject: string): string => legs.find(l => l.subject === subject)?.id ?? ''
  await world.reports(leg('talks'), 'rings', 'answers')
  await world.reports(leg('rings'), 'rings')
  await world.ask(emergency({ subject: 'first' }), emergency({ subject: 'second' }))
  await world.place()
  await world.place()
  t.strictSame(world.switchboard.hungUp, [leg('rings')])
  await world.reports(leg('rings'), { hangup: 0 })
  await world.place()
  t.match((await world.db.query('select subject from leg where state = \'placing\'')), [{ subject: 'first' }])
  t.match((await world.db.query('select state, repeats, attempt from dial_request where subject = \'rings\'')),
    [{ state: 'waiting', repeats: 1, attempt: 1 }], 'its own attempt is not used up')
})

test('channels freed by a leg are used at once, channels of citizens are counted', async t => {
  const world = await diallerWorld(t, { trunk: { channels: 3, reservedInbound: 1 } })
  await world.ask(callback(), callback(), callback())
  await world.place()
  t.equal(world.switchboard.told.length, 2, 'one channel is reserved')
  await world.reports(world.switchboard.told[0]?.channelId ?? '', 'rings', { hangup: 17 })
  await until(() => world.switchboard.told.length >= 3, { what: 'the third is placed' })
  t.equal(world.switchboard.told.length, 3)
})

test('calls per second are kept to, and the rest follows in the next second', async t => {
  const world = await diallerWorld(t, { trunk: { callsPerSecond: 4 } })
  await world.ask(...Array.from({ length: 10 }, () => callback()))
  await until(() => world.switchboard.told.length >= 10, { what: 'all ten are placed' })
  t.equal(world.switchboard.told.length, 10)
  const rows = await world.db.query<{ n: number }>('select count(*)::int as n from leg group by date_trunc(\'second\', placing_at)')
  t.ok(rows.every(({ n }) => n <= 4))
})

test('citizens on the line are counted beside the headroom kept for the next one, and their ends free a channel', async t => {
  const world = await diallerWorld(t, { trunk: { channels: 4, reservedInbound: 1 } })
  const calls = createCalls({
    db: world.db,
    sealing: createSealing(Buffer.alloc(32, 7)),
    clock: world.clock,
    feed: { publish: async () => {}, broadcast: () => {}, subscribe: () => () => {}, since: async () => [] },
    dialler: world.dialler,
    readerUnit: async () => noUnit,
    attempts: async () => todaysAttempts
  })
  // The calls' own handler goes first, as in the service.
  const citizens = async (...rows: Array<[n: number, what: 'rings' | 'ends', over?: Partial<PbxEvent>]>): Promise<void> => {
    const events = rows.map(([n, what, over]) => ({
      ...pbxEvent(`pbx1-${n}`, what, world.clock.now()),
      channel: `PJSIP/trunk-0000000${n}`,
      ...over
    }) as PbxEvent)
    await world.db.tx(async tx => {
      await calls.journalHandler.handle(tx, events)
      await world.dialler.journalHandler.handle(tx, events)
    })
  }
  await citizens([1, 'rings'], [2, 'rings'])
  await citizens([3, 'rings', { channel: 'PJSIP/8001-00000003', linkedId: 'pbx1-1' }])
  await world.ask(callback(), callback(), callback())
  await world.place()
  t.equal(world.switchboard.told.length, 1,
    'two of four channels are taken, one waits for the next citizen; an agent\'s telephone takes none')
  await citizens([4, 'rings', { linkedId: 'pbx1-1' }])
  await world.reports(world.switchboard.told[0]?.channelId ?? '', 'rings', { hangup: 17 }, 'ends')
  await world.place()
  t.equal(world.switchboard.told.length, 1, 'somebody outside to whom a citizen was transferred counts as well')
  await citizens([4, 'ends'], [2, 'ends'])
  await until(() => world.switchboard.told.length >= 3, { what: 'the others are placed' })
  t.equal(world.switchboard.told.length, 3)
})

test('a kind of channel that the product never writes cannot be stored', async t => {
  // By SQL: the table's own check is tried.
  const { db } = await diallerWorld(t, { running: false })
  await db.query('insert into call (id, node, direction, state, offered_at) values (\'c\', \'pbx1\', \'inbound\', \'talking\', now())')
  await t.rejects(
    db.query(`insert into channel (unique_id, node, call_id, linked_id, name, kind, started_at)
      values ('pbx1-1', 'pbx1', 'c', 'c', 'PJSIP/trunk-00000001', 'trunk', now())`),
    /channel_kind/
  )
})
