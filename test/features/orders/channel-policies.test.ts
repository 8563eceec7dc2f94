// A channel is a row with a first day: a new one is entered, filed on and named without a line of code, and nothing that stood changes.
import t, { type Test } from 'tap'
import { boardsModule } from '../../../src/features/boards/module.ts'
import { createDirectory } from '../../../src/features/directory/directory.ts'
import { workOrderRoutes } from '../../../src/features/work-orders/work-orders-routes.ts'
import { channelRoutes } from '../../../src/policy/channel-routes.ts'
import { policyRoutes } from '../../../src/policy/policy-routes.ts'
import { until } from '../../../src/servers/until.ts'
import { testApp } from '../../http/app-of-test.ts'
import { todaysChannels } from '../../rules/orders/todays-policies.ts'
import { agent, illegalClinic, orderWorld, zone } from './order-world.ts'

const december = '2026-12-01'
const app = {
  code: 'NEIGHBOUR_APP',
  validFrom: december,
  name: '邻里通',
  nameEn: 'Neighbour app',
  sentWith: 'orders',
  askedBack: true,
  restricted: false,
  clock: 'CHANNEL_APP',
  consultClock: null
}
const patrol = { ...app, code: 'COMMUNITY_PATROL', name: '社区巡查', nameEn: 'Quarter patrol' }
const days = { name: 'CHANNEL_APP', validFrom: december, minutes: 2880, onSiteMinutes: null, maxExtendedMinutes: null, calendar: 'working' }
const { complainantName: _name, ...matter } = { ...illegalClinic, requestType: 'COMPLAINT' }

interface Order {
  channel: string
  channelSince: string
  callbackStatus: string
  callbackReason: string | null
  deadlines: Array<{ kind: string, dueAt: string, explained: string, explanation: Record<string, unknown> }>
  timeline: Array<{ kind: string, detail: Record<string, unknown> }>
}

async function desk (t: Test) {
  const w = await orderWorld(t)
  const rate = { numerator: 0, denominator: 0, value: null, leftOut: 0 }
  const boards = boardsModule({
    db: w.db,
    clock: w.clock,
    timeZone: zone,
    visible: w.orders.visible,
    callFigures: async () => ({ offered: 0, answeredIn15s: rate, connection: rate, abandoned: rate, lost: 0, shortAbandonSeconds: 5 }),
    waiting: async () => [],
    agents: async () => [],
    channels: w.policies.channels,
    rules: w.policies.rules,
    directory: createDirectory({ db: w.db, clock: w.clock, timeZone: zone })
  })
  const { policies } = w
  const { send, hire, sessions } = await testApp(t, {
    on: w,
    sealing: w.sealing,
    routes: [policyRoutes({ policies }), channelRoutes({ clock: w.clock, policies }), workOrderRoutes(w.orders), ...boards.routes ?? []]
  })
  await hire('admin', ['ADMINISTRATOR'])
  await hire('8031', ['SHIFT_LEADER'])
  await hire('8001', ['AGENT'], { extension: '8001' })
  // A session of its own each time: days pass between them.
  const ask = async (login: string, method: string, path: string, body?: object) => (await send(method, path,
    { cookie: `liandong_session=${(await sessions.begin(w.db, login)).secret}`, ...(body === undefined ? {} : { body }) }))
  const tokenOf = async (name: string, purpose: string): Promise<Record<string, string>> => {
    const made = await ask('admin', 'POST', '/api/integration-tokens', { name, purposes: [purpose] })
    return { authorization: `Bearer ${made.json().token}` }
  }
  return {
    ...w,
    ask,
    tokenOf,
    enter: async (body: object, login = 'admin') => await ask(login, 'POST', '/api/policies/channels', body),
    file: async (over: object) => await ask('8001', 'POST', '/api/work-orders', { ...matter, ...over }),
    send: async (headers: Record<string, string>, over: object) =>
      await send('POST', '/api/work-orders', { headers, body: { ...matter, ...over } }),
    order: async (id: string): Promise<Order> => (await ask('8031', 'GET', `/api/work-orders/${id}`)).json()
  }
}

