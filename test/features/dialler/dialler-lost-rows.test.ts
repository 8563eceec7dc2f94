import { test } from 'tap'
import { journalNodeRestart } from '../../../src/pbx/journal/node-restart.ts'
import { callback, diallerWorld } from '../../harness/dialler/dialler-world.ts'

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
