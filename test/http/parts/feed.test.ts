import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { get, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Test } from 'tap'
import t from 'tap'
import type { PublishedEvent } from '../../../src/feed/feed.ts'
import { encodings } from '../../../src/http/feed-clients.ts'
import { loadUnits } from '../../../src/features/directory/directory-load.ts'
import { until } from '../../../src/servers/until.ts'
import { testApp, type TestApp, type TestAppOptions } from '../app-of-test.ts'

const event = (id: number | null, more: Partial<PublishedEvent> = {}): PublishedEvent =>
  ({ id, topic: 'order.filed', subject: `s${id}`, at: new Date(), data: { text: 'two\nlines' }, audience: { roles: ['AGENT'] }, ...more })

// By SQL, under ids of the test's own: what is resumed after which id is tried, not who gave it.
async function keep (db: TestApp['db'], ...events: PublishedEvent[]): Promise<void> {
  for (const e of events) {
    await db.query('insert into feed_event (id, topic, subject, at, data, audience) values ($1, $2, $3, $4, $5, $6)',
      [e.id, e.topic, e.subject, e.at, e.data, e.audience])
  }
}

interface Listener {
  status: number
  text: () => string
  subjects: () => string[]
  has: (what: RegExp) => Promise<void>
  ended: Promise<void>
  response: IncomingMessage
}

async function listening (
  t: Test, options: TestAppOptions = {}
): Promise<TestApp & { hear: (cookie: string, lastId?: number) => Promise<Listener> }> {
  const world = await testApp(t, options)
  await world.app.listen({ host: '127.0.0.1', port: 0 })
  const { port } = world.app.server.address() as AddressInfo
  return {
    ...world,
    hear: async (cookie, lastId) => await new Promise((resolve, reject) => {
      const headers = { cookie, ...(lastId === undefined ? {} : { 'last-event-id': String(lastId) }) }
      const request = get({ port, host: '127.0.0.1', path: '/api/feed', headers, agent: false }, response => {
        let text = ''
        response.setEncoding('utf8').on('data', (chunk: string) => { text += chunk }).on('error', () => {})
        const ended = new Promise<void>(resolve => { response.on('close', resolve) })
        t.teardown(() => { response.destroy() })
        const listener: Listener = {
          status: response.statusCode ?? 0,
          text: () => text,
          subjects: () => [...text.matchAll(/"subject":"(\w+)"/g)].map(found => found[1] ?? ''),
          has: async what => { await until(() => what.test(text), { what: String(what), everyMs: 5 }) },
          ended,
          response
        }
        resolve(listener)
      })
      request.on('error', reject)
    })
  }
}

