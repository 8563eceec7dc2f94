import t from 'tap'
import { createSealing } from '../../src/db/sealing.ts'
import { exchangeWithDatabase } from '../../src/edge/knowledge/exchange.ts'
import { edgeCheck } from '../../src/edge/edge-health.ts'
import type { EdgeLog } from '../../src/edge/edge-log.ts'
import { edgeBeats } from '../../src/edge/edge-store.ts'
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
    prints: number => [sealing.fingerprint(number).toString('hex')],
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

await t.test('two edges of one name: each says so; one after the other is none', async t => {
  const { db } = await freshDatabase(t)
  const sealing = createSealing(Buffer.alloc(32, 7))
  const edge = (): { said: string[], stop: () => Promise<void> } => {
    const said: string[] = []
    const log: EdgeLog = { info () {}, warn () {}, error (_facts, text) { said.push(text) }, child: () => log }
    const exchange = exchangeWithDatabase({
      db,
      name: 'east',
      sealing,
      prints: number => [sealing.fingerprint(number).toString('hex')],
      knowledge: { trunks: () => null, async learn () {} },
      hosts: createCarrierHosts(() => performance.now()),
      refused: createRefusalCounts(),
      report: () => ({ link: true, calls: 0, nodes: [] }),
      log
    })
    exchange.start()
    return {
      said,
      async stop () {
        exchange.stop()
        await exchange.signOff()
      }
    }
  }
  const doubled = async (): Promise<boolean> => (await edgeBeats(db)).some(({ edge, report }) => edge === 'east' && report.another)
  const first = edge()
  await until(async () => (await edgeBeats(db)).length === 1, { what: 'it reports' })
  await first.stop()
  const second = edge()
  await until(async () => (await edgeBeats(db)).some(({ draining }) => !draining), { what: 'its successor reports' })
  t.notOk(await doubled())
  const third = edge()
  await until(doubled, { what: 'it is seen', seconds: 15 })
  await until(() => [second, third].every(({ said }) => said.some(text => text.includes('another edge of this name'))),
    { what: 'both say it', seconds: 15 })
  t.match(await edgeCheck({ db }).check(), { ok: false, detail: /two processes call themselves east/ })
  t.same(first.said, [])
  await second.stop()
  await third.stop()
})
