// What an earlier start left frozen is ended, and a new one serves in its place.
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { createDatabase } from '../../src/db/database.ts'
import { startPostgres } from '../../src/servers/postgres.ts'
import { until } from '../../src/servers/until.ts'
import { freeze, thawEach } from '../harness/servers/freezing.ts'
import { startTestPbx } from '../harness/servers/pbx.ts'
import { freePort } from '../harness/servers/ports.ts'
import { temporaryFolder } from '../harness/servers/run-folder.ts'

/** A PostgreSQL with one open connection, hence with a process for it, and a start on the same folder. */
async function postgres (t: Test) {
  const options = { folder: await temporaryFolder('frozen'), port: await freePort(), password: null, dieWithParent: true }
  const first = await startPostgres(options)
  const db = createDatabase({ url: first.url(), size: 2 })
  t.teardown(async () => await db.close())
  await db.query('create table kept (x int)')
  return {
    first,
    options,
    async startAgain () {
      const next = await startPostgres(options)
      t.teardown(async () => await next.kill())
      const fresh = createDatabase({ url: next.url(), size: 2 })
      t.teardown(async () => await fresh.close())
      return await fresh.query('select count(*) n from kept')
    }
  }
}

await t.test('PostgreSQL with all its children', async t => {
  const { first, startAgain } = await postgres(t)
  const frozen = freeze(first.pid)
  t.teardown(() => { thawEach(frozen) })
  t.match(await startAgain(), [{ n: 0 }])
})

await t.test('children of a PostgreSQL that died: they hold its shared memory', async t => {
  const { first, startAgain } = await postgres(t)
  const frozen = freeze(first.pid)
  t.teardown(() => { thawEach(frozen) })
  process.kill(first.pid, 'SIGKILL')
  await until(() => !first.alive(), { what: 'it is dead' })
  t.match(await startAgain(), [{ n: 0 }])
})

await t.test('a PostgreSQL another person started on the folder is left alone', async t => {
  const { first, options } = await postgres(t)
  t.teardown(async () => await first.kill())
  rmSync(join(options.folder, 'postgres.pid'))
  await t.rejects(startPostgres({ ...options, port: await freePort() }), /postmaster.pid" already exists/)
  t.ok(first.alive())
})

await t.test('Asterisk', async t => {
  const pbx = await startTestPbx(t)
  pbx.freeze()
  await pbx.start()
  t.match(await pbx.console('core show uptime'), 'System uptime')
})

await t.test('a question that is never answered has an end, and a message', async t => {
  await t.rejects(until(async () => await new Promise<boolean>(() => {}), { what: 'the server serves', seconds: 0.5 }),
    { message: 'the server serves: not within 0.5 s (no answer)' })
})
