// The dispatch catalogue by the API: rows tried, entered and ended; and the suggested unit, which names its row.
import t from 'tap'
import { createCatalogueChanges } from '../../../src/features/catalogue/catalogue-changes.ts'
import { catalogueRoutes } from '../../../src/features/catalogue/catalogue-routes.ts'
import { objectionRoutes } from '../../../src/features/work-orders/objections/objection-routes.ts'
import { workOrderRoutes } from '../../../src/features/work-orders/work-orders-routes.ts'
import { agent as takes, dispatcher, handler, orderWorld, somebody } from '../../features/orders/order-world.ts'
import { testApp } from '../app-of-test.ts'

const w = await orderWorld(t)
w.at('2026-11-23 09:00')
const { db, clock, directory, catalogue } = w
const changes = createCatalogueChanges({ clock, catalogue, directory })
const app = await testApp(t, {
  on: w,
  sealing: w.sealing,
  routes: [
    catalogueRoutes({ db, catalogue, changes, directory }), workOrderRoutes(w.orders), objectionRoutes({ db, queries: w.orders.queries })
  ]
})
let agent = await app.cookieOf('agent', ['AGENT', 'DISPATCHER'])
let admin = await app.cookieOf('admin', ['ADMINISTRATOR'])
/** The next morning everybody signs in anew. */
const morning = async (day: string): Promise<void> => {
  w.at(`${day} 09:00`)
  agent = await app.cookieOf(`agent-${day}`, ['AGENT', 'DISPATCHER'])
  admin = await app.cookieOf(`admin-${day}`, ['ADMINISTRATOR'])
}
const post = async (path: string, body: object, cookie = admin) => await app.send('POST', `/api/catalogue/${path}`, { cookie, body })
const listed = async (query = '') => (await app.send('GET', `/api/catalogue${query}`, { cookie: agent })).json<{
  items: Array<{ id: string, validFrom: string, validTo: string | null, categoryCode: string, basisText: string, enteredBy: string }>
  gaps: string[]
}>()
const route = async (query: Record<string, string>) =>
  (await app.send('GET', `/api/work-orders/route?${new URLSearchParams(query).toString()}`, { cookie: agent })).json<object>()

const road = {
  categoryCode: '0201',
  place: '申长路',
  validFrom: '2026-11-24',
  lead: 'unit',
  leadUnit: 'D03',
  coUnits: ['D23'],
  basisKind: 'minutes',
  basisText: '养护移交纪要 2026-9'
}
const rows = (...given: object[]) => ({ rows: given })

t.test('the sample: its rows, and the classes it says nothing of', async t => {
  const { items, gaps } = await listed()
  t.equal(items.length, 18)
  t.same(gaps, ['1502'], '动拆迁 alone goes by the town without a row')
  t.equal((await listed('?category=1104')).items.length, 7)
  t.match(await route({ category: '1104', title: '无证发廊' }), {
    suggestion: { unitId: 'D10', coUnitIds: ['D01'], basis: 'agreed', why: 'row', row: { basisKind: 'minutes', validFrom: '2013-01-01' } },
    conflict: null
  })
  t.match(await route({ category: '1104', title: '发廊和棋牌室', townId: 'T04' }),
    { suggestion: null, conflict: { unitIds: ['D10', 'D01'], rows: [{ object: '发廊 美容 足浴' }, { object: '棋牌室 麻将' }] } })
  t.match(await route({ category: '1502', townId: 'T04' }), { suggestion: { unitId: 'T04', why: 'territory', row: null } })
  t.match(await route({ category: '0105', townId: 'T04' }), { suggestion: { unitId: 'T04', why: 'row', basis: 'statutory' } })
})

t.test('rows are tried, refused, entered from tomorrow on, and entered once', async t => {
  for (const path of ['check', 'rows']) t.equal((await post(path, rows(road), agent)).statusCode, 403, path)
  t.match((await post('check', rows(road, { ...road, validFrom: '2026-11-23' }, { ...road, leadUnit: 'T12', basisKind: 'law' }))).json(),
    { faults: [{ line: 2, fault: 'begun' }, { line: 3, fault: 'town-without-list' }, { line: 3, fault: 'twice' }] })
  t.equal((await listed()).items.length, 18, 'tried alone')
  for (const [over, code, guard] of [
    [{ validFrom: '2026-11-23' }, 'invalid-input', 'begun'],
    [{ leadUnit: 'D77' }, 'unknown-unit', 'unknown-unit'],
    [{ categoryCode: '9999' }, 'unknown-category', 'unknown-category'],
    [{ townId: 'D03' }, 'unknown-town', 'unknown-town'],
    [{ backstop: true }, 'invalid-input', 'backstop-not-designated']
  ] as const) t.match((await post('rows', rows(road, { ...road, place: '别处', ...over }))).json(), { code, details: { guard, line: 2 } })
  t.equal((await listed()).items.length, 18, 'all of them or none')
  for (const over of [{ basisText: '\u200B' }, { place: '' }, { lead: 'mayor' }, { validFrom: '2026-02-30' }, { categoryCode: '1' }]) {
    t.equal((await post('rows', rows({ ...road, ...over }))).statusCode, 400, JSON.stringify(over))
  }
  t.match((await post('rows', rows(road))).json(), { saved: 1, ended: 0, known: 0, faults: [] })
  t.match((await post('rows', rows(road))).json(), { saved: 0, ended: 0, known: 1, faults: [] })
  t.match((await listed('?category=0201')).items, [{ basisText: road.basisText, enteredBy: 'admin' }])
  t.same((await listed('?category=0201&day=2026-11-23')).items, [], 'not yet')
})

