// A database that stands is taken along: days off become editions, deadlines keep what they were reckoned with, odd words stay.
import t from 'tap'
import { newId } from '../../../src/domain/ids.ts'
import { dueAt } from '../../../src/features/work-orders/clocks/rules/deadlines.ts'
import { migratedTo } from '../../harness/servers/migrated-to.ts'

t.test('days off and deadlines of before', async t => {
  const { db, migrateOn } = await migratedTo(t, '0014')
  await db.query(`insert into working_day_exception (day, working, name)
    values ('2026-10-01', false, '国庆节'), ('2026-10-02', false, '国庆节'), ('2026-10-10', true, '调休')`)
  const orderId = newId()
  await db.query(`insert into work_order (id, number, state, channel, created_by, received_at, updated_at)
    values ($1, '20260930-000001', 'FILED', 'CITY_12345', '8001', now(), now())`, [orderId])
  const old = async (kind: string, calendar: string, began: string, due: string, minutes: number): Promise<void> => {
    const explanation = {
      policy: 'FIRST_CONTACT',
      from: 'receipt',
      calendar,
      rule: 'minutes',
      minutes,
      used: 0,
      runningSince: began,
      began,
      timeZone: 'Asia/Shanghai'
    }
    await db.query('insert into deadline (id, order_id, kind, cycle, started_at, due_at, explanation) values ($1, $2, $3, 1, $4, $5, $6)',
      [newId(), orderId, kind, began, due, JSON.stringify(explanation)])
  }
  await old('first-contact', 'working', '2026-09-30T01:00:00.000Z', '2026-10-05T01:00:00.000Z', 1440)
  await old('citizen', 'working', '2026-12-31T01:00:00.000Z', '2027-01-01T01:00:00.000Z', 1440)
  await old('dispatch', 'clock', '2026-09-30T01:00:00.000Z', '2026-09-30T02:00:00.000Z', 60)
  const strange = newId()
  await db.query(`insert into work_order (id, number, state, channel, created_by, received_at, filed_at, updated_at)
    values ($1, '20260930-000002', 'FILED', 'FAX', '8001', now(), now(), now())`, [strange])

  await migrateOn()
  t.match(await db.query('select year, edition, entered_by as "by" from calendar_year'), [{ year: 2026, edition: 1, by: 'system' }])
  t.match(await db.query('select count(*)::int as days from calendar_day'), [{ days: 3 }])
  const rows = await db.query<{ kind: string, due: Date, explanation: Parameters<typeof dueAt>[0] }>(`select kind, due_at as due,
    explanation from deadline order by kind`)
  for (const { kind, due, explanation } of rows) t.same(dueAt(explanation), due, `${kind}: again from its explanation`)
  t.same(rows.map(r => r.explanation.days?.awaitsYear), [2027, undefined, null], 'the one that passed an unknown year waits for it')
  await db.query('update work_order set title = \'still to be worked on\' where id = $1', [strange])
  await t.rejects(db.query('update work_order set channel = \'TELEX\' where id = $1', [strange]), /work_order_channel/,
    'a stored channel stays, a new one keeps to the rows')
})
