// A row of a policy that has begun is never changed, also by an administrator who waited for another over midnight.
import t from 'tap'
import type { Tx } from '../../../src/db/database.ts'
import { createPolicies, type Policies } from '../../../src/policy/policy.ts'
import type { ChannelPolicy } from '../../../src/policy/rules/channel-policy.ts'
import type { DeadlinePolicy } from '../../../src/policy/rules/deadline-policy.ts'
import { agent, illegalClinic, orderWorld, somebody, zone, type OrderWorld } from './order-world.ts'

const administrator = somebody('admin', null, 'ADMINISTRATOR')
const december = '2026-12-01'
const channel: ChannelPolicy = {
  code: 'NEIGHBOUR_APP',
  validFrom: december,
  name: '邻里通',
  nameEn: 'Neighbour app',
  sentWith: null,
  askedBack: true,
  restricted: false,
  clock: null,
  consultClock: null
}
const deadline: DeadlinePolicy = {
  name: 'CHANNEL_APP', validFrom: december, minutes: 2880, onSiteMinutes: null, maxExtendedMinutes: null, calendar: 'working'
}
const attempts = {
  purpose: 'emergency',
  validFrom: december,
  attempts: 3,
  gapSeconds: 40,
  delaySeconds: 0,
  ringSeconds: 28,
  windows: '',
  failures: null,
  unspokenFailures: null,
  failureGapSeconds: null,
  maxPostponedDays: null,
  replyDays: null
} as const

/** Each policy: how a row of it is entered, changed, and read. */
const kinds = {
  channel: {
    table: 'channel_policy',
    enter: async (p: Policies, tx: Tx, changed: boolean) =>
      await p.enterChannel(tx, administrator, changed ? { ...channel, askedBack: false } : channel)
  },
  deadline: {
    table: 'deadline_policy',
    enter: async (p: Policies, tx: Tx, changed: boolean) =>
      await p.enterDeadline(tx, administrator, changed ? { ...deadline, minutes: 60 } : deadline)
  },
  attempt: {
    table: 'attempt_policy',
    enter: async (p: Policies, tx: Tx, changed: boolean) =>
      await p.enterAttempts(tx, administrator, changed ? { ...attempts, attempts: 1 } : attempts)
  }
}

const rowsOf = async (w: OrderWorld, table: string): Promise<unknown> =>
  await w.db.query(`select * from ${table} where valid_from = $1`, [december])

async function waitsForALock (w: OrderWorld): Promise<void> {
  for (;;) {
    const waiting = await w.db.query('select from pg_stat_activity where datname = current_database() and wait_event_type = \'Lock\'')
    if (waiting.length > 0) return
  }
}

for (const [kind, { table, enter }] of Object.entries(kinds)) {
  t.test(`${kind}: a writer who waited for another over midnight changes nothing`, async t => {
    const w = await orderWorld(t)
    w.at('2026-11-30 22:00')
    await w.tx(async tx => { await enter(w.policies, tx, false) })
    const before = await rowsOf(w, table)
    const late = Promise.withResolvers<unknown>()
    await w.tx(async tx => {
      await tx.query(`select from ${table} where valid_from = $1 for no key update`, [december])
      w.tx(async tx => await enter(w.policies, tx, true)).then(late.resolve, late.resolve)
      await waitsForALock(w)
      w.at('2026-12-01 00:01')
      if (kind === 'channel') await w.do(w.orders.commands.file, agent, { ...illegalClinic, channel: channel.code })
    })
    t.match(await late.promise, { code: 'invalid-input', details: { field: 'validFrom' } })
    t.same(await rowsOf(w, table), before)
  })

  t.test(`${kind}: in the last five seconds of a day the next has begun`, async t => {
    const w = await orderWorld(t)
    w.at('2026-11-30 23:59')
    w.clock.advance(56_000)
    await t.rejects(w.tx(async tx => await enter(w.policies, tx, false)), { code: 'invalid-input', details: { field: 'validFrom' } })
    t.same(await rowsOf(w, table), [])
  })
}

t.test('channel: nor does it withdraw what has begun while it waited', async t => {
  const w = await orderWorld(t)
  w.at('2026-11-30 22:00')
  await w.tx(async tx => await w.policies.enterChannel(tx, administrator, channel))
  const before = await rowsOf(w, 'channel_policy')
  const late = Promise.withResolvers<unknown>()
  await w.tx(async tx => {
    await tx.query('select from channel_policy where valid_from = $1 for no key update', [december])
    w.tx(async tx => { await w.policies.withdrawChannel(tx, administrator, channel) }).then(late.resolve, late.resolve)
    await waitsForALock(w)
    w.at('2026-12-01 00:01')
  })
  t.match(await late.promise, { code: 'invalid-input', details: { field: 'validFrom' } })
  t.same(await rowsOf(w, 'channel_policy'), before)
})

t.test('a channel names times that another process entered a moment ago', async t => {
  const w = await orderWorld(t)
  w.at('2026-11-30 22:00')
  const other = createPolicies({ db: w.db, clock: w.clock, timeZone: zone })
  await other.deadlines()
  await w.tx(async tx => await w.policies.enterDeadline(tx, administrator, deadline))
  const entered = await w.tx(async tx => await other.enterChannel(tx, administrator, { ...channel, clock: 'CHANNEL_APP' }))
  t.match(entered, { code: 'NEIGHBOUR_APP', clock: 'CHANNEL_APP' })
})
