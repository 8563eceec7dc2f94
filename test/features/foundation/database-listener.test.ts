// Listening for announcements of the database ends when it is told to, also while it is connecting again.
import { createServer, connect as connectTo, type AddressInfo, type Socket } from 'node:net'
import { once } from 'node:events'
import t, { type Test } from 'tap'
import { listenTo } from '../../../src/db/listener.ts'
import { until } from '../../../src/servers/until.ts'
import { freshDatabase } from '../../harness/servers/database.ts'

/** A way to the server that can be shut: what comes then is held until it is opened again. */
async function gate (t: Test, url: string) {
  const server = new URL(url)
  const held: Array<() => void> = []
  const state = { shut: false, open: new Set<Socket>() }
  const doorway = createServer(socket => {
    state.open.add(socket)
    socket.on('close', () => { state.open.delete(socket) }).on('error', () => {})
    const pass = (): void => {
      const beyond = connectTo(Number(server.port), server.hostname)
      socket.pipe(beyond).pipe(socket)
      beyond.on('error', () => { socket.destroy() })
      socket.on('close', () => { beyond.destroy() })
    }
    if (state.shut) held.push(pass)
    else pass()
  }).listen(0, '127.0.0.1')
  await once(doorway, 'listening')
  t.teardown(() => { doorway.close() })
  const through = new URL(url)
  through.hostname = '127.0.0.1'
  through.port = String((doorway.address() as AddressInfo).port)
  through.searchParams.set('application_name', 'listener-of-test')
  return {
    url: through.href,
    held,
    open: state.open,
    shut () { state.shut = true },
    letThrough () { for (const pass of held.splice(0)) pass() }
  }
}

t.test('stopped while it connects again, it leaves no connection', async t => {
  const { db, url } = await freshDatabase(t)
  const way = await gate(t, url)
  const heard: string[] = []
  const listener = listenTo({ url: way.url, queryMs: 5000, channel: 'news', hear: payload => { heard.push(payload) } })
  await listener.tried
  await db.query('select pg_notify(\'news\', \'first\')')
  await until(() => heard.includes('first'), { what: 'it hears' })

  way.shut()
  await db.query('select pg_terminate_backend(pid) from pg_stat_activity where application_name = \'listener-of-test\'')
  await until(() => way.held.length > 0, { what: 'it connects again' })
  const stopped = listener.stop()
  way.letThrough()
  await stopped
  await until(() => way.open.size === 0, { what: 'its connection is closed', seconds: 5 })
  t.same(await db.query('select from pg_stat_activity where application_name = \'listener-of-test\''), [])
})
