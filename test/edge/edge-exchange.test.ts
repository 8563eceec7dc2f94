import t from 'tap'
import { createSealing } from '../../src/db/sealing.ts'
import { exchangeWithDatabase } from '../../src/edge/knowledge/exchange.ts'
import type { EdgeLog } from '../../src/edge/edge-log.ts'
import { createCarrierHosts } from '../../src/edge/carrier-hosts.ts'
import { createRefusalCounts } from '../../src/edge/refusal-counts.ts'
import { until } from '../../src/servers/until.ts'
import { freshDatabase } from '../harness/servers/database.ts'

await t.test('a disk that is full is no database that is away: what was read holds, and the edge says what it is, once', async t => {
  const { db } = await freshDatabase(t)
  const sealing = createSealing(Buffer.alloc(32, 7))
  const said: string[] = []
  const log: EdgeLog = { info () {}, error () {}, warn (facts, text) { said.push(`${JSON.stringify(facts)} ${text}`) }, child: () => log }
  let rounds = 0
  const exchange = exchangeWithDatabase({
    db,
    name: 'east',
    sealing,
    print: number => sealing.fingerprint(number).toString('hex'),
    knowledge: {
      trunks: () => null,
      async learn () {
        rounds++
        throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' })
      }
    },
    hosts: createCarrierHosts(() => performance.now()),
    refused: createRefusalCounts(),
    report: () => ({ link: true, calls: 0, nodes: [] }),
    log
  })
  exchange.start()
  t.teardown(() => { exchange.stop() })
  await until(() => rounds === 2, { what: 'it reads again', seconds: 15 })
  t.equal(said.length, 1)
  t.match(said[0], /ENOSPC.*the disk does not take/)
})
