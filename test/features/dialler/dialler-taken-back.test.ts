import { test } from 'tap'
import { until } from '../../../src/servers/until.ts'
import { callback, diallerWorld, emergency, pbxEvent } from '../../harness/dialler/dialler-world.ts'

test('taken back while there was no link to the PBX, and answered before it is back: nobody is cut off in mid-talk', async t => {
  const world = await diallerWorld(t)
  const [talks = '', stands = '', rings = ''] = await world.ask(callback(), callback(), callback())
  await world.place()
  const legOf = async (request: string): Promise<string> => (await world.legs()).find(leg => leg.request_id === request)?.id ?? ''
  const [talking, standing, ringing] = [await legOf(talks), await legOf(stands), await legOf(rings)]
  for (const leg of [talking, standing, ringing]) await world.reports(leg, 'rings')
  for (const leg of [talking, standing, ringing]) world.switchboard.channels.add(leg)
  world.switchboard.ringing.add(ringing)
  world.switchboard.up = false
  await world.cancel([talks, rings])
  await world.cancel([stands], true)
  world.switchboard.hungUp.length = 0 // what was asked of it went nowhere
  await world.reports(talking, 'answers', { key: '1' })
  await world.reports(standing, 'answers')
  world.switchboard.up = true
  await world.dialler.recover('pbx1')
  for (const sweep of world.dialler.sweeps) await sweep.run(world.clock.now())
  t.strictSame([...new Set(world.switchboard.hungUp)].sort(), [standing, ringing].sort())
  await world.reports(talking, { done: 'complete' }, { hangup: 16 })
  t.match((await world.requests()).find(r => r.id === talks), { state: 'finished', outcome: 'confirmed' })
})

test('answered while an emergency makes room: the citizen is not cut off, another leg yields', async t => {
  const world = await diallerWorld(t, { trunk: { channels: 2, reservedInbound: 0 } })
  await world.ask(callback(), callback())
  await world.place()
  const legs = (await world.legs()).map(leg => leg.id).sort()
  for (const leg of legs) await world.reports(leg, 'rings')
  // Both could yield; the one that would go first is answered, and the journal has not committed it yet.
  const [first = ''] = (await world.db.query<{ id: string }>(
    'select id from leg where state <> \'ended\' order by placing_at desc, id limit 1')).map(leg => leg.id)
  const { promise: placed, resolve } = Promise.withResolvers<Promise<unknown>>()
  await world.db.tx(async tx => {
    await world.dialler.journalHandler.handle(tx, [pbxEvent(first, 'answers', world.clock.now())])
    await tx.query('select 1')
    resolve(world.ask(emergency()).then(async () => { await world.place() }))
    await until(async () => (await world.db.query(
      'select from pg_stat_activity where datname = current_database() and wait_event_type = \'Lock\'')).length > 0,
    { what: 'the emergency waits for the leg' })
  })
  await (await placed)
  t.same(world.switchboard.hungUp, legs.filter(leg => leg !== first), 'the other one yields')
  await world.reports(first, { key: '1' }, { done: 'complete' }, { hangup: 16 })
  const [of] = (await world.legs()).filter(leg => leg.id === first)
  t.match((await world.requests()).filter(r => r.id === of?.request_id), [{ state: 'finished', outcome: 'confirmed' }])
})
