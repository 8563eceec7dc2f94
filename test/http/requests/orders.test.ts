import t, { type Test } from 'tap'
import { dispatchRoutes } from '../../../src/features/work-orders/assignment/dispatch-routes.ts'
import { workOrderRoutes } from '../../../src/features/work-orders/work-orders-routes.ts'
import { illegalClinic, orderWorld } from '../../features/orders/order-world.ts'
import { testApp } from '../app-of-test.ts'

const { channel, title, description, place, categoryCode, townId } = illegalClinic
const matter = {
  channel,
  title,
  description,
  place,
  categoryCode,
  townId,
  requestType: 'HELP',
  complainantName: '张先生',
  complainantNumber: '13900001001'
}

async function desk (t: Test) {
  const world = await orderWorld(t)
  const app = await testApp(t, { on: world, sealing: world.sealing, routes: [workOrderRoutes(world.orders), dispatchRoutes(world.orders)] })
  const agent = await app.cookieOf('agent1', ['AGENT', 'DISPATCHER'], { extension: '8001' })
  const file = async (body: object = {}, headers: Record<string, string> = {}, cookie = agent) =>
    await app.send('POST', '/api/work-orders', { cookie, body: { ...matter, ...body }, headers })
  return { ...world, ...app, agent, file }
}

t.test('an order filed twice by a nervous browser is one order', async t => {
  const { db, file } = await desk(t)
  const headers = { 'idempotency-key': 'one-and-the-same' }
  const answers = await Promise.all([file({}, headers), file({}, headers), file({}, headers)])
  t.strictSame(answers.map(answer => answer.statusCode), [201, 201, 201])
  t.equal(new Set(answers.map(answer => answer.body)).size, 1)
  const [count] = await db.query(`select (select count(*) from work_order) orders, (select count(*) from order_event
    where kind = 'case.file') filed, (select count(*) from audit_entry where action = 'order.file') audited`)
  t.strictSame(count, { orders: 1, filed: 1, audited: 1 })
})

t.test('an order that another system sends twice at once is one order', async t => {
  const { db, file } = await desk(t)
  for (let n = 0; n < 5; n++) {
    const answers = await Promise.all([1, 2, 3, 4].map(async () => await file({ sourceNumber: `12345-${n}` })))
    t.strictSame(answers.map(a => a.statusCode), [201, 201, 201, 201])
    t.equal(new Set(answers.map(a => a.json().id)).size, 1)
  }
  t.match(await db.query('select count(*)::int as n from work_order'), [{ n: 5 }])
})

t.test('a blank reason is refused', async t => {
  const { send, agent, file } = await desk(t)
  const { id } = (await file()).json()
  const blank = ['\u200b', ' ', '  ', '\n\n', '\u3164', '\u2800\u2800', '。。', '\ufe0f']
  for (const words of blank) {
    for (const [path, body] of Object.entries({ notes: { text: words }, answer: { reply: words } })) {
      t.match((await send('POST', `/api/work-orders/${id}/${path}`, { cookie: agent, body })).json(),
        { status: 400, code: 'invalid-input' }, `${path} ${JSON.stringify(words)}`)
    }
  }
  for (const words of ['是', '8', 'ok', '\u200b好', '第一行\n第二行']) {
    t.equal((await send('POST', `/api/work-orders/${id}/notes`, { cookie: agent, body: { text: words } })).statusCode, 200, words)
  }
})

t.test('two people changing one order at once: one is told', async t => {
  const { send, agent, file } = await desk(t)
  const { id, version } = (await file()).json()
  const amend = async (title: string) => await send('PUT', `/api/work-orders/${id}/matter`, { cookie: agent, body: { version, title } })
  const answers = await Promise.all([amend('first'), amend('second')])
  t.strictSame(answers.map(answer => answer.statusCode).sort(), [200, 409])
  const refused = answers.find(answer => answer.statusCode === 409)
  t.match(refused?.json(), { code: 'version-conflict', details: { version: version + 1 } })
})