t.test('a feed carries the events of the own role, unit and agent alone', async t => {
  const { feed, hear, cookieOf } = await listening(t)
  const agent = await hear(await cookieOf('agent1', ['AGENT'], { extension: '8001' }))
  const handler = await hear(await cookieOf('handler1', ['HANDLER'], { unitId: 'u1' }))
  t.match(agent.response.headers, { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-store' })
  await agent.has(/event: hello\nid: 0\n/)
  await handler.has(/hello/)
  feed.announce(
    event(1), event(2, { audience: { handlers: ['u1'] } }), event(3, { audience: { extension: '8001' } }),
    event(4, { audience: { own: { login: 'handler1', roles: ['AGENT', 'HANDLER'] } } }),
    event(8, { audience: { own: { login: 'handler1', roles: ['AGENT'] } } }),
    event(9, { audience: { own: { login: '8001', roles: ['AGENT'] } } }),
    event(10, { audience: { extension: 'agent1' } }),
    event(5, { audience: { roles: ['LEADER'], handlers: ['u2'] } }), event(6, { audience: {} }),
    event(7, { audience: { roles: ['AGENT'], handlers: ['u1'] } }), event(null, { subject: 'momentary' }))
  await agent.has(/momentary/)
  await handler.has(/s7/)
  t.strictSame(agent.subjects(), ['s1', 's3', 's7', 'momentary'])
  t.strictSame(handler.subjects(), ['s2', 's4', 's7'])
  t.match(agent.text(), /id: 1\ndata: \{"id":1,"topic":"order.filed",[^\n]*"text":"two\\nlines"\}\}\n\n/, 'an event is one line')
  t.match(agent.text(), /\n\ndata: \{"id":null,/, 'a momentary event has no id: nobody resumes from it')
})

t.test('after a pause missed events come once and in order', async t => {
  const { db, feed, hear, cookieOf } = await listening(t)
  const cookie = await cookieOf('agent1', ['AGENT'])
  await keep(db, ...Array.from({ length: 1200 }, (_, i) => event(i + 1)))
  const listener = hear(cookie, 100)
  for (let id = 1201; id <= 1210; id++) {
    await keep(db, event(id))
    feed.announce(event(id))
  }
  const heard = await listener
  await heard.has(/"s1210"/)
  t.strictSame(heard.subjects(), Array.from({ length: 1110 }, (_, i) => `s${i + 101}`))
})

t.test('after too many missed events the client is told to reload', async t => {
  const { db, feed, hear, cookieOf } = await listening(t)
  const cookie = await cookieOf('agent1', ['AGENT'])
  await db.query(`insert into feed_event (id, topic, subject, at, data, audience)
    select g, 't', 's' || g, now(), '{}', '{"roles":["LEADER"]}' from generate_series(1, 3000) g`)
  const heard = await hear(cookie, 5)
  await heard.has(/event: reset\nid: 3000\n/)
  feed.announce(event(3001))
  await heard.has(/s3001/)
  const fromElsewhere = await hear(await cookieOf('agent3', ['AGENT'], { extension: '8003' }), 4711)
  await fromElsewhere.has(/event: reset\nid: 3000\n/)
})

t.test('a slow listener is dropped, the others are not kept waiting, and it comes back where it was', async t => {
  const { db, feed, hear, cookieOf } = await listening(t, { feedOptions: { bufferLimit: 200_000 } })
  const cookie = await cookieOf('agent1', ['AGENT'])
  const slow = await hear(cookie)
  const quick = await hear(cookie)
  await slow.has(/hello/)
  await quick.has(/hello/)
  slow.response.pause()
  const big = { text: 'x'.repeat(20_000) }
  for (let id = 1; id <= 600; id++) {
    const one = event(id, { data: big })
    await keep(db, one)
    feed.announce(one)
    if (id % 5 === 0) await new Promise(resolve => setTimeout(resolve, 5))
  }
  await quick.has(/"s600"/)
  t.equal(quick.subjects().length, 600)
  slow.response.resume()
  await slow.ended
  const last = Number([...slow.text().matchAll(/^id: (\d+)\ndata: .*\n\n/gm)].at(-1)?.[1] ?? 0)
  t.ok(last < 600, 'it was dropped in the middle')
  const back = await hear(cookie, last)
  await back.has(/"s600"/)
  t.equal(back.subjects()[0], `s${last + 1}`)
  t.equal(back.subjects().length, 600 - last)
})

t.test('a comment keeps the connection, and the feed ends with the session', async t => {
  const { clock, hear, cookieOf, sessions } = await listening(t, { feedOptions: { keepAliveMs: 40 } })
  const cookie = await cookieOf('agent1', ['AGENT'])
  const heard = await hear(cookie)
  await heard.has(/: still here\n\n/)
  clock.advance(3 * 3_600_000)
  sessions.forget()
  await heard.ended
  t.match(heard.text(), /\n\n$/, 'it is ended, not broken off in a word')
  t.equal((await hear(cookie)).status, 401)
})

t.test('an open feed follows sign-out, roles and unit at once, whichever process they were changed in', async t => {
  const here = await listening(t)
  const there = await testApp(t, { on: { db: here.db, url: here.url, clock: here.clock } })
  const admin = await here.cookieOf('admin', ['ADMINISTRATOR'])
  for (const [name, { send }] of Object.entries({ here, there })) {
    const cookie = await here.cookieOf(`leaves-${name}`, ['AGENT'])
    const leaving = await here.hear(cookie)
    const moving = await here.hear(await here.cookieOf(`moves-${name}`, ['HANDLER'], { unitId: 'u1' }))
    await leaving.has(/hello/)
    await moving.has(/hello/)
    t.equal((await send('DELETE', '/api/session', { cookie })).statusCode, 204)
    if (name === 'there') await leaving.ended
    here.feed.announce(event(null, { subject: 'secret' }))
    await leaving.ended
    t.notMatch(leaving.text(), /secret/, `${name}: signed out, nothing more is heard`)

    const unit = { id: `u2-${name}`, name: '二科', name_en: 'Two', kind: 'department', government: 'true', valid_from: '2010-01-01' }
    await here.db.tx(async tx => { await loadUnits(tx, [unit]) })
    t.equal((await send('PATCH', `/api/users/moves-${name}`, { cookie: admin, body: { unitId: `u2-${name}` } })).statusCode, 200)
    if (name === 'here') here.feed.announce(event(null, { subject: 'of-u1', audience: { handlers: ['u1'] } }))
    // Announced at each look: this listener never hears an event from before the change.
    await until(() => {
      here.feed.announce(event(null, { subject: `u2${name}`, audience: { handlers: [`u2-${name}`] } }))
      return moving.subjects().includes(`u2${name}`)
    }, { what: 'the new unit is heard of', seconds: 5 })
    here.feed.announce(event(null, { subject: 'of-u1', audience: { handlers: ['u1'] } }),
      event(null, { subject: `last${name}`, audience: { handlers: [`u2-${name}`] } }))
    await moving.has(new RegExp(`last${name}`))
    t.notMatch(moving.text(), /of-u1/, `${name}: of the former unit nothing more is heard`)
    t.match(moving.text(), /event: access/, `${name}: and the page is told to look who it is now`)
  }
})

t.test('a session that runs out hears nothing after its end', async t => {
  const { feed, hear, cookieOf, clock } = await listening(t)
  const heard = await hear(await cookieOf('agent1', ['AGENT']))
  await heard.has(/hello/)
  clock.advance(13 * 3_600_000)
  feed.announce(event(null, { subject: 'late' }))
  await heard.ended
  t.notMatch(heard.text(), /late/)
})

t.test('a few logins do not take every place', async t => {
  const { hear, cookieOf } = await listening(t, { feedOptions: { limits: { inAll: 12, ofOne: 6 } }, requestsPerMinute: 0 })
  const greedy = [await cookieOf('greedy1', ['AGENT']), await cookieOf('greedy2', ['AGENT'])]
  for (const cookie of greedy) for (let i = 0; i < 6; i++) t.equal((await hear(cookie)).status, 200)
  for (const cookie of greedy) t.equal((await hear(cookie)).status, 429)
  for (const login of ['a', 'b', 'c', 'd', 'e']) {
    t.equal((await hear(await cookieOf(login, ['AGENT']))).status, 200, 'a login without any gets one of theirs')
  }
})

t.test('feeds are bounded in number, and closing ends them all', async t => {
  const { app, hear, cookieOf } = await listening(t, { feedOptions: { limits: { inAll: 3, ofOne: 2 } } })
  const one = await cookieOf('agent1', ['AGENT'])
  const two = await cookieOf('agent2', ['AGENT'])
  const open = [await hear(one), await hear(one)]
  t.equal((await hear(one)).status, 429)
  open.push(await hear(two))
  t.equal((await hear(two)).status, 429)
  open[0]?.response.destroy()
  let again = await hear(two)
  // the server learns of a listener's end when the end of the connection has come to it
  for (const end = Date.now() + 20_000; again.status !== 200 && Date.now() < end;) again = await hear(two)
  t.equal(again.status, 200)
  const closing = app.close()
  await again.ended
  await open[2]?.ended
  await closing
})

t.test('five hundred listeners hear everything, each event made into bytes once', async t => {
  const { feed, hear, cookieOf, sessions } = await listening(t,
    { feedOptions: { limits: { inAll: 600, ofOne: 600 } }, requestsPerMinute: 0 })
  const cookie = await cookieOf('agent1', ['AGENT'])
  const all = await Promise.all(Array.from({ length: 500 }, async () => await hear(cookie)))
  await Promise.all(all.map(async one => { await one.has(/hello/) }))
  let encoded = 0
  const count = (): void => { encoded++ }
  subscribe(encodings.name, count)
  t.teardown(() => unsubscribe(encodings.name, count))
  for (let id = 1; id <= 50; id++) {
    feed.announce(event(id))
    // Everybody's rights are looked up again, and what comes meanwhile waits for the answer.
    if (id % 10 === 0) sessions.forget()
    await new Promise(resolve => setTimeout(resolve, 10))
  }
  await Promise.all(all.map(async one => { await one.has(/"s50"/) }))
  t.ok(all.every(one => one.subjects().length === 50), 'each heard everything')
  t.equal(encoded, 50, 'each event was made into bytes once')
})
