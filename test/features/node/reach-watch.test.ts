// The watch with nobody at the far end: the same ten seconds of silence, heard by watches of which only one may conclude anything.
import pino from 'pino'
import t, { type Test } from 'tap'
import type { Database } from '../../../src/db/database.ts'
import { journalNodeRestart } from '../../../src/pbx/journal/node-restart.ts'
import { createReachWatch } from '../../../src/pbx/reach/reach-watch.ts'
import type { Sweep } from '../../../src/queue/alarms.ts'
import { until } from '../../../src/servers/until.ts'
import { freshDatabase } from '../../harness/servers/database.ts'
import { freePort } from '../../harness/servers/ports.ts'

interface Watched { db: Database, watch: Sweep, lost: () => Promise<boolean>, round: () => Promise<void> }

/** pbx2 has been linked and is silent now; what of pbx1? */
async function watching (t: Test, { othersLinked = true }: { othersLinked?: boolean } = {}) {
  const away = { now: false }
  const { db } = await freshDatabase(t, { size: 3 })
  await journalNodeRestart(db, 'pbx2', new Date('2026-11-22T06:40:08Z'))
  const sip = { host: '127.0.0.1', port: await freePort() }
  const broken = { now: false }
  const watch = createReachWatch({
    db,
    nodes: {
      get all () {
        const all = [{ name: 'pbx1', sip, door: null, isUp: () => othersLinked }, { name: 'pbx2', sip, door: null, isUp: () => false }]
        return away.now ? all.slice(0, 1) : all
      }
    },
    async processAges () {
      if (broken.now) throw new Error('the database is away')
      return new Map()
    },
    log: pino({ level: 'silent' })
  })
  const world: Watched & { broken: typeof broken, away: typeof away } = {
    db,
    watch,
    broken,
    away,
    lost: async () => (await db.query('select 1 from pbx_journal where event = \'NODE_LOST\'')).length > 0,
    round: async () => { await watch.run(new Date()).catch(() => {}) }
  }
  return world
}

await t.test('ten seconds of silence are believed only by who could have heard something', async t => {
  const alone = await watching(t, { othersLinked: false })
  const stopped = await watching(t)
  const withoutDatabase = await watching(t)
  const sure = await watching(t)
  const removed = await watching(t)
  const began = performance.now()
  await stopped.round()
  await until(async () => {
    withoutDatabase.broken.now = performance.now() - began > 5000 && performance.now() - began < 6000
    removed.away.now = performance.now() - began > 1000
    for (const one of [alone, withoutDatabase, sure, removed]) await one.round()
    return await sure.lost()
  }, { what: 'it is lost to a watch that has a link to the other PBX', seconds: 20, everyMs: 200 })
  const after = performance.now() - began
  t.ok(after >= 10_000 && after < 13_000, `after ${Math.round(after)} ms`)
  await stopped.round()
  t.notOk(await stopped.lost(), 'stopped itself meanwhile: it begins anew')
  t.notOk(await withoutDatabase.lost(), 'the database was away: it begins anew')
  removed.away.now = false
  await removed.round()
  t.notOk(await removed.lost(), 'it was no part of the service meanwhile: added again, its silence begins anew')
  t.notOk(await alone.lost(), 'all PBXs silent at once: it may be deaf itself')
  t.match(await sure.db.query('select node, lost_by from node_reach where lost_at is not null'), [{ node: 'pbx2', lost_by: 'system' }])
  t.match(await sure.db.query('select node from node_reach where linked_at > clock_timestamp() - interval \'2 seconds\''),
    [{ node: 'pbx1' }])
})
