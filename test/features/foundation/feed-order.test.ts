import t, { type Test } from 'tap'
import { createDatabase } from '../../../src/db/database.ts'
import { createFeed, type LiveFeed } from '../../../src/feed/live-feed.ts'
import type { FeedEvent, PublishedEvent } from '../../../src/feed/feed.ts'
import { until } from '../../../src/servers/until.ts'
import { freshDatabase } from '../../harness/servers/database.ts'
import { quiet } from '../journal/journal-file.ts'

const event = (subject: string): FeedEvent => ({
  topic: 'call.queued',
  subject,
  at: new Date('2026-11-22T06:40:00Z'),
  data: { place: 1 },
  audience: { roles: ['AGENT'] }
})

interface Listening { feed: LiveFeed, heard: PublishedEvent[] }

/** A process of its own, as far as the feed can tell: its own connections, its own subscribers. */
async function processOf (t: Test, url: string): Promise<Listening & { db: ReturnType<typeof createDatabase> }> {
  const db = createDatabase({ url, size: 8 })
  const feed = createFeed({ db, log: quiet, pollMs: 200 })
  const heard: PublishedEvent[] = []
  feed.subscribe(e => heard.push(e))
  t.teardown(async () => {
    await feed.close()
    await db.close()
  })
  await feed.settled()
  return { db, feed, heard }
}

t.test('every process hears each event once, in the order of commits', async t => {
  const { url } = await freshDatabase(t)
  const [a, b] = [await processOf(t, url), await processOf(t, url)]
  let release = (): void => {}
  const held = new Promise<void>(resolve => { release = resolve })
  // Written first, committed last: its id comes last, or a listener who resumes would never hear it.
  const slow = a.db.tx(async tx => {
    await a.feed.publish(tx, event('slow'))
    await tx.query('select 1')
    await held
  })
  const work: Array<Promise<void>> = []
  for (let i = 0; i < 100; i++) {
    const { db, feed } = i % 2 ? a : b
    work.push(db.tx(async tx => { await feed.publish(tx, event(`${i}-first`), event(`${i}-second`)) }))
  }
  await Promise.all(work)
  await until(() => a.heard.length === 200 && b.heard.length === 200, { what: '200 events are heard', seconds: 30 })
  release()
  await slow
  await until(() => a.heard.length === 201 && b.heard.length === 201, { what: 'the slow one is heard', seconds: 30 })
  t.equal(b.heard.at(-1)?.subject, 'slow')
  for (const { heard } of [a, b]) {
    const ids = heard.map(e => e.id ?? 0)
    t.strictSame(ids, [...ids].sort((x, y) => x - y), 'in order')
    t.equal(new Set(heard.map(e => e.subject)).size, 201, 'each once')
  }
  t.strictSame(a.heard.map(e => e.subject), b.heard.map(e => e.subject))
  const past = await a.feed.since(a.heard[99]?.id ?? 0, 50)
  t.strictSame(past.map(e => e.subject), b.heard.slice(100, 150).map(e => e.subject), 'resuming tells the same')
  t.match(past[0], event(past[0]?.subject ?? ''))
  t.equal(await a.feed.newestId(), a.heard.at(-1)?.id)
})

t.test('a rolled-back event is never heard; one left unannounced by a crash is', async t => {
  const { url, db } = await freshDatabase(t)
  const { db: own, feed, heard } = await processOf(t, url)
  await own.tx(async tx => {
    await feed.publish(tx, event('never'))
    throw new Error('no')
  }).catch(() => {})
  // Committed by a process that died before it could say so.
  await db.tx(async tx => { await feed.publish({ ...tx, afterCommit: () => {} }, event('orphan')) })
  await until(() => heard.length > 0, { what: 'the orphan is announced', seconds: 30 })
  t.strictSame(heard.map(e => e.subject), ['orphan'])
})

t.test('a few milliseconds from commit to screen', async t => {
  const { url } = await freshDatabase(t)
  const { db, feed, heard } = await processOf(t, url)
  const took: number[] = []
  for (let i = 0; i < 30; i++) {
    await db.tx(async tx => { await feed.publish(tx, event(`e${i}`)) })
    const committed = performance.now()
    await until(() => heard.length > i, { what: 'heard', seconds: 30, everyMs: 1 })
    took.push(performance.now() - committed)
  }
  const median = took.sort((x, y) => x - y)[15] ?? Infinity
  t.ok(median < 50, `median ${median.toFixed(1)} ms`)
})

t.test('momentary events reach other processes and are not kept', async t => {
  const { url } = await freshDatabase(t)
  const [a, b] = [await processOf(t, url), await processOf(t, url)]
  a.feed.broadcast(event('momentary'))
  t.match(a.heard, [{ subject: 'momentary', id: null }], 'here at once')
  await until(() => b.heard.length === 1, { what: 'heard in the other process', seconds: 30 })
  t.match(b.heard[0], { ...event('momentary'), id: null })
  a.feed.broadcast({ ...event('too large'), data: { text: 'x'.repeat(9000) } })
  await a.db.tx(async tx => { await a.feed.publish(tx, event('kept')) })
  await until(() => b.heard.length === 2, { what: 'the next event is heard', seconds: 30 })
  t.strictSame(a.heard.map(e => e.subject), ['momentary', 'too large', 'kept'], 'each momentary event once here')
  t.strictSame((await a.feed.since(0, 10)).map(e => e.subject), ['kept'])
})

t.test('the feed keeps a bounded past', async t => {
  const { url } = await freshDatabase(t)
  const db = createDatabase({ url })
  const feed = createFeed({ db, log: quiet, keepMs: 60_000, keepEvents: 3 })
  t.teardown(async () => {
    await feed.close()
    await db.close()
  })
  await db.tx(async tx => { await feed.publish(tx, ...Array.from({ length: 6 }, (_, i) => ({ ...event(`e${i}`), at: new Date() }))) })
  await feed.settled()
  await feed.sweep.run(new Date())
  t.strictSame((await feed.since(0, 10)).map(e => e.subject), ['e3', 'e4', 'e5'])
  await feed.sweep.run(new Date(Date.now() + 120_000))
  t.equal((await feed.since(0, 10)).length, 0)
})
