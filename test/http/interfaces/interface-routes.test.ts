// The registry and its dead letters over HTTP: who may, what is refused, and what the audit says.
import pino from 'pino'
import t from 'tap'
import { createSessions } from '../../../src/access/sessions/sessions.ts'
import { roles, type Role } from '../../../src/domain/people/roles.ts'
import { deliveryRoutes } from '../../../src/features/interfaces/outgoing/delivery-routes.ts'
import { registryRoutes } from '../../../src/features/interfaces/registry/registry-routes.ts'
import { createHttpServer } from '../../../src/http/server.ts'
import { interfaceWorld } from '../../features/interfaces/interface-world.ts'
import { startPeer, status } from '../../features/interfaces/peer.ts'
import { agent, illegalClinic } from '../../features/orders/order-world.ts'
import { hired } from '../../harness/stories/hired.ts'

const fields = {
  name: '气象预警',
  nameEn: 'Weather',
  ownerUnitId: 'D14',
  contact: '信息科',
  direction: 'out',
  lawBasis: '共享规则第三条',
  cycle: 'at-once',
  schemaVersion: '1.0',
  shareType: 'open'
}

interface Asked { status: number, body: Record<string, unknown> & { id: string, secret: string, items: Array<Record<string, unknown>> } }
type Send = (method: 'GET' | 'POST' | 'PATCH' | 'PUT', url: string, body?: object, key?: string) => Promise<Asked>