t.test('the rows that stand are today\'s channels', async t => {
  const { policies } = await orderWorld(t)
  const byCode = (a: { code: string }, b: { code: string }): number => a.code < b.code ? -1 : 1
  const shipped = [...todaysChannels.rows].sort(byCode).map(row => ({ ...row, enteredBy: 'system' }))
  t.same([...(await policies.channels()).rows].sort(byCode).map(({ enteredAt: _, ...row }) => row), shipped)
})

t.test('a channel entered for tomorrow is filed on, sent on and named from tomorrow on', async t => {
  const w = await desk(t)
  const board = '/api/boards/orders?from=2026-11-01T00:00:00Z&to=2026-12-31T00:00:00Z&channel=NEIGHBOUR_APP'
  w.at('2026-11-30 22:00')
  t.equal((await w.ask('admin', 'POST', '/api/policies/deadlines', days)).statusCode, 201)
  t.match((await w.enter(app)).json(), { ...app, enteredBy: 'admin', enteredAt: /^2026-11-30T14:00:0/ })
  const unknown = { status: 422, code: 'unknown-channel', details: { field: 'channel', channel: 'NEIGHBOUR_APP' } }
  t.match((await w.file({ channel: 'NEIGHBOUR_APP' })).json(), unknown, 'not before its first day')
  t.match((await w.ask('8031', 'GET', '/api/work-orders?channel=NEIGHBOUR_APP')).json(), unknown)
  t.match((await w.ask('8031', 'GET', '/api/work-orders/counts?channel=PIGEON')).json(), { ...unknown, details: { channel: 'PIGEON' } })
  t.match((await w.ask('8031', 'GET', board)).json(), unknown)
  t.match((await w.ask('8031', 'GET', `${board.replace('orders?', 'figure?')}&figure=filed`)).json(), unknown)
  t.notMatch(JSON.stringify((await w.ask('8001', 'GET', '/api/channels')).json()), /NEIGHBOUR_APP/)

  w.at('2026-12-01 09:00')
  const { id } = (await w.file({ channel: 'NEIGHBOUR_APP' })).json()
  const clock = {
    dueAt: '2026-12-03T01:00:00.000Z',
    explanation: {
      policy: 'CHANNEL_APP', since: december, channel: { code: 'NEIGHBOUR_APP', since: december }, minutes: 2880, calendar: 'working'
    }
  }
  const filed = await w.order(id)
  t.match(filed, { channel: 'NEIGHBOUR_APP', channelSince: december, callbackStatus: 'PENDING', callbackReason: null })
  const citizens = filed.deadlines.find(d => d.kind === 'citizen')
  t.match(citizens, clock, 'two working days from Tuesday nine')
  t.equal(citizens?.explained, '市民时限：自2026年12月1日09:00受理起2个工作日（工作日，按来源邻里通）')
  t.match(filed.timeline, [{ kind: 'case.file', detail: { channel: 'NEIGHBOUR_APP', channelSince: december, callback: 'PENDING' } }])
  const urgent = await w.order((await w.file({ channel: 'NEIGHBOUR_APP', urgency: 'critical' })).json().id)
  t.match(urgent.deadlines.find(d => d.kind === 'citizen'), { explanation: { policy: 'CRITICAL' } }, 'danger waits for no channel\'s days')

  const [neighbours, city] = [await w.tokenOf('neighbours', 'orders'), await w.tokenOf('city', 'city-12345')]
  const sent = await w.send(neighbours, { channel: 'NEIGHBOUR_APP', receivedAt: '2026-11-30T15:50:00Z' })
  t.equal(sent.statusCode, 201, sent.body)
  t.match(await w.order(sent.json().id), { channelSince: december, callbackStatus: 'PENDING' }, 'received before midnight: the first row')
  t.match((await w.send(city, { channel: 'NEIGHBOUR_APP' })).json(), { status: 403, code: 'not-allowed' })

  t.match((await w.ask('8001', 'GET', '/api/channels')).json().items.filter((c: { code: string }) => c.code === 'NEIGHBOUR_APP'),
    [{ code: 'NEIGHBOUR_APP', name: '邻里通', nameEn: 'Neighbour app' }])
  t.equal((await w.ask('8031', 'GET', '/api/work-orders?channel=NEIGHBOUR_APP')).json().items.length, 3)
  t.match((await w.ask('8031', 'GET', board)).json(), { scope: /邻里通来源/, total: { filed: 3 } })
})

