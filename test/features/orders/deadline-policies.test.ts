// How long something may take is a row with a first day: a clock goes by the row of the day it began on, and names it.
import t from 'tap'
import { deadlinesOf } from '../../../src/features/work-orders/clocks/deadline-store.ts'
import { policyRoutes } from '../../../src/policy/policy-routes.ts'
import { testApp } from '../../http/app-of-test.ts'
import { todaysPolicies } from '../../rules/orders/todays-policies.ts'
import { agent, dispatcher, illegalClinic, leader8031, orderWorld } from './order-world.ts'

const row = { minutes: 60, onSiteMinutes: null, maxExtendedMinutes: null, calendar: 'clock' }

t.test('the rows that stand are the city\'s times', async t => {
  const { policies } = await orderWorld(t)
  const byName = (a: { name: string }, b: { name: string }): number => a.name < b.name ? -1 : 1
  const shipped = [...todaysPolicies.rows].sort(byName).map(row => ({ ...row, enteredBy: 'system' }))
  t.same([...(await policies.deadlines()).rows].sort(byName).map(({ enteredAt: _, ...row }) => row), shipped)
})

t.test('a row entered for a day to come changes what begins from then on, and nothing before', async t => {
  const w = await orderWorld(t)
  const { send, cookieOf } = await testApp(t, { on: w, routes: [policyRoutes({ policies: w.policies })] })
  const { commands: c } = w.orders
  w.at('2026-11-30 22:00')
  const cookie = await cookieOf('admin', ['ADMINISTRATOR'])
  const enter = async (body: object) => await send('POST', '/api/policies/deadlines', { cookie, body: { ...row, ...body } })
  const clocks = async (orderId: string, kind: string) => (await deadlinesOf(w.db, orderId)).filter(d => d.kind === kind)

  const { id: before } = await w.do(c.file, agent, illegalClinic)
  t.match((await enter({ name: 'SIGN_NORMAL', validFrom: '2026-12-01', minutes: 45 })).json(), { name: 'SIGN_NORMAL', minutes: 45 })
  t.equal((await enter({ name: 'SIGN_NORMAL', validFrom: '2026-12-01' })).statusCode, 201, 'not begun yet: it is replaced')
  t.equal((await enter({ name: 'DISPATCH_NORMAL', validFrom: '2026-12-01', minutes: 30 })).statusCode, 201)
  const { items } = (await send('GET', '/api/policies/deadlines', { cookie })).json<{ items: Array<{ name: string }> }>()
  t.match(items.filter(({ name }) => name === 'DISPATCH_NORMAL'), [
    { validFrom: '2026-12-01', enteredBy: 'admin', enteredAt: /^2026-11-30T14:00:0/ },
    { validFrom: '2000-01-01', enteredBy: 'system' }
  ], 'each says who entered it, and when')
  await w.do(c.dispatch, dispatcher, { orderId: before, mode: 'single', unitIds: ['D11'], basis: 'statutory' })
  t.match(await clocks(before, 'sign'), [{ explanation: { policy: 'SIGN_NORMAL', since: '2000-01-01', minutes: 120 } }])

  w.at('2026-12-01 09:00')
  const { id: after } = await w.do(c.file, agent, { ...illegalClinic, title: '另一件' })
  t.match(await clocks(after, 'dispatch'),
    [{ dueAt: new Date('2026-12-01T09:30:00+08:00'), explanation: { policy: 'DISPATCH_NORMAL', since: '2026-12-01' } }])
  await w.do(c.dispatch, dispatcher, { orderId: after, mode: 'single', unitIds: ['D11'], basis: 'statutory' })
  t.match(await clocks(after, 'sign'), [{ explanation: { policy: 'SIGN_NORMAL', since: '2026-12-01', minutes: 60 } }])
  await w.do(c.amend, agent, { orderId: before, title: '同一件' })
  t.match(await clocks(before, 'dispatch'), [{ dueAt: new Date('2026-12-01T00:00:00+08:00') }], 'a clock that had begun keeps its row')
})

t.test('refused deadline policies', async t => {
  const w = await orderWorld(t)
  const { send, cookieOf } = await testApp(t, { on: w, routes: [policyRoutes({ policies: w.policies })] })
  const cookie = await cookieOf('admin', ['ADMINISTRATOR'])
  const leader = await cookieOf('8031', ['SHIFT_LEADER'])
  const enter = async (body: object, as = cookie) =>
    (await send('POST', '/api/policies/deadlines',
      { cookie: as, body: { ...row, validFrom: '2030-01-01', name: 'REWORK', ...body } })).json()
  t.match(await enter({ validFrom: '2026-11-23' }), { code: 'invalid-input', details: { field: 'validFrom' } }, 'today has begun')
  t.match(await enter({ validFrom: '2026-02-30' }), { code: 'invalid-input' })
  t.match(await enter({ minutes: null }), { code: 'invalid-input', details: { field: 'minutes' } })
  t.match(await enter({ minutes: 0 }), { code: 'invalid-input' })
  const refused = async (row: Record<string, unknown>, field: string): Promise<void> => {
    t.match(await enter(row), { code: 'invalid-input', details: { field } }, JSON.stringify(row))
  }
  await refused({ minutes: 600, onSiteMinutes: 601 }, 'onSiteMinutes')
  await refused({ minutes: 5000, maxExtendedMinutes: 10 }, 'maxExtendedMinutes')
  for (const name of ['SIGN_NORMAL', 'RETURN', 'FIRST_CONTACT', 'DISPATCH_URGENT', 'REWORK']) {
    await refused({ name, minutes: 600, onSiteMinutes: 60, maxExtendedMinutes: null }, 'onSiteMinutes')
  }
  for (const name of ['SIGN_NORMAL', 'RETURN', 'FIRST_CONTACT', 'DISPATCH_URGENT']) {
    await refused({ name, minutes: 600, onSiteMinutes: null, maxExtendedMinutes: 700 }, 'maxExtendedMinutes')
  }
  t.match(await enter({ name: 'EVERYTHING' }), { code: 'invalid-input' })
  t.match(await enter({}, leader), { code: 'not-allowed' })
  t.equal((await send('GET', '/api/policies/deadlines', { cookie: leader })).json().items.length, todaysPolicies.rows.length,
    'a shift leader may look')
})

t.test('the command itself refuses all but an administrator, whatever the route says', async t => {
  const w = await orderWorld(t)
  const later = { name: 'SIGN_NORMAL', validFrom: '2099-01-01', minutes: 60, onSiteMinutes: null, maxExtendedMinutes: null } as const
  await t.rejects(w.tx(async tx => await w.policies.enterDeadline(tx, leader8031, { ...later, calendar: 'clock' })),
    { code: 'not-allowed' })
})
