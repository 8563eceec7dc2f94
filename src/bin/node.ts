// The process beside a PBX (节点进程), the only one that opens its files: journal, recordings, sounds, disks. No call needs it.
import './load-env.ts'
import { setTimeout } from 'node:timers/promises'
import { followDataKeys, readWithKeys } from '../compose/data-keys.ts'
import { createLog } from '../compose/log.ts'
import { readConfig } from '../config.ts'
import { createDatabase } from '../db/database.ts'
import { createSealing } from '../db/sealing.ts'
import { systemClock } from '../domain/time/clock.ts'
import { createNodePart } from '../node/node-part.ts'
import { openNodeGround } from '../servers/ground.ts'
import { onEnd } from './on-end.ts'

/** Its work has this long to end in order, ms. */
const quietMs = 3000

try {
  const config = readConfig()
  const { databaseUrl, dataKey, nodeParts } = openNodeGround(config)
  const sealing = createSealing(Buffer.from(dataKey, 'base64'))
  const log = createLog(config)
  const db = createDatabase({
    url: databaseUrl,
    size: 4,
    onError: error => { log.warn({ error: error.message }, 'a database connection broke') }
  })
  const parts = nodeParts.map(setting => createNodePart(
    { ...setting, db, sealing, clock: systemClock, clockOffset: () => 0, sweepMs: config.sweepMs.ordinary, log }))
  // Journal and recordings need no key, files that the PBX includes do.
  const keys = nodeParts.some(({ includes }) => includes !== null) ? followDataKeys({ config, db, sealing, log }) : null
  onEnd(async () => {
    // Work that waits for a hung database ends only when its connections are cut.
    const stopped = Promise.all([...parts, ...keys === null ? [] : [keys]].map(async part => { await part.stop() }))
    await Promise.race([stopped, setTimeout(quietMs, undefined, { ref: false })])
    await db.close()
  })
  if (keys !== null) await readWithKeys(keys)
  for (const part of parts) await part.start()
  console.log(`beside ${nodeParts.map(({ name, door }) => `${name}, at http://${door.host}:${door.port}`).join('; ')}`)
} catch (error) {
  console.error(`cannot start: ${error instanceof Error ? error.message : String(error)}`)
  process.exit(1)
}
