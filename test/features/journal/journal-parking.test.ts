import t, { type Test } from 'tap'
import type { Database } from '../../../src/db/database.ts'
import type { JournalHandler, PbxEvent } from '../../../src/pbx/pbx-event.ts'
import { journalCounts } from '../../../src/pbx/journal/journal.ts'
import { parkedRows, retryParked } from '../../../src/pbx/journal/parked.ts'
import { freshDatabase } from '../../harness/servers/database.ts'
import { journalCommand, journalFile, journalOf, line, shipperOf, userLine, type JournalFile } from './journal-file.ts'

/** A handler whose effects are rows, so that what is undone with a transaction is seen to be undone. */
function recorder (fails: (event: PbxEvent) => Error | null = () => null): JournalHandler & { batches: number[] } {
  const batches: number[] = []
  return {
    name: 'recorder',
    batches,
    async handle (tx, events) {
      batches.push(events.length)
      for (const event of events) {
        tx.write('insert into effect (num, linked_id) values ($1, $2)', [event.num, event.linkedId])
        const error = fails(event)
        if (error) throw error
      }
    }
  }
}

async function desk (t: Test): Promise<{ db: Database, url: string, file: JournalFile, effects: () => Promise<string[]> }> {
  const { db, url } = await freshDatabase(t)
  await db.query('create table effect (id bigint generated always as identity, num text, linked_id text)')
  return {
    db,
    url,
    file: await journalFile(),
    effects: async () => (await db.query<{ num: string }>('select num from effect order by id')).map(r => r.num)
  }
}

const call = (id: number, ...nums: number[]): string =>
  nums.map(num => line({ event: 'ANSWER', num: String(num), uniqueId: `pbx1-${id}.${num}`, linkedId: `pbx1-${id}.0` })).join('')

t.test('one bad row parks itself, and no other row: its call goes on', async t => {
  const { db, file, effects } = await desk(t)
  let cured = false
  const handler = recorder(e => e.num === '312' && !cured ? new Error('cannot handle this one') : null)
  const shipper = shipperOf(t, db, file)
  const journal = journalOf(t, db, { handlers: [handler] })
  const numbers = Array.from({ length: 600 }, (_, i) => i + 1)
  for (const n of numbers) file.append(call(n % 3 === 0 ? 7 : 1000 + n, n))
  await shipper.catchUp()
  t.ok(await journal.catchUp())
  t.strictSame(await effects(), numbers.filter(n => n !== 312).map(String), 'each effect once, in order')
  const parked = await parkedRows(db)
  t.equal(parked.length, 1)
  t.match(parked[0], { error: 'cannot handle this one', linkedId: 'pbx1-7.0' })
  t.ok(handler.batches.length < 60, `${handler.batches.length} batches, not one for each row`)

  file.append(call(7, 9001) + call(8, 9002))
  await shipper.catchUp()
  await journal.catchUp()
  t.strictSame((await effects()).slice(-2), ['9001', '9002'], 'later rows of its call do not wait')

  t.equal(await retryParked(db, 'pbx1-8.0'), 0, 'nothing of this call is parked')
  cured = true
  t.equal(await retryParked(db, 'pbx1-7.0'), 1)
  await journal.catchUp()
  t.strictSame((await effects()).slice(-1), ['312'])
  t.equal((await effects()).length, 602)
  t.match(await journalCounts(db, new Date()), { parked: 0, unhandled: 0, lagMs: 0 })
})

t.test('a row that nobody can handle is put aside by a person, and the audit says so', async t => {
  const { db, url, file, effects } = await desk(t)
  const shipper = shipperOf(t, db, file)
  const journal = journalOf(t, db, { handlers: [recorder(e => e.num === '2' ? new Error('never') : null)] })
  file.append(call(1, 1, 2, 3))
  await shipper.catchUp()
  await journal.catchUp()
  const [parked] = await parkedRows(db)
  const id = String(parked?.id)
  t.equal(await journalCommand(url, 'skip', String(Number(id) + 1)), 1, 'this row was handled')
  t.equal(await journalCommand(url, 'skip', 'all'), 1)
  t.match(await journalCounts(db, new Date()), { parked: 1 })
  t.equal(await journalCommand(url, 'skip', id), 0)
  t.match(await journalCounts(db, new Date()), { parked: 0, unhandled: 0 })
  t.equal(await retryParked(db), 0)
  await journal.catchUp()
  t.strictSame(await effects(), ['1', '3'])
  t.match(await db.query('select actor, action, subject, detail from audit_entry'),
    [{ actor: 'system', action: 'journal.skip', subject: id, detail: { event: 'ANSWER', linkedId: 'pbx1-1.0' } }])
  t.equal(await journalCommand(url, 'skip', id), 1, 'once')
})