t.test('interfaces over HTTP', async t => {
  const w = await interfaceWorld(t)
  const sessions = createSessions({ db: w.db, clock: w.clock })
  const app = await createHttpServer({ ...w, sessions, logger: pino({ level: 'silent' }), routes: [registryRoutes(w), deliveryRoutes(w)] })
  t.teardown(async () => { await app.close() })
  const as = async (login: string, held: Role[], unitId: string | null = null): Promise<Send> => {
    await hired(w.db, login, held, { unitId })
    return async (method, url, body, key) => {
      // Days pass between two requests.
      const { secret } = await sessions.begin(w.db, login)
      const answer = await app.inject({
        method,
        url: `/api${url}`,
        headers: { cookie: `liandong_session=${secret}`, ...(key ? { 'idempotency-key': key } : {}) },
        ...(body ? { payload: body } : {})
      })
      return { status: answer.statusCode, body: answer.json() }
    }
  }
  const admin = await as('admin', ['ADMINISTRATOR'])
  const supervisor = await as('supervisor', ['SUPERVISOR'])
  const peer = await startPeer(t)
  const audits = async (): Promise<string[]> =>
    (await w.db.query<{ action: string }>('select action from audit_entry order by id')).map(row => row.action)

  const { body: { id } } = await admin('POST', '/interfaces', fields, 'enter-weather-1')
  const target = { url: peer.url, kinds: ['order.filed'], allowNetworks: ['127.0.0.1'] }
  const made = await admin('POST', `/interfaces/${id}/endpoints`, target, 'enter-endpoint-1')
  const endpoint = made.body.id
  const lastDead = async (): Promise<string> => String((await admin('GET', '/deliveries?state=dead')).body.items[0]?.id)
  /** an order's event that the peer has refused ten times */
  const dies = async (): Promise<string> => {
    peer.answers(status(422))
    await w.do(w.orders.commands.file, agent, { ...illegalClinic, requestType: 'COMPLAINT' })
    for (let i = 0; i < 10; i++) {
      await w.send()
      const { items } = (await admin('GET', `/deliveries?state=waiting&endpoint=${endpoint}`)).body
      w.clock.advance(Math.max(0, Date.parse(String(items[0]?.dueAt ?? 0)) - w.clock.now().getTime()))
    }
    return await lastDead()
  }

  await t.test('each route by each role', async t => {
    const nobodyHas = '00000000-0000-4000-8000-000000000000'
    const rows: Array<[method: 'GET' | 'POST' | 'PATCH' | 'PUT', url: string, body?: object]> = [
      ['GET', '/interfaces'], ['GET', '/deliveries'], ['GET', `/deliveries/${nobodyHas}`], ['POST', '/interfaces', fields],
      ['POST', '/interfaces/import', { items: [fields] }], ['PATCH', `/interfaces/${nobodyHas}`, { version: 1 }],
      ['POST', `/interfaces/${nobodyHas}/endpoints`, target], ['PATCH', `/endpoints/${nobodyHas}`, { on: false, version: 1 }],
      ['POST', `/endpoints/${nobodyHas}/secret`], ['POST', `/endpoints/${nobodyHas}/try`], ['POST', `/deliveries/${nobodyHas}/replay`],
      ['POST', '/deliveries/replay', {}], ['PUT', `/deliveries/${nobodyHas}/body`, { body: '{}', reason: '理由' }],
      ['POST', `/deliveries/${nobodyHas}/drop`, { reason: '理由' }]
    ]
    for (const role of roles.filter(r => r !== 'INTEGRATION')) {
      const send = await as(`one-${role.toLowerCase()}`, [role])
      for (const [method, url, body] of rows) {
        const may = role === 'ADMINISTRATOR' || (role === 'SUPERVISOR' && method === 'GET')
        t.equal((await send(method, url, body)).status === 403, !may, `${role} ${method} ${url}`)
      }
    }
  })

  await t.test('entered once, changed by who has seen it, imported by name', async t => {
    t.match(await admin('POST', '/interfaces', fields, 'enter-weather-1'), { status: 201, body: { id } }, 'the same request again')
    t.match(await admin('POST', '/interfaces', fields), { status: 409, body: { code: 'interface-taken' } })
    t.match(await admin('POST', '/interfaces', { ...fields, name: '另一个', ownerUnitId: 'X99' }),
      { status: 422, body: { code: 'unknown-unit' } })
    const refused: Array<[more: object, status: number]> = [
      [{ name: '' }, 400], [{ lawBasis: '' }, 400], [{ direction: 'up' }, 400], [{ cycle: 'never' }, 400], [{ name: 'a\u202Eb' }, 422],
      [{ name: 'a\r\nb' }, 422]
    ]
    for (const [more, status] of refused) {
      t.match(await admin('POST', '/interfaces', { ...fields, ...more }), { status }, JSON.stringify(more))
    }
    t.match(await admin('PATCH', `/interfaces/${id}`, { contact: '值班室', version: 1 }), { status: 200 })
    t.match(await admin('PATCH', `/interfaces/${id}`, { contact: '信息科', version: 1 }),
      { status: 409, body: { code: 'version-conflict', details: { version: 2 } } })
    const items = [fields, { ...fields, name: '雨量' }, { ...fields, name: '雨量' }]
    t.match(await admin('POST', '/interfaces/import', { items }), { body: { added: 1, known: 2 } })
    const half = [{ ...fields, name: '潮位' }, { ...fields, name: '浪高', ownerUnitId: 'X99' }]
    t.match(await admin('POST', '/interfaces/import', { items: half }), { status: 422 })
    const { items: all } = (await supervisor('GET', '/interfaces')).body
    t.equal(all.length, 62, 'the sample sixty, and two: of a refused list nothing was taken')
    t.match(all.find(i => i.id === id), { contact: '值班室', sample: false, endpoints: [{ id: endpoint, url: peer.url }] })
    t.notOk(JSON.stringify(all).includes(made.body.secret), 'no secret is read again')
  })

  await t.test('where events may go', async t => {
    const refused: Array<[more: object, status: number, code: string]> = [
      [{ url: 'http://127.0.0.1:6379/', allowNetworks: [] }, 422, 'address-not-allowed'],
      [{ url: 'http://169.254.169.254/', allowNetworks: ['169.254.0.0/16'] }, 422, 'address-not-allowed'],
      [{ url: 'http://[::ffff:127.0.0.1]/', allowNetworks: [] }, 422, 'address-not-allowed'],
      [{ url: 'ftp://127.0.0.1/' }, 400, 'invalid-input'], [{ url: 'http://u:p@127.0.0.1/' }, 400, 'invalid-input'],
      [{ url: 'http://127.0.0.1/\r\nX: y' }, 400, 'invalid-input'], [{ allowNetworks: ['10.0.0.0/99'] }, 400, 'invalid-input'],
      [{ allowNetworks: ['0.0.0.0/0'] }, 422, 'network-too-wide'], [{ kinds: ['order.everything'] }, 400, 'invalid-input'],
      [{ kinds: ['interface.trial'] }, 400, 'invalid-input']
    ]
    for (const [more, status, code] of refused) {
      t.match(await admin('POST', `/interfaces/${id}/endpoints`, { ...target, ...more }), { status, body: { code } }, JSON.stringify(more))
      t.match(await admin('PATCH', `/endpoints/${endpoint}`, { ...more, version: 1 }), { status, body: { code } },
        `changed: ${JSON.stringify(more)}`)
    }
    t.match(await admin('POST', `/interfaces/${endpoint}/endpoints`, target), { status: 404 })
  })

  await t.test('a trial goes the way of every event', async t => {
    peer.received.length = 0
    const { status, body: { deliveryId } } = await admin('POST', `/endpoints/${endpoint}/try`)
    t.equal(status, 202)
    await w.send()
    t.match(peer.received, [{ headers: { 'webhook-id': deliveryId }, body: /"interface.trial"/ }])
    t.match(await supervisor('GET', `/deliveries/${String(deliveryId)}`),
      { body: { firstBody: null, attempts: [{ no: 1, status: 204, error: null }] } })
  })

  const dead = await dies()

  await t.test('a dead one is mended and sent again under its own id, with a new time', async t => {
    const { body: { body: first, attempts } } = await supervisor('GET', `/deliveries/${dead}`)
    t.equal((attempts as unknown[]).length, 10)
    const mended = JSON.stringify({ ...JSON.parse(String(first)) as object, data: { order: '改正' } }, null, 2)
    const refusedBodies: Array<[body: string, status: number, code: string]> = [
      ['{', 400, 'invalid-input'], ['{}', 400, 'invalid-input'], [mended.replace('order.filed', 'order.closed'), 400, 'invalid-input'],
      [mended.replace('改正', '改'.repeat(7000)), 413, 'too-large']
    ]
    for (const [body, status, code] of refusedBodies) {
      t.match(await admin('PUT', `/deliveries/${dead}/body`, { body, reason: '字段错' }), { status, body: { code } }, body.slice(0, 20))
    }
    t.match(await admin('PUT', `/deliveries/${dead}/body`, { body: mended, reason: ' ' }), { status: 400 }, 'a reason says something')
    t.match(await admin('PUT', `/deliveries/${dead}/body`, { body: mended, reason: '字段错' }), { status: 200 })
    t.match(await supervisor('GET', `/deliveries/${dead}`), { body: { firstBody: first, mendedBy: 'admin', mendedReason: '字段错' } })
    peer.received.length = 0
    peer.answers(status(204))
    t.match(await admin('POST', `/deliveries/${dead}/replay`), { status: 200 })
    t.match(await admin('POST', `/deliveries/${dead}/replay`), { status: 409, body: { code: 'delivery-not-dead' } })
    t.match(await admin('PUT', `/deliveries/${dead}/body`, { body: mended, reason: '再改' }),
      { status: 409, body: { code: 'delivery-not-dead' } })
    await w.send()
    t.match(peer.received.map(r => [r.headers['webhook-id'], r.headers['webhook-timestamp'], JSON.parse(r.body)]),
      [[dead, String(Math.floor(w.clock.now().getTime() / 1000)), { type: 'order.filed', data: { order: '改正' } }]])
    t.equal(((await supervisor('GET', `/deliveries/${dead}`)).body.attempts as unknown[]).length, 11, 'the earlier tries stay')
  })

  await t.test('all dead ones again, in pages before that; one is given up', async t => {
    const given = await dies()
    t.match(await admin('POST', `/deliveries/${given}/drop`, { reason: '对方已撤销' }), { status: 200 })
    t.match(await admin('POST', `/deliveries/${given}/replay`), { status: 409 })
    const ids = [await dies(), await dies()]
    const first = await admin('GET', '/deliveries?state=dead&limit=1')
    const second = await admin('GET', `/deliveries?state=dead&limit=1&cursor=${String(first.body.next)}`)
    t.same([second, first].map(page => page.body.items[0]?.id), ids)
    t.equal(second.body.next, null)
    peer.answers(status(204))
    t.match(await admin('POST', '/deliveries/replay', {}), { body: { replayed: 2 } })
    await w.send()
    t.match((await admin('GET', '/deliveries?state=dead')).body.items, [])
  })

  await t.test('an endpoint that is off takes nothing, and its dead ones stay', async t => {
    const one = await dies()
    const { items } = (await admin('GET', '/interfaces')).body
    const { version } = (items.find(i => i.id === id)?.endpoints as Array<{ version: number }>)[0] ?? { version: 0 }
    t.match(await admin('PATCH', `/endpoints/${endpoint}`, { on: false, version }), { status: 200 })
    t.match(await admin('POST', `/deliveries/${one}/replay`), { status: 409, body: { code: 'endpoint-off' } })
    t.match(await admin('POST', '/deliveries/replay', {}), { body: { replayed: 0 } })
    t.match(await admin('POST', `/endpoints/${endpoint}/try`), { status: 409, body: { code: 'endpoint-off' } })
    t.match(await admin('PATCH', `/endpoints/${endpoint}`, { on: true, version: version + 1 }), { status: 200 })
  })

  await t.test('of an order hidden from the reader nothing is read', async t => {
    const own = await as('admin-t02', ['ADMINISTRATOR'], 'T02')
    peer.answers(status(422))
    await w.do(w.orders.commands.file, agent, { ...illegalClinic, requestType: 'COMPLAINT', aboutUnitId: 'T02' })
    const [newest] = (await admin('GET', '/deliveries?state=waiting')).body.items
    t.match(newest, { withheld: false, orderId: String })
    t.match((await own('GET', '/deliveries?state=waiting')).body.items, [{ id: newest?.id, withheld: true, orderId: null }])
    t.match(await own('GET', `/deliveries/${String(newest?.id)}`), { status: 404 })
  })

  await t.test('every change is in the audit, and no secret', async t => {
    const done = await audits()
    for (const action of ['interface.add', 'interface.change', 'interface.import', 'endpoint.add', 'endpoint.change', 'endpoint.try',
      'delivery.mend', 'delivery.replay', 'delivery.replay-all', 'delivery.drop']) t.ok(done.includes(action), action)
    const [found] = await w.db.query<{ n: number }>("select count(*)::int n from audit_entry where detail::text like '%whsec%'")
    t.equal(found?.n, 0)
  })
})
