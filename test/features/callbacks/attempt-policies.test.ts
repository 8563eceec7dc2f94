// How often and when somebody is rung is a row with a first day: what is decided goes by the row of its day, and names it.
import t, { type Test } from 'tap'
import type { PhoneNumber } from '../../../src/domain/telephone/phone-number.ts'
import { createPolicies } from '../../../src/policy/policy.ts'
import { policyRoutes } from '../../../src/policy/policy-routes.ts'
import { until } from '../../../src/servers/until.ts'
import { testApp } from '../../http/app-of-test.ts'
import { todaysAttempts } from '../../rules/orders/todays-policies.ts'
import { callbackWorld, officer, person, zone, type CallbackWorld } from './callback-world.ts'

const fromDecember = '2026-12-01'
const callbackRow = {
  purpose: 'callback',
  validFrom: fromDecember,
  attempts: 2,
  gapSeconds: null,
  delaySeconds: null,
  ringSeconds: 25,
  windows: '10:00-12:00,14:00-18:00',
  failures: 1,
  unspokenFailures: 2,
  failureGapSeconds: 600,
  maxPostponedDays: 5,
  replyDays: 1
}
const missedRow = {
  ...callbackRow,
  ...{ purpose: 'missed-call', attempts: 3, gapSeconds: 600, delaySeconds: 60, ringSeconds: 20, windows: '08:00-22:00' },
  ...{ failures: null, unspokenFailures: null, failureGapSeconds: null, maxPostponedDays: null, replyDays: null }
}
const emergencyRow = { ...missedRow, purpose: 'emergency', delaySeconds: 0, windows: '' }

async function desk (t: Test, world: CallbackWorld) {
  const { send, hire, sessions } = await testApp(t, {
    on: { db: world.db, url: '', clock: world.clock }, routes: [policyRoutes({ policies: world.policies })]
  })
  await hire('admin', ['ADMINISTRATOR'])
  await hire('8031', ['SHIFT_LEADER'])
  // A session of its own each time: days pass between them.
  const ask = async (method: string, login: string, body?: object) => await send(method, '/api/policies/attempts',
    { cookie: `liandong_session=${(await sessions.begin(world.db, login)).secret}`, ...(body === undefined ? {} : { body }) })
  return {
    enter: async (body: object, login = 'admin') => await ask('POST', login, body),
    rows: async (login = 'admin') => (await ask('GET', login)).json().items
  }
}

interface Request { attempts: number, gap: number, ring: number, windows: string, wait: number }
/** Requests of a purpose, the oldest first; `wait`: seconds until the first leg may be placed. */
const requests = async (world: CallbackWorld, purpose: string): Promise<Request[]> => await world.db.query<Request>(`
  select attempts, gap_seconds as gap, ring_seconds as ring, windows, extract(epoch from next_at - created_at)::int as wait
  from dial_request where purpose = $1 order by created_at, id`, [purpose])

t.test('the rows that stand are today\'s figures', async t => {
  const world = await callbackWorld(t)
  const byPurpose = (a: { purpose: string }, b: { purpose: string }): number => a.purpose < b.purpose ? -1 : 1
  const { rows } = await desk(t, world)
  const figures = (row: object): object => ({ ...row, enteredAt: null })
  t.same((await rows()).sort(byPurpose).map(figures), [...todaysAttempts.rows].sort(byPurpose).map(figures))
})

