import { connect, createServer } from 'node:net'
import pg from 'pg'
import t, { type Test } from 'tap'
import { createDatabase } from '../../../src/db/database.ts'
import { freshDatabase } from '../../harness/servers/database.ts'

/** ReadyForQuery of the PostgreSQL protocol: the last message of a sign-in. */
const readyForQuery = Buffer.from([0x5a, 0, 0, 0, 5, 0x49])

/**
 * A way to the database on which the end of each sign-in is held back until the server has cut that session off: both arrive in one
 * packet, as they do when the server dies at that moment. `mended` lets everything pass from then on.
 */
async function wayThatBreaksAtSignIn (t: Test, url: string): Promise<{ url: string, broken: () => number, mended: () => void }> {
  const { hostname, port } = new URL(url)
  const admin = new pg.Client({ connectionString: url })
  await admin.connect()
  let breaks = true
  let broken = 0
  const server = createServer(near => {
    const far = connect(Number(port), hostname)
    let held: Buffer[] | null = null
    far.on('data', data => {
      if (held) held.push(data)
      else if (!breaks || !data.includes(readyForQuery)) near.write(data)
      else {
        held = [data]
        // BackendKeyData stands before it, and ends with the process id of the session and a key of four bytes.
        const pid = data.readInt32BE(data.indexOf(readyForQuery) - 8)
        admin.query('select pg_terminate_backend($1)', [pid]).catch(() => {})
      }
    })
    far.on('end', () => {
      if (held) broken++
      near.end(Buffer.concat(held ?? []))
    })
    near.on('data', data => far.write(data))
    near.on('end', () => far.end())
    for (const socket of [near, far]) socket.on('error', () => {})
  })
  await new Promise<void>(resolve => { server.listen(0, '127.0.0.1', resolve) })
  t.teardown(async () => {
    server.close()
    await admin.end()
  })
  const way = new URL(url)
  way.port = String((server.address() as { port: number }).port)
  return { url: way.href, broken: () => broken, mended: () => { breaks = false } }
}

await t.test('a connection that breaks while the pool hands it over costs one statement, not the process', async t => {
  const { url } = await freshDatabase(t)
  const way = await wayThatBreaksAtSignIn(t, url)
  const db = createDatabase({ url: way.url, size: 4 })
  t.teardown(db.close)
  await t.rejects(db.query('select 1'), { code: 'database-unavailable' })
  await t.rejects(db.tx(async tx => await tx.query('select 1')), { code: 'database-unavailable' })
  t.equal(way.broken(), 2, 'the way broke both')
  way.mended()
  t.same(await db.query('select 2 two'), [{ two: 2 }])
  t.same(await db.tx(async tx => await tx.query('select 3 three')), [{ three: 3 }])
})
