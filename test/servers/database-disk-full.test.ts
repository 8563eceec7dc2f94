import { execFileSync } from 'node:child_process'
import { closeSync, openSync, rmSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { createDatabase } from '../../src/db/database.ts'
import { until } from '../../src/servers/until.ts'
import { signIn } from '../harness/api-client.ts'
import { ownPostgres } from '../harness/servers/database.ts'
import { stalls } from '../harness/stories/order-story.ts'
import { partsOf } from '../harness/servers/part.ts'
import { freshRedis } from '../harness/servers/redis.ts'
import { temporaryFolder } from '../harness/servers/run-folder.ts'
import { samplePassword, seedSample } from '../harness/stories/sample.ts'

interface Readiness { status: string, degraded: string[] }

/** A disk of its own for the cluster; false where nobody may mount one. */
function mountDisk (folder: string): boolean {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=200m,mode=0711', 'tmpfs', folder], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

/** To the last byte. */
function fill (file: string): void {
  const out = openSync(file, 'a')
  for (const size of [65_536, 512]) {
    try {
      for (;;) writeSync(out, Buffer.alloc(size))
    } catch { /* full */ }
  }
  closeSync(out)
}

await t.test('the database\'s disk is full: orders are refused 503 with Retry-After, readiness says so, ' +
  'and with room everything works', async t => {
  const disk = await temporaryFolder('full')
  if (!mountDisk(disk)) {
    t.comment('SKIPPED: nobody may mount a disk here')
    return
  }
  t.teardown(() => { execFileSync('umount', ['-l', disk]) })
  const postgres = await ownPostgres(t, disk)
  const redis = await freshRedis(t)
  const dataDir = await temporaryFolder('parts')
  const db = createDatabase({ url: postgres.url, size: 2 })
  t.teardown(async () => await db.close())
  await seedSample(db, dataDir)
  const server = await (await partsOf(t, { databaseUrl: postgres.url, redisUrl: redis.url, dataDir }))('server')
  const agent = await signIn(() => server.address, ...samplePassword('8003', dataDir))
  const file = async () => await agent.request<{ code?: string }>('POST', '/api/work-orders',
    { ...stalls, description: '占道经营'.repeat(400), complainantNumber: '13900001302' })
  const readiness = async (): Promise<{ status: number, body: Readiness }> => {
    const answer = await fetch(`${server.address}/health/ready`)
    return { status: answer.status, body: await answer.json() as Readiness }
  }
  t.equal((await file()).status, 201)
  t.equal((await readiness()).status, 200)

  // A log segment to be written to: without one the server ends itself, which is another story.
  await db.query('select pg_switch_wal()')
  await db.query('checkpoint')
  const filler = join(disk, 'something-large')
  fill(filler)
  // Pages that have room still take a row or two.
  const refused = await until(async () => {
    const answer = await file()
    return answer.status !== 201 && answer
  }, { what: 'an order is refused', seconds: 30 })
  t.equal(refused.status, 503)
  t.equal(refused.body.code, 'database-unavailable')
  t.ok(Number(refused.headers.get('retry-after')) > 0)
  const full = await until(async () => {
    const answer = await readiness()
    return answer.status !== 200 && answer
  }, { what: 'readiness says so', seconds: 5, everyMs: 200 }).catch(readiness)
  t.equal(full.status, 503)
  t.match(full.body, { status: 'not-ready' })
  t.match(full.body.degraded.find(words => words.startsWith('database')), 'takes no writes')

  rmSync(filler)
  await until(async () => (await readiness()).status === 200, { what: 'ready again', seconds: 10, everyMs: 200 })
  t.equal((await file()).status, 201)
})