t.test('two administrators enter a new channel at once: the second waits, and its row is the one that stays', async t => {
  const w = await desk(t)
  w.at('2026-11-30 22:00')
  const row = { ...app, clock: null, sentWith: null } as const
  const first = { code: row.code, validFrom: december }
  let second: ReturnType<typeof w.enter> | undefined
  await w.db.tx(async tx => {
    await w.policies.enterChannel(tx, { ...agent, roles: ['ADMINISTRATOR'] }, row)
    second = w.enter({ ...row, name: '邻里通二' })
    const waiting = async (): Promise<string[]> => (await w.db.query<{ kind: string }>(`select l.locktype as kind from pg_locks l
      join pg_stat_activity a using (pid) where not l.granted and a.datname = current_database()`)).map(l => l.kind)
    await until(async () => (await waiting()).length > 0, { what: 'the second one waits', seconds: 30 })
    // Behind the row it would break the table's second key, once in a thousand times.
    t.same(await waiting(), ['advisory'])
  })
  t.equal((await second)?.statusCode, 201)
  const rows = (await w.policies.channels()).rows.filter(r => r.code === first.code)
  t.match(rows, [{ ...first, name: '邻里通二', enteredBy: 'admin' }])
  t.equal(rows.length, 1)
})

t.test('an order keeps what the row of the day it was received on said', async t => {
  const w = await desk(t)
  w.at('2026-11-30 22:00')
  t.equal((await w.ask('admin', 'POST', '/api/policies/deadlines', days)).statusCode, 201)
  t.equal((await w.enter(patrol)).statusCode, 201)
  t.equal((await w.enter({ ...patrol, name: '社区走访' })).statusCode, 201, 'not begun yet: it is replaced')
  const { id: before } = (await w.file({ channel: 'COMMUNITY_PATROL' })).json()
  const old = { channelSince: '2000-01-01', callbackStatus: 'NOT_REQUIRED', callbackReason: 'no-complainant' }
  t.match(await w.order(before), old)

  w.at('2026-12-01 09:00')
  const { id: after } = (await w.file({ channel: 'COMMUNITY_PATROL' })).json()
  t.match(await w.order(after), { channelSince: december, callbackStatus: 'PENDING', callbackReason: null })
  const policyOf = async (id: string): Promise<unknown> => (await w.order(id)).deadlines.find(d => d.kind === 'citizen')?.explanation.policy
  t.same([await policyOf(before), await policyOf(after)], ['CATEGORY', 'CHANNEL_APP'])
  await w.do(w.orders.commands.amend, agent, { orderId: before, title: '同一件', urgency: 'urgent' })
  t.match(await w.order(before), old, 'also when it is decided again')
  t.equal(await policyOf(before), 'URGENT', 'and its clock goes by no days that came later')
  const late = (await w.file({ channel: 'COMMUNITY_PATROL', receivedAt: '2026-11-30T15:50:00Z' })).json()
  t.match(await w.order(late.id), { channelSince: december, callbackStatus: 'PENDING' }, 'said to be of yesterday: asked back as today\'s')
  const names = (await w.ask('8001', 'GET', '/api/channels')).json().items
  t.match(names.filter((c: { code: string }) => c.code === 'COMMUNITY_PATROL'), [{ name: '社区走访', nameEn: 'Quarter patrol' }], 'as today')
  await t.rejects(w.db.query('update work_order set asked_back = true where id = $1', [before]), /work_order_channel/,
    'the database keeps it to its row')
})

