// Rows a second from the journal file to their effects (calls, timelines, feed), against what cel_pgsql does with the
// same rows: insert each in a transaction of its own over one connection. One PostgreSQL, fsync on, in turns.
import { appendFileSync, mkdtempSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parse } from 'csv-parse/sync'
import pg from 'pg'
import { pino } from 'pino'
import { createDatabase } from '../src/db/database.ts'
import { systemClock } from '../src/domain/time/clock.ts'
import { createJournal } from '../src/pbx/journal/journal.ts'
import { createShipper } from '../src/pbx/journal/shipper.ts'
import { migrate } from '../src/servers/migrate.ts'
import { freePort } from '../src/servers/machine/ports.ts'
import { ensureDatabase, startPostgres } from '../src/servers/postgres.ts'
import { journalHandlersOf } from './journal/journal-handlers.ts'
import { recordedJournal } from './journal/recorded-journal.ts'

const rows = Number(process.argv[2] ?? 20_000)
const turns = 4
const folder = mkdtempSync(join(tmpdir(), 'liandong-bench-'))
mkdirSync(join(folder, 'postgres'))
const postgres = await startPostgres({ folder: join(folder, 'postgres'), port: await freePort(), password: null, dieWithParent: true })
try {
  for (const name of ['ours', 'bare']) {
    await ensureDatabase(postgres, name)
    await migrate(postgres.url(name))
  }
  const bare = new pg.Client({ connectionString: postgres.url('bare') })
  await bare.connect()
  const db = createDatabase({ url: postgres.url('ours') })
  const log = pino({ level: 'warn' })
  const { handlers, close } = await journalHandlersOf(db, postgres.url('ours'), folder, log)
  const file = join(folder, 'journal.csv')
  writeFileSync(file, '')
  const journal = createJournal({ db, handlers, clock: systemClock, log })
  const shipper = createShipper({ db, file, node: 'pbx1', log })

  let line = 0
  async function insertSingly (lines: readonly string[]): Promise<void> {
    for (const fields of parse(lines.join('')) as string[][]) {
      const [event, , at, num, dnid, exten, context, channel, app, appData, uniqueId, linkedId, peer, extra] = fields
      await bare.query(`insert into pbx_journal (node, generation, line, event, at, num, dnid, exten, context, channel, app, app_data,
        unique_id, linked_id, peer, extra)
        values ('pbx1', 1, $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)`,
      [line++, event, at, num, dnid, exten, context, channel, app, appData, uniqueId, linkedId, peer, extra])
    }
  }

  async function untilHandled (count: number): Promise<void> {
    for (;;) {
      const [done] = await db.query<{ n: number, parked: number }>(`select count(*) filter (where handled_at is not null) as n,
        count(*) filter (where error is not null) as parked from pbx_journal`)
      if ((done?.n ?? 0) + (done?.parked ?? 0) >= count) {
        if (done?.parked) throw new Error(`${done.parked} rows were parked`)
        return
      }
      await new Promise(resolve => setTimeout(resolve, 10))
    }
  }

  const all = recordedJournal(rows)
  const took = { ours: 0, bare: 0 }
  for (let turn = 0; turn < turns; turn++) {
    const lines = all.slice(turn * rows / turns, (turn + 1) * rows / turns)
    let began = performance.now()
    await insertSingly(lines)
    took.bare += performance.now() - began
    began = performance.now()
    appendFileSync(file, lines.join(''))
    await untilHandled((turn + 1) * rows / turns)
    took.ours += performance.now() - began
  }
  const [effects] = await db.query(`select (select count(*) from call where ended_at is not null) as calls,
    (select count(*) from call_event) as timeline, (select count(*) from feed_event) as feed`)
  const rate = (ms: number): number => Math.round(rows / ms * 1000)
  console.log(JSON.stringify({
    figure: 'journal-rate',
    ours: rate(took.ours),
    bare: rate(took.bare),
    unit: 'rows/s',
    ratio: Number((took.bare / took.ours).toFixed(2)),
    wanted: 2,
    rows,
    effects
  }))
  await shipper.close()
  await journal.close()
  await close()
  await db.close()
  await bare.end()
} finally {
  await postgres.stop()
  rmSync(folder, { recursive: true, force: true })
}
