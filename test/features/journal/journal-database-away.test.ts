import { pino } from 'pino'
import t from 'tap'
import { createDatabase } from '../../../src/db/database.ts'
import { until } from '../../../src/servers/until.ts'
import { ownPostgres } from '../../harness/servers/database.ts'
import { journalFile, journalOf, line, shipperOf } from './journal-file.ts'

t.test('with PostgreSQL away the file grows and is caught up later, without a log storm', async t => {
  const postgres = await ownPostgres(t)
  const db = createDatabase({ url: postgres.url })
  t.teardown(async () => await db.close())
  const seen: string[] = []
  const said: string[] = []
  const log = pino({ level: 'warn' }, { write: text => { said.push(text) } })
  const file = await journalFile()
  const journal = journalOf(t, db, {
    log,
    handlers: [{ name: 'seen', handle: async (_tx, events) => { seen.push(...events.map(e => e.num)) } }]
  })
  const shipper = shipperOf(t, db, file, { log })
  let written = 0
  const write = (): void => { file.append(line({ event: 'ANSWER', num: String(++written) })) }
  write()
  await until(() => seen.length === 1, { what: 'the first line is handled', seconds: 30 })

  await postgres.kill()
  const writer = setInterval(write, 5)
  await shipper.catchUp()
  t.notOk(await journal.catchUp(100), 'says that it could not')
  await until(() => written > 300, { what: '300 lines written meanwhile', seconds: 30 })
  t.ok((await shipper.status()).behindBytes > 10_000)
  t.ok((await shipper.status()).failures > 0)
  await postgres.start()
  await until(() => seen.length > 300, { what: 'lines are handled again', seconds: 30 })
  clearInterval(writer)
  await until(() => seen.length >= written, { what: 'all is handled', seconds: 30 })
  t.strictSame(seen, Array.from({ length: written }, (_, i) => String(i + 1)))
  t.ok(said.length < 20, `${said.length} log lines`)
  t.match(await shipper.status(), { behindBytes: 0, failures: 0 })
})