t.test('restricted from a day on: what was received before stays as it was', async t => {
  const w = await desk(t)
  w.at('2026-11-30 22:00')
  t.equal((await w.enter({ ...patrol, clock: null, restricted: true })).statusCode, 201)
  const { id: before } = (await w.file({ channel: 'COMMUNITY_PATROL' })).json()
  w.at('2026-12-01 09:00')
  const said = { ...matter, channel: 'COMMUNITY_PATROL', receivedAt: '2026-11-30T15:50:00Z' }
  const { id: late } = (await w.ask('8031', 'POST', '/api/work-orders', said)).json()
  t.equal((await w.ask('8001', 'GET', `/api/work-orders/${late}`)).statusCode, 404, 'nobody opens it by saying that it is of yesterday')
  t.equal((await w.enter({ ...patrol, clock: null, validFrom: '2026-12-02' })).statusCode, 201)
  const { id: during } = (await w.ask('8031', 'POST', '/api/work-orders', { ...matter, channel: 'COMMUNITY_PATROL' })).json()
  w.at('2026-12-02 09:00')
  const seen = async (id: string): Promise<number> => (await w.ask('8001', 'GET', `/api/work-orders/${id}`)).statusCode
  t.same([await seen(before), await seen(during)], [200, 404], 'nor is it opened later')
  t.match((await w.ask('8031', 'POST', `/api/work-orders/${during}/merge`, { version: 1, targetId: before })).json(),
    { code: 'guard-not-met', details: { guard: 'same-readers' } })
})

t.test('a system that repeats a request gets its order, though its purpose was taken from the channel since', async t => {
  const w = await desk(t)
  w.at('2026-11-30 22:00')
  const sender = { ...await w.tokenOf('neighbours', 'orders'), 'idempotency-key': 'patrol-000001' }
  t.equal((await w.enter({ ...patrol, clock: null, sentWith: null })).statusCode, 201)
  const sent = await w.send(sender, { channel: 'COMMUNITY_PATROL' })
  t.equal(sent.statusCode, 201, sent.body)
  w.at('2026-12-01 09:00')
  const again = await w.send(sender, { channel: 'COMMUNITY_PATROL' })
  t.same([again.statusCode, again.json().id], [201, sent.json().id], again.body)
  const another = await w.send({ ...sender, 'idempotency-key': 'patrol-000002' }, { channel: 'COMMUNITY_PATROL' })
  t.match(another.json(), { code: 'not-allowed' })
})

t.test('without a key, a system that repeats a source number gets its order all the same', async t => {
  const w = await desk(t)
  w.at('2026-11-30 22:00')
  const [sender, other] = [await w.tokenOf('neighbours', 'orders'), await w.tokenOf('others', 'orders')]
  t.equal((await w.enter({ ...patrol, clock: null, sentWith: null })).statusCode, 201)
  const sent = await w.send(sender, { channel: 'COMMUNITY_PATROL', sourceNumber: 'P-1' })
  t.equal(sent.statusCode, 201, sent.body)
  w.at('2026-12-01 09:00')
  const again = await w.send(sender, { channel: 'COMMUNITY_PATROL', sourceNumber: 'P-1' })
  t.same([again.statusCode, again.json()], [201, sent.json()])
  t.match((await w.send(sender, { channel: 'COMMUNITY_PATROL', sourceNumber: 'P-2' })).json(), { code: 'not-allowed' }, 'a new number')
  t.match((await w.send(other, { channel: 'COMMUNITY_PATROL', sourceNumber: 'P-1' })).json(), { code: 'not-allowed' }, 'another system')
})