t.test('a callback goes by the row of the day it is decided on', async t => {
  const world = await callbackWorld(t)
  const { enter } = await desk(t, world)
  const { desk: officers, queries } = world.callbacks
  const attempts = async (id: string) => (await queries.one(world.db, id)).attemptList
  world.at('2026-11-29 16:00')
  const orderId = await world.acceptedOrder()
  const { id } = await world.callbackOf(orderId)
  t.match((await enter(callbackRow)).json(), { ...callbackRow, enteredBy: 'admin', enteredAt: /^2026-11-29T08:00:0/ })

  world.at('2026-11-30 09:00')
  await world.sweep()
  t.match(await requests(world, 'callback'), [{ ring: 30, windows: '09:00-12:00,13:30-20:00' }], 'November: from nine, for 30 s')
  await world.reports(await world.leg(), 'rings', { hangup: 19 }, 'ends')
  t.match(await attempts(id), [{ policySince: '2000-01-01' }])
  t.match(await queries.one(world.db, id), { status: 'SCHEDULED', dueAt: new Date('2026-11-30T13:30:00+08:00'), policySince: '2000-01-01' })
  const late = new Date('2026-12-08T15:00:00+08:00')
  await world.tx(async tx => await officers.postpone(tx, officer, { callbackId: id, until: late, how: '市民来信' }))
  world.at('2026-12-01 09:30')
  await t.rejects(world.tx(async tx => await officers.postpone(tx, officer, { callbackId: id, until: late, how: '市民来信' })),
    { code: 'invalid-input' }, 'December: put off for five days at most')
  const morning = new Date('2026-12-01T09:40:00+08:00')
  t.match(await world.tx(async tx => await officers.postpone(tx, officer, { callbackId: id, until: morning, how: '市民来信' })),
    { dueAt: new Date('2026-12-01T10:00:00+08:00'), policySince: fromDecember }, 'and not before ten')
  await t.rejects(world.tx(async tx => await officers.dial(tx, officer, { callbackId: id })),
    { code: 'outside-allowed-hours', details: { windows: '10:00-12:00,14:00-18:00' } })
  world.at('2026-12-01 10:00')
  await world.sweep()
  t.match((await requests(world, 'callback'))[1], { ring: 25, windows: '10:00-12:00,14:00-18:00' })
  await world.reports(await world.leg(), 'rings', { hangup: 19 }, 'ends')
  t.match(await attempts(id), [{ policySince: '2000-01-01' }, { policySince: fromDecember }])
  t.match(await queries.one(world.db, id), { status: 'UNREACHABLE', unanswered: 2, policySince: fromDecember }, 'two are all')
  world.at('2026-12-02 10:30')
  const number = '+8613900001002' as PhoneNumber
  const reply = { id: 1, from: number, numberHashes: [world.sealing.fingerprint(number)], body: '3', at: world.clock.now() }
  t.notOk(await world.tx(async tx => await world.callbacks.replyListener(tx, reply)), 'and the reply counts for one day')
})

t.test('an officer\'s time goes by the row of the day it began on, and names it', async t => {
  const world = await callbackWorld(t)
  const administrator = person('admin', 'ADMINISTRATOR')
  const times = { name: 'OFFICER_DECISION', validFrom: fromDecember, onSiteMinutes: null, maxExtendedMinutes: null } as const
  world.at('2026-11-29 16:00')
  await world.tx(async tx => await world.policies.enterDeadline(tx, administrator, { ...times, minutes: 120, calendar: 'clock' }))
  const rated = async (from: string): Promise<[status: string, due: string, policy: unknown]> => {
    const orderId = await world.acceptedOrder()
    const { id } = await world.callbackOf(orderId)
    world.at(from)
    const bad = { callbackId: id, contacted: true, solved: 'no' as const, grade: 1, freeWords: '来信' }
    await world.tx(async tx => await world.callbacks.desk.recordAnswers(tx, officer, bad))
    const { status, officer_due_at: due, officer_reckoning: { policy, policySince } } = await world.callbackOf(orderId) as unknown as {
      status: string, officer_due_at: Date, officer_reckoning: { policy: string, policySince: string }
    }
    const said = { status, officerDueAt: due, officerPolicySince: policySince }
    t.match((await world.orders.queries.one(officer, orderId)).callbacks, [said], 'the order says so')
    t.match(await world.callbacks.queries.one(world.db, id), said, 'and the callback')
    return [status, due.toISOString().slice(0, 16), `${policy} ${policySince}`]
  }
  t.same(await rated('2026-11-30 10:00'), ['OFFICER', '2026-12-01T02:00', 'OFFICER_DECISION 2000-01-01'], 'one working day')
  t.same(await rated('2026-12-01 10:00'), ['OFFICER', '2026-12-01T04:00', `OFFICER_DECISION ${fromDecember}`], 'two hours')
})

