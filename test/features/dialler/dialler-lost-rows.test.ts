import { test } from 'tap'
import { journalNodeRestart } from '../../../src/pbx/journal/node-restart.ts'
import { callback, diallerWorld, type DiallerWorld } from '../../harness/dialler/dialler-world.ts'

test('the PBX told how a leg ended and the journal knows nothing: that is its end, and nobody is rung again', async t => {
  const world = await diallerWorld(t)
  const ends = {
    busy: { cause: 17, sip: 486, state: 'down' },
    'answered and hung up': { cause: 16, sip: 200, state: 'up' },
    'the network failed': { cause: 34, sip: 503, state: 'down' }
  }
  await world.ask(...Object.keys(ends).map(subject => callback({ subject, attempts: 1 })))
  await world.place()
  const legs = await world.db.query<{ id: string, subject: string }>('select id, subject from leg')
  for (const { id, subject } of legs) {
    const end = Object.entries(ends).find(([what]) => what === subject)?.[1]
    if (end) world.dialler.legOver({ legId: id, node: 'pbx1', ...end })
  }
  world.clock.advance(16_000)
  await world.dialler.sweeps[1]?.run(world.clock.now())
  t.strictSame(Object.fromEntries((await world.db.query<{ subject: string, ended: string }>(
    'select subject, outcome || \' \' || theirs as ended from leg')).map(l => [l.subject, l.ended])),
  { busy: 'busy true', 'answered and hung up': 'answered-not-confirmed true', 'the network failed': 'congestion false' })
  t.equal(world.switchboard.told.length, 3)
  t.match((await world.requests()).map(r => r.state), ['finished', 'finished', 'finished'])
})

test('what the PBX told of an end is kept while the journal cannot be read', async t => {
  let away = true
  const world: DiallerWorld = await diallerWorld(t, {
    catchUpJournal: async () => { if (away) throw new Error('the database is away') }
  })
  await world.ask(callback({ attempts: 1 }))
  await world.place()
  const [{ id } = { id: '' }] = await world.legs()
  world.dialler.legOver({ legId: id, node: 'pbx1', cause: 17, sip: 486, state: 'down' })
  for (let minute = 1; minute <= 10; minute++) {
    world.clock.advance(60_000)
    await t.rejects(async () => { await world.dialler.sweeps[1]?.run(world.clock.now()) })
  }
  away = false
  await world.dialler.sweeps[1]?.run(world.clock.now())
  t.match(await world.legs(), [{ state: 'ended', outcome: 'busy' }])
  t.equal(world.switchboard.told.length, 1)
})

test('a leg that was reported is not touched by what the PBX told of its end', async t => {
  const world = await diallerWorld(t)
  await world.ask(callback({ attempts: 1 }))
  await world.place()
  const [{ id } = { id: '' }] = await world.legs()
  await world.reports(id, 'rings', 'answers', { key: '1' })
  world.dialler.legOver({ legId: id, node: 'pbx1', cause: 17, sip: 486, state: 'down' })
  world.clock.advance(16_000)
  await world.dialler.sweeps[1]?.run(world.clock.now())
  t.match(await world.legs(), [{ state: 'confirmed', outcome: null }])
})

test('a channel missed by the PBX is an attempt; missed since its restart it is none', async t => {
  const world = await diallerWorld(t)
  await world.ask(callback({ subject: 'with the PBX' }))
  await world.place()
  await journalNodeRestart(world.db, 'pbx1', world.clock.now())
  world.clock.advance(3000)
  await world.ask(callback({ subject: 'alone' }))
  await world.place()
  const legs = await world.db.query<{ id: string }>('select id from leg')
  for (const { id } of legs) {
    await world.reports(id, 'rings')
    await world.reports(id, 'lost')
  }
  t.strictSame(Object.fromEntries((await world.db.query<{ subject: string, theirs: boolean }>(
    'select subject, theirs from leg where outcome = \'pbx-lost\'')).map(l => [l.subject, l.theirs])),
  { 'with the PBX': false, alone: true })
})
