// Run by the crash test in a process of its own, to be killed: file → rows → effects.
import { createDatabase } from '../../../src/db/database.ts'
import { systemClock } from '../../../src/domain/time/clock.ts'
import { createJournal } from '../../../src/pbx/journal/journal.ts'
import { createShipper } from '../../../src/pbx/journal/shipper.ts'
import { quiet } from './journal-file.ts'

const [url = '', file = ''] = process.argv.slice(2)
const db = createDatabase({ url, size: 4 })
createJournal({
  db,
  clock: systemClock,
  log: quiet,
  batch: 50,
  handlers: [{
    name: 'effects',
    async handle (tx, events) {
      tx.write('insert into effect (num) select * from unnest($1::text[])', [events.map(e => e.num)])
    }
  }]
})
createShipper({ db, file, node: 'pbx1', log: quiet, rotateBytes: 30_000 })