t.test('a callback that fails through us goes to a person as the row says', async t => {
  const world = await callbackWorld(t)
  const { enter } = await desk(t, world)
  world.at('2026-11-30 16:00')
  t.equal((await enter({ ...callbackRow, failures: 2 })).statusCode, 201)
  const before = await world.acceptedOrder()
  t.match(await world.callbackOf(before), { due_at: new Date('2026-12-01T09:00:00+08:00') }, 'planned by the row of November')
  world.at('2026-12-01 09:00')
  await world.sweep()
  t.equal(world.switchboard.told.length, 0, 'December begins at ten')
  t.match(await world.callbackOf(before), { next_at: new Date('2026-12-01T10:00:00+08:00'), technical: 0 })
  for (const [time, next] of [['10:00', '02:10'], ['10:11', '02:21']] as const) {
    world.at(`2026-12-01 ${time}`)
    await world.sweep()
    await world.reports(await world.leg(), { hangup: 34 }, 'ends')
    const [again] = await world.db.query<{ at: Date }>('select next_at as at from callback where order_id = $1', [before])
    t.equal(again?.at.toISOString().slice(0, 16), `2026-12-01T${next}`, 'ten minutes later')
  }
  t.match(await world.callbackOf(before), { by_person: true, by_person_reason: 'machine-failed', technical: 2 })
})

t.test('a missed call goes by the row of its day', async t => {
  const world = await callbackWorld(t)
  const { enter } = await desk(t, world)
  const since = async (call: string) => (await world.db.query<{ detail: object }>(
    'select detail from call_event where call_id = $1 and kind = \'missed-call-return\'', [call]))[0]?.detail
  world.at('2026-11-30 10:00')
  t.equal((await enter(missedRow)).statusCode, 201)
  await world.missedCall('13900001771', 'c-november')
  t.same(await requests(world, 'missed-call'), [{ attempts: 2, gap: 1800, ring: 30, windows: '09:00-20:00', wait: 300 }])
  world.at('2026-12-01 10:00')
  await world.missedCall('13900001772', 'c-december')
  t.same((await requests(world, 'missed-call'))[1], { attempts: 3, gap: 600, ring: 20, windows: '08:00-22:00', wait: 60 })
  t.match(await since('c-november'), { policy: 'missed-call', since: '2000-01-01' })
  t.match(await since('c-december'), { policy: 'missed-call', since: fromDecember })
})

t.test('a start past midnight leaves what an administrator entered for the new day', async t => {
  const world = await callbackWorld(t)
  const administrator = person('admin', 'ADMINISTRATOR')
  const entered = { ...emergencyRow, purpose: 'emergency' as const, attempts: 5 }
  const idle: string[] = []
  const start = (attempts: number) => createPolicies({
    db: world.db, clock: world.clock, timeZone: zone, settings: { emergency: { attempts } }, onIdle: names => { idle.push(...names) }
  })
  world.at('2026-11-30 23:59')
  const starting = await world.tx(async tx => {
    await world.policies.enterAttempts(tx, administrator, entered)
    world.at('2026-12-01 00:00')
    const begun = start(2).attempts()
    await until(async () => (await world.db.query(
      'select from pg_stat_activity where datname = current_database() and wait_event_type = \'Lock\'')).length > 0,
    { what: 'the start waits for the administrator\'s row' })
    return { begun }
  })
  const standing = (await starting.begun).rows.filter(row => row.purpose === 'emergency')
  t.match(standing, [{ validFrom: fromDecember, attempts: 5, enteredBy: 'admin' }, { validFrom: '2000-01-01', enteredBy: 'system' }])
  t.same(idle, ['EMERGENCY_ATTEMPTS'], 'the setting without effect is named')
})

