// The sample week's orders are filed like everybody's: with timelines, clocks and their places in the life cycle.
import { randomBytes } from 'node:crypto'
import t from 'tap'
import { addSampleOrders } from '../../../src/bin/sample-orders.ts'
import { createSealing } from '../../../src/db/sealing.ts'
import { loadDistrict } from '../../../src/district/load-district.ts'
import { readDistrict } from '../../../src/district/read-district.ts'
import { freshDatabase } from '../../harness/servers/database.ts'

t.test('filed once', async t => {
  const { db } = await freshDatabase(t)
  const district = readDistrict()
  await db.tx(async tx => { await loadDistrict(tx, district) })
  const now = new Date('2026-11-22T14:00:00+08:00')
  const options = { db, sealing: createSealing(randomBytes(32)), timeZone: 'Asia/Shanghai', now }
  t.equal(await addSampleOrders(options), 30)
  t.equal(await addSampleOrders(options), 0, 'once')

  const rows = await db.query<{
    title: string,
    place: string,
    state: string,
    received_at: Date,
    events: number,
    confidential: boolean,
    calls: number
  }>(`
    select title, state, received_at, r.confidential, (select count(*) from order_event e where e.order_id = o.id) events,
      (select count(*) from call_work_order c where c.order_id = o.id) calls
    from work_order o join request r on r.filed_with = o.id order by received_at`)
  t.equal(rows.length, 30)
  for (const sample of district.orders) {
    const row = rows.find(r => r.title === sample.title &&
      r.received_at.toISOString() === new Date(`2026-11-${19 + sample.day}T${sample.time}:00+08:00`).toISOString())
    t.match(row, { state: sample.reach, confidential: sample.confidential || sample.requestType === 'REPORT_OF_WRONG' }, sample.id)
    t.ok((row?.events ?? 0) >= 1, `${sample.id} has a timeline`)
  }
  t.equal(rows.find(r => r.title === '早点摊占道')?.calls, 2)
  t.same(await db.query('select count(*) calls, count(*) filter (where abandoned_at is not null) abandoned from call'),
    [{ calls: 38, abandoned: 5 }])
  t.same(await db.query('select 1 from order_event where at > $1', [now]), [], 'nothing from the future')
})
