// The service's HTTP part, as `npm run server` runs it, in a process of its own. Started by http-stage.ts; says its
// address, and when asked how often an event was made into bytes and what CPU time all of it cost.
import { randomBytes } from 'node:crypto'
import { subscribe } from 'node:diagnostics_channel'
import { pino } from 'pino'
import { createService } from '../../src/compose.ts'
import { readConfig } from '../../src/config.ts'
import { encodings } from '../../src/http/feed-clients.ts'
import { nodesOf } from '../../src/servers/ground.ts'
import { freePort } from '../../src/servers/machine/ports.ts'

const [databaseUrl = '', dataDir = ''] = process.argv.slice(2)
const config = readConfig({
  DATA_DIR: dataDir,
  HTTP_ADDRESS: `127.0.0.1:${await freePort()}`,
  // there is no PBX here, and nothing of this asks for one
  AMI_ADDRESS: `127.0.0.1:${await freePort()}`,
  REQUESTS_PER_MINUTE: '0'
})
let encoded = 0
subscribe(encodings.name, () => { encoded++ })
const service = await createService({
  config: { ...config, databaseUrl, redisUrl: 'redis://127.0.0.1:9' },
  secrets: { dataKey: randomBytes(32).toString('base64') },
  nodes: nodesOf(config, { amiSecret: 'of-a-bench' }),
  parts: ['http'],
  log: pino({ level: 'silent' })
})
await service.start()
process.send?.({ address: service.address })

let before = process.cpuUsage()
process.on('message', (asked: 'begin' | 'end') => {
  const { user, system } = process.cpuUsage(before)
  process.send?.({ encoded, cpuMs: (user + system) / 1000 })
  if (asked !== 'begin') return
  encoded = 0
  before = process.cpuUsage()
})
process.on('disconnect', () => { process.exit() })