t.test('a second start on one day writes the row of the settings again', async t => {
  const world = await callbackWorld(t)
  world.at('2026-11-30 10:00')
  for (const attempts of [2, 4]) {
    const { attempts: read } = createPolicies({ db: world.db, clock: world.clock, timeZone: zone, settings: { emergency: { attempts } } })
    t.match((await read()).rows.filter(row => row.purpose === 'emergency'),
      [{ validFrom: '2026-11-30', attempts, enteredBy: 'settings' }, { validFrom: '2000-01-01', attempts: 3, enteredBy: 'system' }])
  }
})

t.test('a row that a start with its clock ahead left for a day to come is withdrawn at the next start', async t => {
  const world = await callbackWorld(t)
  const start = () => createPolicies({ db: world.db, clock: world.clock, timeZone: zone, settings: { emergency: { attempts: 2 } } })
  world.at('2027-11-30 10:00')
  t.equal((await start().attempts()).rows.find(row => row.purpose === 'emergency')?.validFrom, '2027-11-30')
  world.at('2026-11-30 10:00')
  const { enter } = await desk(t, world)
  t.equal((await enter({ ...emergencyRow, attempts: 5 })).statusCode, 201)
  const rows = (await start().attempts()).rows.filter(row => row.purpose === 'emergency')
  t.same(rows.map(row => `${row.validFrom} ${row.enteredBy}`), ['2026-12-01 admin', '2026-11-30 settings', '2000-01-01 system'])
})

t.test('attempt policies that are refused', async t => {
  const world = await callbackWorld(t)
  const { enter, rows } = await desk(t, world)
  world.at('2026-11-30 16:00')
  const refused = async (body: object, field: string | null, why: string): Promise<void> => {
    t.match((await enter(body)).json(), { code: 'invalid-input', ...(field === null ? {} : { details: { field } }) }, why)
  }
  await refused({ ...callbackRow, validFrom: '2026-11-30' }, 'validFrom', 'today has begun')
  await refused({ ...callbackRow, windows: '9-12' }, 'windows', 'no hours')
  await refused({ ...callbackRow, windows: '' }, 'windows', 'nobody is rung at night by a slip of the pen')
  await refused({ ...missedRow, windows: '' }, 'windows', 'nor after a missed call')
  await refused({ ...callbackRow, replyDays: null }, 'replyDays', 'a callback needs it')
  await refused({ ...missedRow, gapSeconds: null }, 'gapSeconds', 'half-days are for callbacks')
  await refused({ ...emergencyRow, windows: '09:00-20:00' }, 'windows', 'an emergency waits for no hour')
  await refused({ ...emergencyRow, maxPostponedDays: 3 }, 'maxPostponedDays', 'nor is it put off')
  await refused({ ...callbackRow, attempts: 0 }, null, 'nobody would be rung')
  await refused({ ...callbackRow, ringSeconds: 121 }, null, 'too long')
  await refused({ ...callbackRow, purpose: 'manual' }, null, 'by hand is one attempt')
  await t.rejects(world.db.query('update attempt_policy set windows = \'\' where purpose = \'callback\''), /attempt_policy_hours/)
  t.match((await enter(callbackRow, '8031')).json(), { code: 'not-allowed' })
  t.equal((await rows('8031')).length, todaysAttempts.rows.length, 'a shift leader may look')
  t.equal((await enter(emergencyRow)).statusCode, 201)
  t.equal((await enter({ ...emergencyRow, attempts: 4 })).statusCode, 201, 'not begun yet: it is replaced')
  t.match((await rows()).filter((row: { purpose: string }) => row.purpose === 'emergency'), [{ attempts: 4 }, { attempts: 3 }])
})