t.test('bad input is a clear error and leaves nothing', async t => {
  const { db, file } = await desk(t)
  const table: Array<[string, object, string]> = [
    ['an unknown category', { categoryCode: '9999' }, 'unknown-category'],
    ['an unknown town', { townId: 'T99' }, 'unknown-town'],
    ['an unknown unit', { aboutUnitId: 'D99' }, 'unknown-unit'],
    ['an unknown channel', { channel: 'PIGEON' }, 'unknown-channel'],
    ['a channel that is no code', { channel: 'pigeon' }, 'invalid-input'],
    ['no number', { complainantNumber: 'call me' }, 'not-a-phone-number'],
    ['too short a number', { complainantNumber: '139000' }, 'not-a-phone-number'],
    ['an AMI header in the number', { complainantNumber: '13900001001\r\nAction: Originate' }, 'control-character'],
    ['an AMI header in the name', { complainantName: '张\r\nAction: Originate' }, 'control-character'],
    ['a name that reads backwards', { complainantName: '\u202Ereversed' }, 'control-character'],
    ['a name too long', { complainantName: '长'.repeat(201) }, 'invalid-input'],
    ['coordinates off the earth', { longitude: 181 }, 'invalid-input'],
    ['a moment that is none', { receivedAt: 'yesterday' }, 'invalid-input'],
    ['received in another century', { receivedAt: '1900-01-01T00:00:00Z' }, 'invalid-input'],
    ...['110', '119', '120', '122', '+86 110', '021-110', '0086 21 119', '１２０', '86110', '0 1 1 0'].map((complainantNumber): [
      string, object, string
    ] => [`emergency number ${complainantNumber}`, { complainantNumber }, 'emergency-number-refused'])
  ]
  for (const [what, body, code] of table) t.match((await file(body)).json(), { code }, what)
  t.strictSame(
    await db.query(`select (select count(*) from work_order) orders, (select count(*) from order_event) events,
      (select count(*) from outbox) alarms`),
    [{ orders: 0, events: 0, alarms: 0 }]
  )

  for (const complainantName of ['长'.repeat(200), 'محمد عبد الله', '\'; drop table work_order; --', '$(reboot) & <b>']) {
    t.equal((await file({ complainantName })).statusCode, 201, complainantName.slice(0, 30))
  }
  const spellings = ['13900001001', '+86 139 0000 1001', '0086-139-0000-1001', '８６13900001001', '139-0000-1001']
  for (const complainantNumber of spellings) t.equal((await file({ complainantNumber })).statusCode, 201, complainantNumber)
  const callers = await db.query('select distinct number_hash from request')
  t.equal(callers.length, 1, 'one caller in five spellings')
  t.equal((await file({ complainantNumber: null, anonymous: true })).statusCode, 201, 'a withheld number is no error')
})

t.test('a unit sees its own orders only, and no citizen\'s number', async t => {
  const { send, agent, file, cookieOf } = await desk(t)
  const { id, version } = (await file()).json()
  const mine = await cookieOf('d11', ['HANDLER'], { unitId: 'D11' })
  const other = await cookieOf('d01', ['HANDLER'], { unitId: 'D01' })
  const dispatched = await send('POST', `/api/work-orders/${id}/dispatch`,
    { cookie: agent, body: { version, mode: 'single', unitIds: ['D11'], basis: 'statutory' } })
  t.equal(dispatched.statusCode, 200, dispatched.body)
  t.equal((await send('GET', `/api/work-orders/${id}`, { cookie: mine })).statusCode, 200)
  t.ok([403, 404].includes((await send('GET', `/api/work-orders/${id}`, { cookie: other })).statusCode))
  t.strictSame((await send('GET', '/api/work-orders', { cookie: other })).json().items, [])
  const { version: now } = dispatched.json()
  t.ok([403, 404].includes((await send('POST', `/api/work-orders/${id}/sign`, { cookie: other, body: { version: now } })).statusCode))
  t.equal((await send('POST', `/api/work-orders/${id}/sign`, { cookie: mine, body: { version: now } })).statusCode, 200)
  for (const cookie of [mine, agent, await cookieOf('boss', ['LEADER']), await cookieOf('spot', ['VERIFIER'])]) {
    for (const url of [`/api/work-orders/${id}`, '/api/work-orders']) {
      t.notMatch((await send('GET', url, { cookie })).body, /1390000|0000 ?1001/, url)
    }
  }
})

t.test('lists are paged without gaps or repeats', async t => {
  const { send, agent, file, clock } = await desk(t)
  for (let i = 0; i < 7; i++) {
    await file({ title: `order ${i}` })
    if (i % 3 === 0) clock.advance(1000)
  }
  const seen: string[] = []
  for (let cursor = ''; ;) {
    const page = (await send('GET', `/api/work-orders?limit=2${cursor}`, { cookie: agent })).json()
    seen.push(...page.items.map((item: { title: string }) => item.title))
    if (page.next === null) break
    cursor = `&cursor=${page.next}`
  }
  t.equal(seen.length, 7)
  t.equal(new Set(seen).size, 7)
})

t.test('the log names no person', async t => {
  const { send, agent, file, logged } = await desk(t)
  const { id } = (await file()).json()
  await file({ complainantNumber: '13900001001x' })
  await send('POST', '/api/number-searches', { cookie: agent, body: { number: '13900001001', reason: '核对' } })
  await send('GET', `/api/work-orders/${id}`, { cookie: agent })
  t.notMatch(logged.join(), /1390000|张先生/)
})
