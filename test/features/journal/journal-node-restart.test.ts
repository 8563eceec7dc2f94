import t from 'tap'
import type { PbxEvent } from '../../../src/pbx/pbx-event.ts'
import { journalNodeRestart } from '../../../src/pbx/journal/node-restart.ts'
import { freshDatabase } from '../../harness/servers/database.ts'
import { journalFile, journalOf, line, shipperOf } from './journal-file.ts'

t.test('a start of the PBX is journalled once, however often it is seen', async t => {
  const { db } = await freshDatabase(t)
  const seen: PbxEvent[] = []
  const journal = journalOf(t, db, { handlers: [{ name: 'seen', handle: async (_tx, events) => { seen.push(...events) } }] })
  const started = new Date('2026-11-22T06:40:08Z')
  const news = await Promise.all([1, 2, 3].map(async () => await journalNodeRestart(db, 'pbx1', started)))
  t.equal(news.filter(Boolean).length, 1)
  t.ok(await journalNodeRestart(db, 'pbx1', new Date('2026-11-22T07:00:00Z'), { offsetMs: 3600_000 }))
  t.ok(await journalNodeRestart(db, 'pbx2', started), 'another node starts at the same second')
  await journal.catchUp()
  t.match(seen.map(e => [e.kind, e.node, e.at.toISOString()]), [
    ['node-restart', 'pbx1', '2026-11-22T06:40:08.999Z'],
    ['node-restart', 'pbx1', '2026-11-22T08:00:00.999Z'],
    ['node-restart', 'pbx2', '2026-11-22T06:40:08.999Z']
  ])
})

t.test('a channel begun in the second of the PBX start is lost, unless the PBX has it now', async t => {
  const { db } = await freshDatabase(t)
  const seen: PbxEvent[] = []
  const file = await journalFile()
  const shipper = shipperOf(t, db, file)
  const journal = journalOf(t, db, { handlers: [{ name: 'seen', handle: async (_tx, events) => { seen.push(...events) } }] })
  const at = (time: string): Date => new Date(`2026-11-22T06:40:${time}Z`)
  for (const [uniqueId, time] of [['pbx1-1.1', '08.200'], ['pbx1-1.0', '08.700'], ['pbx1-1.2', '09.100']] as const) {
    file.append(line({ event: 'CHAN_START', uniqueId, at: at(time) }))
  }
  await shipper.catchUp()
  await journalNodeRestart(db, 'pbx1', at('08'), { living: ['pbx1-1.0', 'pbx1-1.2'] })
  await journal.catchUp()
  t.match(seen.find(e => e.kind === 'node-restart')?.at, at('08.699'))
})

t.test('a channel begun after the login belongs to this run of the PBX, listed or not', async t => {
  const { db } = await freshDatabase(t)
  const at = (time: string): Date => new Date(`2026-11-22T06:40:${time}Z`)
  await journalNodeRestart(db, 'pbx1', at('08'), { loginAt: at('08.400') })
  await journalNodeRestart(db, 'pbx2', at('08'), { loginAt: at('30') })
  await journalNodeRestart(db, 'pbx3', at('08'), { loginAt: at('07.900') })
  t.match(await db.query('select node, at from pbx_journal order by node'), [
    { node: 'pbx1', at: at('08.399') },
    { node: 'pbx2', at: at('08.999') },
    { node: 'pbx3', at: at('08') }
  ])
})

t.test('times written by the PBX get the test clock\'s offset', async t => {
  const { db } = await freshDatabase(t)
  const file = await journalFile()
  const shipper = shipperOf(t, db, file, { timeOffset: () => 86_400_000 })
  file.append(line({ event: 'ANSWER', at: new Date('2026-11-22T06:40:08.123Z') }))
  await shipper.catchUp()
  t.match(await db.query('select at from pbx_journal'), [{ at: new Date('2026-11-23T06:40:08.123Z') }])
})
