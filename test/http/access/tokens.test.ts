// A token does what it was made for, and nothing else.
import { randomBytes } from 'node:crypto'
import pino from 'pino'
import t from 'tap'
import { createSealing } from '../../../src/db/sealing.ts'
import { smsRoutes } from '../../../src/sms/sms-routes.ts'
import { workOrderRoutes } from '../../../src/features/work-orders/work-orders-routes.ts'
import { createAlarms } from '../../../src/queue/alarms.ts'
import { createSms } from '../../../src/sms/sms.ts'
import { tableProvider } from '../../../src/sms/providers.ts'
import { illegalClinic, orderWorld } from '../../features/orders/order-world.ts'
import { testApp } from '../app-of-test.ts'

t.test('each purpose opens its routes and channels alone', async t => {
  const w = await orderWorld(t)
  const { townId, complainantName, complainantNumber, ...matter } = illegalClinic
  const sms = createSms({
    db: w.db,
    sealing: createSealing(randomBytes(32)),
    alarms: createAlarms(() => {}),
    clock: w.clock,
    log: pino({ level: 'silent' }),
    provider: tableProvider
  })
  const { send, cookieOf } = await testApp(
    t,
    { on: { db: w.db, url: w.url, clock: w.clock }, routes: [workOrderRoutes(w.orders), smsRoutes({ sms, clock: w.clock })] }
  )
  const admin = await cookieOf('admin', ['ADMINISTRATOR'])
  const tokenOf = async (name: string, ...purposes: string[]): Promise<Record<string, string>> => {
    const made = await send('POST', '/api/integration-tokens', { cookie: admin, body: { name, purposes } })
    t.equal(made.statusCode, 201, name)
    return { authorization: `Bearer ${made.json().token}` }
  }
  t.equal((await send('POST', '/api/integration-tokens', { cookie: admin, body: { name: 'for-nothing' } })).statusCode, 400,
    'a token is for something')
  const tokens = {
    city: await tokenOf('city', 'city-12345'),
    otherCity: await tokenOf('other-city', 'city-12345'),
    police: await tokenOf('police', 'police-110'),
    patrol: await tokenOf('patrol', 'orders'),
    gateway: await tokenOf('gateway', 'sms-gateway')
  }
  const text = { id: 'reply-1', from: '13900001001', text: '1' }
  const may: Record<keyof typeof tokens, { CITY_12345: number, POLICE_110: number, GRID_PATROL: number, sms: number, orders: number }> = {
    city: { CITY_12345: 201, POLICE_110: 403, GRID_PATROL: 403, sms: 403, orders: 200 },
    otherCity: { CITY_12345: 201, POLICE_110: 403, GRID_PATROL: 403, sms: 403, orders: 200 },
    police: { CITY_12345: 403, POLICE_110: 201, GRID_PATROL: 403, sms: 403, orders: 200 },
    patrol: { CITY_12345: 403, POLICE_110: 403, GRID_PATROL: 201, sms: 403, orders: 200 },
    gateway: { CITY_12345: 403, POLICE_110: 403, GRID_PATROL: 403, sms: 200, orders: 403 }
  }
  for (const [name, wanted] of Object.entries(may) as Array<[keyof typeof tokens, typeof may[keyof typeof tokens]]>) {
    const headers = tokens[name]
    for (const channel of ['CITY_12345', 'POLICE_110', 'GRID_PATROL'] as const) {
      t.equal((await send('POST', '/api/work-orders', { headers, body: { ...matter, channel } })).statusCode, wanted[channel],
        `${name}: ${channel}`)
    }
    t.equal((await send('POST', '/api/sms/replies', { headers, body: text })).statusCode, wanted.sms, `${name}: a reply of a citizen`)
    t.equal((await send('GET', '/api/work-orders', { headers })).statusCode, wanted.orders, `${name}: its own orders`)
  }

  const order = { ...matter, channel: 'CITY_12345', sourceNumber: '2026-1' }
  const first = await send('POST', '/api/work-orders', { headers: tokens.city, body: order })
  t.equal((await send('POST', '/api/work-orders', { headers: tokens.city, body: order })).json().id, first.json().id,
    'its resend is the same order')
  t.match((await send('POST', '/api/work-orders', { headers: tokens.otherCity, body: { ...order, title: '别的事' } })).json(),
    { status: 409, code: 'source-number-taken' }, 'another sender\'s number is no order of this one')
  const agent = await cookieOf('8001', ['AGENT'])
  t.match((await send('POST', '/api/work-orders', { cookie: agent, body: order })).json(), { status: 409, code: 'source-number-taken' })

  // Written down by hand, a number would be taken from the source it belongs to.
  const pushed = { ...order, sourceNumber: '2026-2' }
  t.match((await send('POST', '/api/work-orders', { cookie: agent, body: pushed })).json(), { status: 409, code: 'source-number-taken' })
  t.equal((await send('POST', '/api/work-orders', { cookie: agent, body: { ...matter, channel: 'CITY_12345' } })).statusCode, 201)
  t.equal((await send('POST', '/api/work-orders', { cookie: agent, body: { ...pushed, channel: 'GRID_PATROL' } })).statusCode, 201)
  t.equal((await send('POST', '/api/work-orders', { headers: tokens.city, body: pushed })).statusCode, 201, 'the city\'s comes through')

  // A trial that could not be filed does not tell which numbers there are.
  const colleague = await cookieOf('8002', ['AGENT'])
  const codes = await Promise.all(['2026-2', '2026-3'].map(async sourceNumber =>
    (await send('POST', '/api/work-orders', { cookie: colleague, body: { channel: 'GRID_PATROL', sourceNumber } })).json().code))
  t.same(codes, ['guard-not-met', 'guard-not-met'])

  // A token is a key: another one of the same system opens the same orders.
  const listed = async (): Promise<Array<{ id: string, name: string, purposes: string[], revokedAt: string | null }>> =>
    (await send('GET', '/api/integration-tokens', { cookie: admin })).json().items
  const old = (await listed()).find(token => token.name === 'city')?.id ?? ''
  const rotated = await send('POST', `/api/integration-tokens/${old}/rotate`, { cookie: admin })
  t.match(rotated, { statusCode: 201 })
  const fresh = { authorization: `Bearer ${rotated.json().token}` }
  for (const headers of [tokens.city, fresh]) {
    t.equal((await send('GET', `/api/work-orders/${first.json().id}`, { headers })).statusCode, 200, 'both see the order')
    t.equal((await send('POST', '/api/work-orders', { headers, body: order })).json().id, first.json().id, 'sent again it is one')
  }
  t.equal((await send('DELETE', `/api/integration-tokens/${old}`, { cookie: admin })).statusCode, 204)
  t.equal((await send('GET', '/api/work-orders', { headers: tokens.city })).statusCode, 401)
  t.equal((await send('GET', '/api/work-orders', { headers: fresh })).json().items.length, 3, 'with the new one all of them')
  t.same((await listed()).filter(token => token.name === 'city').map(token => [token.purposes, token.revokedAt === null]).sort(),
    [[['city-12345'], false], [['city-12345'], true]])
  const walked: string[] = []
  for (let next: string | null = ''; next !== null;) {
    const page: { items: Array<{ id: string }>, next: string | null } =
      (await send('GET', `/api/integration-tokens?limit=1&cursor=${next}`, { cookie: admin })).json()
    walked.push(...page.items.map(token => token.id))
    next = page.next
  }
  t.same(walked, (await listed()).map(token => token.id), 'page by page none is left out')
  t.equal((await send('POST', '/api/integration-tokens', { cookie: admin, body: { name: 'city', purposes: ['orders'] } })).statusCode, 409,
    'the name stays that system\'s')
  t.equal((await send('POST', `/api/integration-tokens/${first.json().id}/rotate`, { cookie: admin })).statusCode, 404)
})
