// The SIP edge before the PBXs, beside a drachtio-server; needs neither service nor database to decide. See docs/edge.md.
import './load-env.ts'
import { join } from 'node:path'
import { pino } from 'pino'
import { followDataKeys, readWithKeys } from '../compose/data-keys.ts'
import { readConfig } from '../config.ts'
import { createDatabase } from '../db/database.ts'
import { createSealing } from '../db/sealing.ts'
import { createEdge } from '../edge/edge.ts'
import { readWhereabouts } from '../servers/data-folder/data-folder.ts'
import { keepSecrets, keptDataKey, newDataKey } from '../servers/data-folder/secrets.ts'
import { onEnd } from './on-end.ts'

// drachtio-srf writes what it cannot read to stderr, whole, behind an error: numbers stand there, and anybody may send such a thing.
console.error = (first: unknown) => { if (typeof first === 'string') process.stderr.write(`${first}\n`) }

function fatal (text: string): never {
  console.error(`cannot start: ${text}`)
  process.exit(1)
}

try {
  const config = readConfig()
  const { edge } = config
  if (edge.server === null) fatal('EDGE_SERVER is not set: host:port of drachtio-server')
  const log = pino({ level: config.logLevel })
  const url = config.databaseUrl ?? readWhereabouts(config.dataDir).databaseUrl ?? null
  const db = url === null
    ? null
    : createDatabase({ url, size: 4, onError: error => { log.warn({ error: error.message }, 'a database connection broke') } })
  const dataKey = config.dataKey ?? keptDataKey(config.dataDir)
  // A key of its own making has other fingerprints: no number would ever be found blocked.
  if (dataKey === null && db !== null) fatal(`DATA_KEY is not set, and ${config.dataDir} holds no secrets.json of the service`)
  const sealing = createSealing(Buffer.from(keepSecrets(config.dataDir, dataKey ?? newDataKey()).dataKey, 'base64'))
  const keys = db && followDataKeys({ config, db, sealing, log })
  if (keys !== null) await readWithKeys(keys)
  const one = await createEdge({
    ...edge,
    server: edge.server,
    trunk: config.trunk,
    budget: { calls: edge.calls, reserve: edge.reserve },
    dutyNumber: config.emergencyDutyNumber,
    unlimitedNumbers: [...edge.unlimitedNumbers, ...Object.values(config.centres)],
    testCallMs: edge.testCallSeconds * 1000,
    folder: join(config.dataDir, 'edge'),
    sealing,
    db,
    log,
    onRefused: () => { fatal('drachtio-server does not take EDGE_SECRET') }
  })
  onEnd(async () => {
    await one.drain()
    await keys?.stop()
    await db?.close()
  })
  one.start()
  console.log('working')
} catch (error) {
  fatal(error instanceof Error ? error.message : String(error))
}