t.test('a row counts from its first day to its last; the next one ends it', async t => {
  const asked = { category: '0201', townId: 'T12', place: '新虹街道 申长路 100 号' }
  t.match(await route(asked), { suggestion: { unitId: 'D23', why: 'owner' } })
  await morning('2026-11-24')
  t.match(await route(asked), { suggestion: { unitId: 'D03', coUnitIds: ['D23'], basis: 'agreed', row: { basisText: road.basisText } } })
  t.match(await route({ ...asked, aboutUnitId: 'D03' }), { suggestion: { unitId: 'D23' } }, 'never to the unit complained about')
  t.match((await post('rows', rows({ ...road, leadUnit: 'D14' }))).json(), { code: 'invalid-input', details: { guard: 'begun' } })
  t.match((await post('rows', rows({ ...road, validFrom: '2026-12-01', leadUnit: 'D14' }))).json(), { saved: 1, ended: 1 })
  const { items: [first, second] } = await listed('?category=0201')
  t.match([first, second], [{ validTo: '2026-11-30' }, { validTo: null }])
  const end = async (id: string | undefined, lastDay: string) => await post(`rows/${id ?? ''}/end`, { lastDay })
  t.equal((await end(first?.id, '2026-11-23')).statusCode, 400, 'a day that is over')
  t.equal((await end(first?.id, '2026-12-05')).statusCode, 400, 'longer than the next row lets it')
  t.equal((await end(second?.id, '2026-11-25')).statusCode, 400, 'before its first day')
  t.match((await end('6b0f3c4e-5a1d-4f0b-9a53-0d6c2f1b7e10', '2026-12-05')).json(), { code: 'not-found' })
  t.match((await end(first?.id, '2026-11-24')).json(), { id: first?.id, validTo: '2026-11-24' })
  await morning('2026-11-25')
  t.match(await route(asked), { suggestion: { unitId: 'D23', why: 'owner' } }, 'between two rows')
  t.match((await end(first?.id, '2026-11-25')).json(), { code: 'already-done' })
  const audit = await db.query<{ action: string }>(
    'select distinct action from audit_entry where action like \'catalogue.%\' order by action')
  t.same(audit.map(a => a.action), ['catalogue.end', 'catalogue.enter'])
})

t.test('of one rank the city says what goes first', async t => {
  const both = { categoryCode: '0703', validFrom: '2026-11-26', basisText: '职能规定' }
  await post('rows', rows({ ...both, lead: 'unit', leadUnit: 'D02', basisKind: 'duties' }))
  await morning('2026-11-26')
  t.match(await route({ category: '0703', townId: 'T01' }), { suggestion: { unitId: 'D02' } }, 'as shipped: line before territory')
  await w.tx(async tx => {
    await w.policies.enterRule(tx, somebody('admin', null, 'ADMINISTRATOR'), { name: 'LEAD_PRECEDENCE', validFrom: '2026-11-27', value: 5 })
  })
  await morning('2026-11-27')
  t.match(await route({ category: '0703', townId: 'T01' }), { suggestion: { unitId: 'T01', coUnitIds: ['D02'] } })
})

t.test('objections: those who decide read the words, an administrator reads what it proposes', async t => {
  const c = w.orders.commands
  const { id: orderId } = await w.do(c.file, takes, {
    channel: 'HOTLINE_962000', requestType: 'COMPLAINT', categoryCode: '1104', title: '无证发廊', description: '通宵营业。', townId: 'T04'
  })
  await w.do(c.dispatch, dispatcher, { orderId, mode: 'single', unitIds: ['D10'], basis: 'statutory' })
  await w.do(c.object, handler('D10'), { orderId, code: 'not-our-powers', reason: '举报人住三楼', evidence: '权责清单' })
  await w.do(c.upholdObjection, somebody('leads', null, 'SUPERVISOR'),
    { orderId, unitId: 'D07', basis: 'agreed', evidence: '会议纪要', decision: '由工商牵头' })
  const read = async (cookie: string) => (await app.send('GET', '/api/objections', { cookie })).json<{ items: object[] }>().items
  const said = { reason: '举报人住三楼', evidence: '权责清单', decision: '由工商牵头' }
  t.match(await read(await app.cookieOf('supervises', ['SUPERVISOR'])), [{ orderId, ...said, proposal: { basisText: '由工商牵头' } }])
  const closed = { reason: null, evidence: null, decision: null, proposal: { categoryCode: '1104', leadUnit: 'D07', basisText: null } }
  t.match(await read(await app.cookieOf('administers', ['ADMINISTRATOR'])), [{ orderId, ...closed }])
})
