// A figure the city chooses is a row with a first day: what is decided from then on goes by it and names it, and nothing before.
import t from 'tap'
import { ruleRoutes } from '../../../src/policy/rule-routes.ts'
import { testApp } from '../../http/app-of-test.ts'
import { agent, dispatcher, illegalClinic, leader8031, orderWorld } from './order-world.ts'
import { boardsOf } from './wandering-orders.ts'

t.test('a rule entered for a day to come', async t => {
  const w = await orderWorld(t)
  const { send, hire, sessions } = await testApp(t, { on: w, routes: [ruleRoutes({ clock: w.clock, policies: w.policies })] })
  const { commands: c } = w.orders
  const boards = await boardsOf(w)
  w.at('2026-11-30 22:00')
  await hire('admin', ['ADMINISTRATOR'])
  await hire('8001', ['AGENT'], { extension: '8001' })
  await hire('8031', ['SHIFT_LEADER'])
  // A session of its own each time: a night passes between them.
  const cookieOf = async (login: string): Promise<string> => `liandong_session=${(await sessions.begin(w.db, login)).secret}`
  const enter = async (body: object, as = 'admin') => await send('POST', '/api/policies/rules', { cookie: await cookieOf(as), body })
  const stands = async (as = 'admin') => (await send('GET', '/api/policies/rules', { cookie: await cookieOf(as) }))
    .json<{ rules: Array<{ name: string, value: number, since: string | null }>, items: object[] }>()
  const { id } = await w.do(c.file, agent, illegalClinic)
  const urge = async (): Promise<unknown> => await w.tx(async tx => await c.urge(tx, dispatcher, { orderId: id, reason: '请抓紧' }))
  const toldRules = async (kind: string): Promise<unknown[]> => (await w.db.query<{ rule: unknown }>(
    'select detail->\'rule\' as rule from order_event where order_id = $1 and kind = $2 order by id', [id, kind])).map(row => row.rule)

  t.equal((await enter({ name: 'URGE_MINUTES', validFrom: '2026-12-01', value: 45 })).statusCode, 201)
  t.match((await enter({ name: 'URGE_MINUTES', validFrom: '2026-12-01', value: 30 })).json(),
    { name: 'URGE_MINUTES', value: 30, enteredBy: 'admin' }, 'not begun yet: it is replaced')
  t.equal((await enter({ name: 'SATISFIED_FROM', validFrom: '2026-12-01', value: 4 })).statusCode, 201)
  t.match((await stands('8001')).rules.find(r => r.name === 'URGE_MINUTES'), { value: 10, since: null }, 'today as shipped, for every desk')
  await urge()
  w.at('2026-11-30 22:11')
  await urge()

  w.at('2026-12-01 09:00')
  await urge()
  w.at('2026-12-01 09:29')
  await t.rejects(urge(), { code: 'urged-just-now', details: { rule: { name: 'URGE_MINUTES', value: 30, since: '2026-12-01' } } })
  w.at('2026-12-01 09:30')
  await urge()
  const [shipped, chosen] = [{ name: 'URGE_MINUTES', value: 10, since: null }, { name: 'URGE_MINUTES', value: 30, since: '2026-12-01' }]
  t.same(await toldRules('case.urge'), [shipped, shipped, chosen, chosen])
  t.match((await stands()).rules.find(r => r.name === 'URGE_MINUTES'), { value: 30, since: '2026-12-01' })

  const formula = async (from: string, to: string): Promise<string | undefined> => (await boards.board(
    { from: new Date(`${from}T00:00:00+08:00`), to: new Date(`${to}T00:00:00+08:00`) })).rates.find(r => r.key === 'satisfaction')?.formula
  t.match(await formula('2026-12-01', '2026-12-02'), /4–5分/)
  t.match(await formula('2026-11-01', '2026-12-01'), /3–5分/, 'a month that is over keeps its rule')

  const refused = async (body: object, wanted: object, as = 'admin'): Promise<void> => {
    const answer = await enter({ name: 'EXTENSIONS_A_ROUND', validFrom: '2027-01-01', value: 3, ...body }, as)
    t.match(answer.json(), wanted, JSON.stringify(body))
  }
  await refused({ validFrom: '2026-12-01' }, { code: 'invalid-input', details: { field: 'validFrom' } })
  await refused({ validFrom: '2026-11-30' }, { code: 'invalid-input', details: { field: 'validFrom' } })
  await refused({ validFrom: '2027-02-30' }, { code: 'invalid-input' })
  for (const value of [-1, 11, 2.5, '3', null, 1e9]) await refused({ value }, { code: 'invalid-input' })
  t.match((await enter({ name: 'SATISFIED_FROM', validFrom: '2027-01-01', value: 1 })).json(), { details: { field: 'value' } })
  await refused({ name: 'EVERYTHING' }, { code: 'invalid-input' })
  await refused({}, { code: 'not-allowed' }, '8031')
  t.equal((await stands('8031')).items.length, 2, 'nothing of it was kept')
  await t.rejects(w.tx(async tx => await w.policies.enterRule(tx, leader8031, { name: 'URGE_MINUTES', validFrom: '2099-01-01', value: 5 })),
    { code: 'not-allowed' }, 'the command itself refuses all but an administrator')
})

t.test('reworks until it is a problem order', async t => {
  const w = await orderWorld(t)
  const { commands: c } = w.orders
  await w.tx(async tx => await w.policies.enterRule(tx, { ...leader8031, roles: ['ADMINISTRATOR'] },
    { name: 'REWORKS_UNTIL_PROBLEM', validFrom: '2026-11-24', value: 1 }))
  w.at('2026-11-24 09:00')
  const { id } = await w.do(c.file, agent, illegalClinic)
  const { commands } = w.orders
  const unit = { ...dispatcher, id: 'd11', roles: ['HANDLER' as const], unitId: 'D11' }
  await w.do(commands.dispatch, dispatcher, { orderId: id, mode: 'single', unitIds: ['D11'], basis: 'statutory' })
  await w.do(commands.sign, unit, { orderId: id })
  await w.do(commands.start, unit, { orderId: id, noVisitReason: '电话可办' })
  await w.do(commands.report, unit, { orderId: id, text: '已查处' })
  await w.do(commands.acceptReport, dispatcher, { orderId: id })
  await w.do(commands.rework, dispatcher, { orderId: id, reason: '仍在营业' })
  t.match(await w.row(id), { state: 'REWORK', problem: true }, 'the first rework makes it one, and it waits for a decision')
  t.match(await w.db.query('select detail from order_event where order_id = $1 and kind = \'case.rework\'', [id]),
    [{ detail: { rule: { name: 'REWORKS_UNTIL_PROBLEM', value: 1, since: '2026-11-24' } } }])
})
