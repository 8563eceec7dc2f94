// From the event time Asterisk wrote to the announcement on the feed, at 20 new calls a second on a real Asterisk
// with our dialplan: p99 of every announced step of every call.
import { mkdtempSync, mkdirSync, rmSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { readConfig } from '../src/config.ts'
import { createDatabase } from '../src/db/database.ts'
import { systemClock } from '../src/domain/time/clock.ts'
import { createJournal } from '../src/pbx/journal/journal.ts'
import { createShipper } from '../src/pbx/journal/shipper.ts'
import { findAsterisk } from '../src/servers/asterisk/asterisk-image.ts'
import { migrate } from '../src/servers/migrate.ts'
import { freePort } from '../src/servers/machine/ports.ts'
import { ensureDatabase, startPostgres } from '../src/servers/postgres.ts'
import { layOutPbx, startPrivatePbx } from '../src/servers/asterisk/private-pbx.ts'
import { citizensCall } from './calls/citizens.ts'
import { journalHandlersOf } from './journal/journal-handlers.ts'

const perSecond = 20
const seconds = Number(process.argv[2] ?? 30)
const folder = mkdtempSync(join(tmpdir(), 'liandong-bench-'))
mkdirSync(join(folder, 'postgres'))
const image = await findAsterisk(join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'liandong'))
if (!image) throw new Error('no Asterisk: npm run pretest')
const closing: Array<() => Promise<unknown>> = []
try {
  const postgres = await startPostgres({ folder: join(folder, 'postgres'), port: await freePort(), password: null, dieWithParent: true })
  closing.push(async () => await postgres.stop())
  await ensureDatabase(postgres, 'lag')
  await migrate(postgres.url('lag'))
  const config = readConfig({
    DATA_DIR: folder,
    SIP_ADDRESS: `127.0.0.1:${await freePort()}`,
    PBX_HTTP_ADDRESS: `127.0.0.1:${await freePort()}`,
    AMI_ADDRESS: `127.0.0.1:${await freePort()}`,
    TRUNK_ADDRESS: `127.0.0.2:${await freePort('127.0.0.2')}`,
    TRUNK_CHANNELS: '500'
  })
  const options = {
    image,
    config,
    amiSecret: 'of-a-bench',
    folder: join(folder, 'pbx'),
    recordingsDir: join(folder, 'recordings'),
    rtp: { first: 32_000, last: 35_999 },
    dieWithParent: true
  }
  const paths = await layOutPbx(options)
  const asterisk = await startPrivatePbx(options, paths)
  closing.push(async () => await asterisk.kill())

  const db = createDatabase({ url: postgres.url('lag') })
  closing.push(async () => await db.close())
  const log = pino({ level: 'warn' })
  const { handlers, feed, close } = await journalHandlersOf(db, postgres.url('lag'), folder, log)
  closing.push(close)
  const lags: number[] = []
  feed.subscribe(event => { if (event.id !== null) lags.push(Date.now() - event.at.getTime()) })
  const journal = createJournal({ db, handlers, clock: systemClock, log })
  const shipper = createShipper({ db, file: paths.journalFile, node: config.pbxNode, log })
  closing.push(async () => await journal.close(), async () => await shipper.close())

  const { failed } = await citizensCall({ folder, from: config.trunk, to: config.sip, perSecond, seconds, staysMs: 6000 })
  await shipper.catchUp()
  await journal.catchUp()
  await feed.settled()
  lags.sort((a, b) => a - b)
  const [counts] = await db.query(`select (select count(*) from call where ended_at is not null) as calls,
    (select count(*) from pbx_journal) as rows, (select count(*) from pbx_journal where error is not null) as parked`)
  const at = (share: number): number => lags[Math.min(lags.length - 1, Math.floor(lags.length * share))] ?? NaN
  console.log(JSON.stringify({
    figure: 'journal-lag',
    ours: at(0.99),
    unit: 'ms',
    wanted: 150,
    p50: at(0.5),
    p90: at(0.9),
    longest: at(1),
    announced: lags.length,
    callsPerSecond: perSecond,
    failed,
    ...counts
  }))
} finally {
  for (const close of closing.reverse()) await close().catch((error: unknown) => { console.error(error) })
  rmSync(folder, { recursive: true, force: true })
}
