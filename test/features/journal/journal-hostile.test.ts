import t from 'tap'
import { journalCounts } from '../../../src/pbx/journal/journal.ts'
import { freshDatabase } from '../../harness/servers/database.ts'
import { journalFile, journalOf, line, shipperOf } from './journal-file.ts'

t.test('a caller\'s text stays in its field, and a torn row takes nothing with it', async t => {
  const { db } = await freshDatabase(t)
  const file = await journalFile()
  const kinds: string[] = []
  const shipper = shipperOf(t, db, file)
  const journal = journalOf(t, db, {
    handlers: [{ name: 'seen', handle: async (_tx, events) => { kinds.push(...events.map(e => `${e.kind} ${e.linkedId}`)) } }]
  })
  const forged = line({ event: 'HANGUP', linkedId: 'forged', extra: '{"hangupcause":1}' })
  const names = [`x\r\n${forged}`, `"\r\n${forged}"`, `""${forged}`, '"', 'a,b","c', '\u202E张三']
  for (const [i, num] of names.entries()) file.append(line({ event: 'CHAN_START', num, linkedId: `call${i}` }))
  // A full disk: the row ends in an open quote, the next one follows without a line feed.
  file.append(line({ event: 'HANGUP', num: `"\n${forged}`, linkedId: 'torn' }).slice(0, 90))
  file.append(line({ event: 'ANSWER', linkedId: 'after' }))
  file.append(line({ event: 'CHAN_END', linkedId: 'after' }))
  await shipper.catchUp()
  await journal.catchUp()
  t.strictSame(kinds, [...names.map((_, i) => `chan-start call${i}`), 'answer after', 'chan-end after'])
  t.strictSame((await db.query<{ num: string }>('select num from pbx_journal where event = \'CHAN_START\' order by id')).map(r => r.num),
    names)
  t.match(await db.query('select reason, length(content) as length from journal_quarantine'),
    [{ reason: 'text after a closing quote', length: 90 }])
  t.match(await journalCounts(db, new Date()), { quarantined: 1, parked: 0 })
})
