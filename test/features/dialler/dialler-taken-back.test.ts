import { test } from 'tap'
import { callback, diallerWorld } from '../../harness/dialler/dialler-world.ts'

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
