import type { Database } from '../../src/db/database.ts'

/**
 * A year of a district's orders, straight into the tables: one in sixteen is still open, one in twelve was overtime; every
 * filed one has its lead and its handling clock, every closed one its callback. What lists and counts read, nothing more.
 */
export async function loadOrdersOfAYear (db: Database, count: number): Promise<void> {
  await db.tx(async tx => {
    // Every reference is right by its making: looking each up would take longer than the rest.
    tx.write('set local session_replication_role = replica')
    await tx.query(`
      with towns as (select array_agg(id order by id) a from unit where kind = 'town'),
        departments as (select array_agg(id order by id) a from unit where kind = 'department'),
        classes as (select array_agg(code order by code) a from category)
      insert into work_order (id, number, state, channel, channel_since, asked_back, restricted, category_code, urgency,
        title, description, town_id, created_by, received_at, filed_at, dispatched_at, first_contact_at, closed_at,
        citizen_due_at, handling_overtime_at, return_count, rework_count, callback_status, updated_at)
      select gen_random_uuid(), to_char(r.at, 'YYYYMMDD') || '-' || lpad((500000 + i)::text, 6, '0'),
        case when i % 16 > 0 then case when i % 40 = 1 then 'ANSWERED' else 'CLOSED' end
        else (array['FILED', 'DISPATCHED', 'SIGNED', 'ON_SITE', 'HANDLING', 'HANDLING', 'HANDLING', 'REPORTED', 'VERIFYING',
        'RETURN_REQUESTED', 'COORDINATING', 'REWORK'])[1 + (i / 16) % 12] end,
        (array['HOTLINE_962000', 'HOTLINE_962000', 'HOTLINE_962000', 'CITY_12345', 'POLICE_110', 'GRID_PATROL'])[1 + i % 6],
        '2000-01-01', i % 6 < 5, false,
        classes.a[1 + (i * 7) % array_length(classes.a, 1)], case when i % 400 = 0 then 'critical' when i % 30 = 0 then 'urgent'
        else 'normal' end, '第' || i || '号诉求：夜间施工噪声扰民', '工地夜里十二点还在打桩，居民无法入睡。', towns.a[1 + (i * 11) % array_length(towns.a, 1)], 'bench',
        r.at, r.at, r.at + interval '20 minutes', r.at + interval '5 hours', case when i % 16 > 0 then r.at + interval '4 days' end,
        r.at + interval '15 days', case when i % 12 = 0 then r.at + interval '5 days' end, (i % 25 = 0)::int, (i % 33 = 0)::int,
        case when i % 16 > 0 then 'CONFIRMED' else 'PENDING' end, r.at
      from generate_series(1, $1) i cross join lateral (select now() - i * (interval '365 days' / $1) - interval '10 minutes' as at) r,
        towns, departments, classes`, [count])
    await tx.query(`
      insert into request (id, order_id, filed_with, request_type) select gen_random_uuid(), id, id, 'COMPLAINT' from work_order`)
    await tx.query(`
      with units as (select array_agg(id order by id) a from unit where kind in ('town', 'department'))
      insert into assignment (id, order_id, no, role, unit_id, basis, cycle, state, dispatched_at, notified_at, signed_at, ended_at,
        end_reason)
      select gen_random_uuid(), o.id, 1, 'lead', case when right(o.number, 1) < '5' then o.town_id
        else units.a[1 + right(o.number, 6)::int % array_length(units.a, 1)] end, 'statutory', 1,
        case when o.closed_at is null then 'handling' else 'ended' end, o.dispatched_at, o.dispatched_at, o.dispatched_at, o.closed_at,
        case when o.closed_at is not null then 'closed' end
      from work_order o, units where o.state not in ('FILED', 'REWORK')`)
    await tx.query(`
      insert into deadline (id, order_id, assignment_id, kind, cycle, started_at, due_at, stopped_at, explanation)
      select gen_random_uuid(), o.id, a.id, 'handling', 1, a.dispatched_at, a.dispatched_at + interval '5 days', o.closed_at, '{}'
        from assignment a join work_order o on o.id = a.order_id`)
    await tx.query(`
      insert into callback (id, order_id, request_id, cycle, status, number_sealed, number_hash, contacted, solved, grade, attempts, due_at,
        created_at, finished_at)
      select gen_random_uuid(), o.id, r.id, 1, 'CONFIRMED', '\\x00', '\\x00', true,
        case when right(number, 1) < '8' then 'yes' else 'no' end, 1 + right(number, 2)::int % 5, 1, closed_at, closed_at, closed_at
        from work_order o join request r on r.filed_with = o.id where o.state = 'CLOSED'`)
  })
  await db.query('analyze')
}
