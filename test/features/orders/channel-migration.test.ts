// Orders of before channels were rows: each keeps what its channel was then, and the officer's time names its row.
import { randomUUID } from 'node:crypto'
import t from 'tap'
import { migratedTo } from '../../harness/servers/migrated-to.ts'

t.test('what stood goes by the first rows', async t => {
  const { db, migrateOn } = await migratedTo(t, '0051')
  const given = ['HOTLINE_962000', 'CITY_12345', 'PARTY_MAILBOX', 'GRID_PATROL', 'DEVICE_ALARM']
  for (const [i, channel] of given.entries()) {
    await db.query(`insert into work_order (id, number, state, channel, created_by, received_at, filed_at, updated_at)
      values ($1, $2, 'FILED', $3, '8001', now(), now(), now())`, [randomUUID(), `X${i}`, channel])
  }
  const [order] = await db.query<{ id: string }>('select id from work_order where number = \'X0\'')
  const reckoning = { since: '2026-11-23T02:00:00.000Z', days: { exceptions: {}, editions: {}, awaitsYear: null } }
  await db.query(`insert into callback (id, order_id, cycle, status, number_sealed, number_hash, due_at, officer_reckoning, created_at)
    values ($1, $2, 1, 'OFFICER', '\\x00', '\\x00', now(), $3, now())`, [randomUUID(), order?.id, JSON.stringify(reckoning)])
  await migrateOn()
  const rows = await db.query<{ channel: string, since: string, asked: boolean, restricted: boolean }>(`select channel,
    to_char(channel_since, 'YYYY-MM-DD') as since, asked_back as asked, restricted from work_order order by number`)
  t.same(rows.map(r => [r.channel, r.since, r.asked, r.restricted]), [
    ['HOTLINE_962000', '2000-01-01', true, false],
    ['CITY_12345', '2000-01-01', true, false],
    ['PARTY_MAILBOX', '2000-01-01', true, true],
    ['GRID_PATROL', '2000-01-01', false, false],
    ['DEVICE_ALARM', '2000-01-01', false, false]
  ])
  t.match(await db.query('select officer_reckoning as reckoning from callback'),
    [{ reckoning: { ...reckoning, policy: 'OFFICER_DECISION', policySince: '2000-01-01' } }])
})
