// `pg` keeps the socket of a connection to itself, and is pinned exactly for it: a version that keeps it elsewhere is noticed here.
import { Socket } from 'node:net'
import pg from 'pg'
import t from 'tap'
import { streamOf } from '../../../src/db/silence.ts'
import { freshDatabase } from '../../harness/servers/database.ts'

await t.test('streamOf gives the socket that a connection of pg speaks over', async t => {
  const { url } = await freshDatabase(t)
  const client = new pg.Client({ connectionString: url })
  const errors: string[] = []
  client.on('error', error => { errors.push(error.message) })
  await client.connect()
  const stream = streamOf(client)
  t.ok(stream instanceof Socket && stream.remotePort === Number(new URL(url).port), 'a socket to the server')

  let bytes = 0
  stream.on('data', (chunk: Buffer) => { bytes += chunk.length })
  stream.cork()
  const answer = client.query<{ one: number }>('select 1 one')
  t.ok(stream.writableLength > 0, 'a corked statement waits in it')
  stream.uncork()
  t.same((await answer).rows, [{ one: 1 }])
  t.ok(bytes > 0, 'its answer is heard on the socket')

  const lost = new Promise(resolve => { client.once('end', resolve) })
  stream.destroy(new Error('given up'))
  await lost
  t.ok(errors.includes('given up'), 'destroying the socket ends the connection')
})