t.test('an unknown or malformed event of ours is parked, never thrown away', async t => {
  const { db, file } = await desk(t)
  const seen: PbxEvent[] = []
  const shipper = shipperOf(t, db, file)
  const journal = journalOf(t, db, { handlers: [{ name: 'seen', handle: async (_tx, events) => { seen.push(...events) } }] })
  file.append(userLine('LD_OFFERED', { did: '962000', service: '', number: '+86 139&=%"', withheld: '0' }, { linkedId: 'a' }))
  file.append(userLine('LD_NEVER_HEARD_OF', { a: '1' }, { linkedId: 'b' }))
  file.append(userLine('LD_QUEUED', { queue: 'hotline' }, { linkedId: 'c' }))
  file.append(line({ event: 'HANGUP', extra: '{"hangupcause":17,"hangupsource":"PJSIP/trunk-0000000a","dialstatus":""}', linkedId: 'd' }))
  file.append(line({ event: 'HANGUP', extra: '{"hangupcause', linkedId: 'e' }))
  // A dialplan's own event may be named as a real one; it is not one.
  file.append(line({ event: 'CHAN_END', userType: 'CHAN_END', linkedId: 'f' }))
  await shipper.catchUp()
  await journal.catchUp()
  t.match(seen, [
    { kind: 'user', name: 'LD_OFFERED', data: { did: '962000', number: '+86 139&=%"' } },
    { kind: 'hangup', cause: 17, source: 'PJSIP/trunk-0000000a' },
    { kind: 'other' }
  ])
  t.equal(seen.length, 3)
  t.match(await parkedRows(db), [
    { event: 'LD_NEVER_HEARD_OF', error: 'LD_NEVER_HEARD_OF is not an event of the contract' },
    { event: 'LD_QUEUED', error: /priority/ },
    { event: 'HANGUP' }
  ])
})

t.test('a passing fault of the database parks nothing', async t => {
  const { db, file, effects } = await desk(t)
  let times = 0
  const handler = recorder(() => ++times <= 12 ? Object.assign(new Error('deadlock detected'), { code: '40P01' }) : null)
  const shipper = shipperOf(t, db, file)
  const journal = journalOf(t, db, { handlers: [handler] })
  file.append(call(1, 1, 2, 3))
  await shipper.catchUp()
  t.ok(await journal.catchUp())
  t.strictSame(await effects(), ['1', '2', '3'])
  t.equal((await parkedRows(db)).length, 0)
})

t.test('an error that only the commit shows parks the row as well', async t => {
  const { db, file, effects } = await desk(t)
  await db.query('alter table effect add constraint not_13 check (num <> \'13\')')
  const shipper = shipperOf(t, db, file)
  const journal = journalOf(t, db, { handlers: [recorder()] })
  file.append(call(1, 11) + call(2, 12) + call(3, 13) + call(4, 14))
  await shipper.catchUp()
  await journal.catchUp()
  t.strictSame(await effects(), ['11', '12', '14'])
  t.match(await parkedRows(db), [{ error: /not_13/ }])
})

t.test('two readers: one at a time, each row once', async t => {
  const { db, file, effects } = await desk(t)
  let inside = 0
  let together = 0
  const handler = (): JournalHandler => {
    const { handle } = recorder()
    return {
      name: 'slow',
      async handle (tx, events) {
        together = Math.max(together, ++inside)
        await tx.query('select pg_sleep(0.01)')
        await handle(tx, events)
        inside--
      }
    }
  }
  const shipper = shipperOf(t, db, file)
  const readers = [journalOf(t, db, { handlers: [handler()], batch: 7 }), journalOf(t, db, { handlers: [handler()], batch: 7 })]
  const numbers = Array.from({ length: 200 }, (_, i) => i + 1)
  for (const n of numbers) file.append(call(n, n))
  await shipper.catchUp()
  await Promise.all(readers.map(async r => await r.catchUp()))
  t.strictSame(await effects(), numbers.map(String))
  t.equal(together, 1)
})