t.test('refused channel policies', async t => {
  const w = await desk(t)
  w.at('2026-11-30 22:00')
  const refused = async (over: object, field: string | null, why: string): Promise<void> => {
    const answer = (await w.enter({ ...app, clock: null, ...over })).json()
    t.match(answer, { status: 400, code: 'invalid-input', ...(field === null ? {} : { details: { field } }) }, why)
  }
  await refused({ validFrom: '2026-11-30' }, 'validFrom', 'today has begun')
  await refused({ validFrom: '2026-02-30' }, null, 'no day')
  await refused({ code: 'PARTY_MAILBOX' }, 'restricted', 'the Party mailbox is opened to nobody')
  await refused({ code: 'HOTLINE_962000', restricted: true }, 'restricted', 'nobody who answers its calls could file them')
  await refused({ consultClock: 'CITY_12345_CONSULT' }, 'clock', 'for consultations alone')
  await refused({ clock: 'CHANNEL_APP' }, 'clock', 'no such days by then')
  t.match((await w.enter({ ...app, clock: 'CHANNEL_APP' })).body, 'its deadline policy is entered first')
  await refused({ clock: 'SIGN_NORMAL' }, null, 'no times of an order')
  await refused({ code: 'neighbour' }, null, 'no code')
  await refused({ name: '  ' }, null, 'no name')
  await refused({ nameEn: '' }, null, 'no English name')
  await refused({ sentWith: 'sms-gateway' }, null, 'texts are no orders')
  t.match((await w.enter({ ...app, clock: null }, '8031')).json(), { code: 'not-allowed' })
  t.equal((await w.ask('8031', 'GET', '/api/policies/channels')).json().items.length, todaysChannels.rows.length, 'a shift leader may look')
  t.equal((await w.ask('8001', 'GET', '/api/policies/channels')).statusCode, 403)
  w.at('2026-11-30 23:59')
  w.clock.advance(56_000)
  await refused({}, 'validFrom', 'four seconds to midnight: not every process would have read it')
  t.match((await w.ask('admin', 'POST', '/api/policies/deadlines', { ...days, validFrom: '2026-12-02', onSiteMinutes: 60 })).json(),
    { name: 'CHANNEL_APP', onSiteMinutes: 60 }, 'a channel\'s days may have somebody on the spot')
  t.match((await w.ask('admin', 'POST', '/api/policies/deadlines', { ...days, name: 'APP' })).json(), { code: 'invalid-input' })
  await t.rejects(w.db.query('update channel_policy set restricted = false where code = \'PARTY_MAILBOX\''), /channel_policy_check/)
  await t.rejects(w.db.query('update channel_policy set restricted = true where code = \'HOTLINE_962000\''), /channel_policy_hotline/)
})

t.test('a channel that was mistyped is withdrawn before it begins', async t => {
  const w = await desk(t)
  const withdraw = async (path: string, login = 'admin') => await w.ask(login, 'DELETE', `/api/policies/channels/${path}`)
  const codes = async (): Promise<string[]> => [...new Set((await w.policies.channels()).rows.map(row => row.code))]
  w.at('2026-11-30 22:00')
  const shipped = await codes()
  for (const code of ['NEIGBOUR_APP', 'NEIGHBOUR_APP']) t.equal((await w.enter({ ...app, code, clock: null })).statusCode, 201)
  t.match((await withdraw(`NEIGBOUR_APP/${december}`, '8031')).json(), { code: 'not-allowed' })
  t.match((await withdraw('NEIGBOUR_APP/2026-12-02')).json(), { code: 'not-found' })
  t.match((await withdraw('HOTLINE_962000/2000-01-01')).json(), { code: 'invalid-input', details: { field: 'validFrom' } }, 'it has begun')
  t.equal((await withdraw(`NEIGBOUR_APP/${december}`)).statusCode, 204)
  t.match((await withdraw(`NEIGBOUR_APP/${december}`)).json(), { code: 'not-found' }, 'once')
  t.same((await codes()).toSorted(), [...shipped, 'NEIGHBOUR_APP'].toSorted())

  w.at('2026-12-01 09:00')
  t.match((await w.file({ channel: 'NEIGBOUR_APP' })).json(), { code: 'unknown-channel' })
  t.equal((await w.file({ channel: 'NEIGHBOUR_APP' })).statusCode, 201)
  t.match((await withdraw(`NEIGHBOUR_APP/${december}`)).json(), { code: 'invalid-input', details: { field: 'validFrom' } }, 'it has begun')
  t.match(await w.db.query('select actor, subject, detail from audit_entry where action = \'channel-policy.withdraw\''),
    [{ actor: 'admin', subject: 'NEIGBOUR_APP', detail: { validFrom: december } }])
})
