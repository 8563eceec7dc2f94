// What acts on the PBX is done once under a key, whatever becomes of writing it down.
import t, { type Test } from 'tap'
import { createNotices } from '../../../src/features/notices/notices.ts'
import { noticesRoutes } from '../../../src/features/notices/notices-routes.ts'
import { createAmiConnection } from '../../../src/pbx/ami/ami-connection.ts'
import { createSwitchboard } from '../../../src/pbx/switchboard.ts'
import { replies, startAmiPeer, type AmiPeer } from '../../features/journal/ami-peer.ts'
import { testApp, type TestApp } from '../app-of-test.ts'

interface Desk extends TestApp {
  peer: AmiPeer
  /** asks for the notice under this key */
  put: (key: string) => Promise<{ statusCode: number, code: string }>
  /** how often the PBX was told */
  told: () => number
}

/** The notice's own route, commands and switchboard, at the end of a wire on which every action is seen. */
async function desk (t: Test): Promise<Desk> {
  const peer = await startAmiPeer(t)
  const ami = createAmiConnection({ host: '127.0.0.1', port: peer.port, user: 'u', secret: 's', actionMs: 300 })
  t.teardown(async () => { await ami.close() })
  ami.start()
  await ami.ready(3000)
  const switchboard = createSwitchboard({ ami })
  const app = await testApp(t, {
    routes: [app => {
      const { db, clock } = app.writes
      const feed = { publish: async () => {}, broadcast: () => {}, subscribe: () => () => {}, since: async () => [] }
      const put = async (notice: { until: number } | null): Promise<string[]> => {
        await switchboard.dbPut('notice', 'until', String(notice?.until ?? 0))
        return []
      }
      noticesRoutes({ notices: createNotices({ db, clock, feed, render: async () => 'spoken/one', put }) })(app)
    }]
  })
  const cookie = await app.cookieOf('leader1', ['SHIFT_LEADER'])
  const until = new Date(app.clock.now().getTime() + 3_600_000).toISOString()
  return {
    ...app,
    peer,
    told: () => peer.sent.filter(a => a.action === 'DBPut').length,
    async put (key) {
      const answer = await app.send('PUT', '/api/notice', { cookie, body: { text: '今晚停水', until }, headers: { 'idempotency-key': key } })
      return { statusCode: answer.statusCode, code: answer.json<{ code?: string }>().code ?? '' }
    }
  }
}

t.test('refused before anything was done: decided anew', async t => {
  const d = await desk(t)
  await d.db.query('alter table idempotency add constraint away check (key <> \'key-00001\')')
  t.equal((await d.put('key-00001')).statusCode, 500)
  await d.db.query('alter table idempotency drop constraint away')
  t.match(await d.put('key-00001'), { statusCode: 200 })
  t.equal(d.told(), 1)
})

t.test('the PBX says no: decided anew', async t => {
  const d = await desk(t)
  d.peer.answer = a => a.action === 'DBPut' ? `Response: Error\r\nActionID: ${a.actionid}\r\nMessage: no\r\n\r\n` : replies.success(a)
  t.match(await d.put('key-00002'), { statusCode: 502, code: 'pbx-refused' })
  d.peer.answer = replies.success
  t.match(await d.put('key-00002'), { statusCode: 200 })
  t.match(await d.put('key-00002'), { statusCode: 200 }, 'the same answer')
  t.equal(d.told(), 2, 'told twice, done once')
})

t.test('the PBX acted and the second transaction failed: never again under this key', async t => {
  const d = await desk(t)
  await d.db.query('alter table audit_entry add constraint full_disk check (action <> \'notice.set\')')
  t.match(await d.put('key-00003'), { statusCode: 500, code: 'internal-error' })
  await d.db.query('alter table audit_entry drop constraint full_disk')
  t.match(await d.put('key-00003'), { statusCode: 409, code: 'outcome-unknown' })
  t.equal(d.told(), 1)
  t.match(await d.put('key-00004'), { statusCode: 200 }, 'a client that has looked asks under a key of its own')
})

t.test('unknown whether the PBX acted: never repeated under this key, no retry is suggested', async t => {
  const d = await desk(t)
  d.peer.answer = a => a.action === 'DBPut' ? undefined : replies.success(a)
  t.match(await d.put('key-00005'), { statusCode: 504, code: 'pbx-no-answer' })
  d.peer.answer = replies.success
  t.match(await d.put('key-00005'), { statusCode: 409, code: 'outcome-unknown' })
  t.equal(d.told(), 1)
})

t.test('nothing could be written any more while the PBX acted: a minute later the key says so', async t => {
  const d = await desk(t)
  await d.db.query('alter table idempotency add constraint away check (status is null)')
  t.match(await d.put('key-00006'), { statusCode: 500 })
  await d.db.query('alter table idempotency drop constraint away')
  d.clock.advance(61_000)
  t.match(await d.put('key-00006'), { statusCode: 409, code: 'outcome-unknown' })
  t.equal(d.told(), 1)
})
