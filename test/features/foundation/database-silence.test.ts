import t from 'tap'
import { createDatabase } from '../../../src/db/database.ts'
import { freshDatabase, ownPostgres } from '../../harness/servers/database.ts'

// The server ends a statement after 0.5 s; it is taken for dead when it has been silent for 3 s.
const statementMs = 500
const longerMs = 3500

await t.test('a busy machine is no dead database', async t => {
  const { url } = await freshDatabase(t)
  const db = createDatabase({ url, size: 4, statementMs })
  t.teardown(db.close)

  await db.tx(async tx => {
    for (let ms = 0; ms < longerMs; ms += 350) tx.write('select pg_sleep(0.35)')
  })
  t.pass('statements that wait behind others of their transaction')

  const answer = db.tx(async tx => await tx.query<{ one: number }>('select 1 one'))
  const single = db.query<{ two: number }>('select 2 two')
  await new Promise(resolve => { setImmediate(resolve) })
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, longerMs)
  t.same(await Promise.all([answer, single]), [[{ one: 1 }], [{ two: 2 }]], 'an answer that came while this process got no turn')

  await t.rejects(db.query('select pg_sleep(1)'), { code: '57014' }, 'one statement that takes too long is ended by the server')
  t.same(await db.query('select 3 three'), [{ three: 3 }])
})

await t.test('a server that hangs is noticed, in a statement, between two of them and in mid-transaction', async t => {
  const postgres = await ownPostgres(t)
  t.teardown(() => { postgres.thaw() })
  const db = createDatabase({ url: postgres.url, size: 8, statementMs })
  t.teardown(db.close)
  const hung = { code: 'database-unavailable' }
  await db.query('select 1')
  let mayGoOn = (): void => {}
  const frozen = new Promise<void>(resolve => { mayGoOn = resolve })
  const begun = db.tx(async tx => {
    await tx.query('select 1')
    await frozen
    return await tx.query('select 2')
  })
  const running = db.query('select pg_sleep(0.4)')
  postgres.freeze()
  mayGoOn()
  await Promise.all([
    begun,
    running,
    db.query('select 1'),
    db.tx(async tx => await tx.query('select 1'))
  ].map(async answer => { await t.rejects(answer, hung) }))
  postgres.thaw()
  t.same(await db.query('select 3 three'), [{ three: 3 }])
  t.same(await db.tx(async tx => await tx.query('select 4 four')), [{ four: 4 }])
})
