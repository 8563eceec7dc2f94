// Orders over HTTP: one request is done once, refusals are problem+json with a stable code, every write is audited.
import pino from 'pino'
import t, { type Test } from 'tap'
import { createHttpServer } from '../../../src/http/server.ts'
import { createSessions, type Sessions } from '../../../src/access/sessions/sessions.ts'
import { dispatchRoutes } from '../../../src/features/work-orders/assignment/dispatch-routes.ts'
import { workOrderRoutes } from '../../../src/features/work-orders/work-orders-routes.ts'
import type { Role } from '../../../src/domain/people/roles.ts'
import { illegalClinic, orderWorld, type OrderWorld } from './order-world.ts'
import { hired } from '../../harness/stories/hired.ts'

interface Asked { status: number, body: Record<string, unknown> & { id: string, version: number } }

async function api (t: Test): Promise<OrderWorld & {
  as: (...roles: Role[]) => Promise<(method: 'GET' | 'POST' | 'PUT', url: string, body?: object, key?: string) => Promise<Asked>>
}> {
  const w = await orderWorld(t)
  const sessions: Sessions = createSessions({ db: w.db, clock: w.clock })
  const app = await createHttpServer({
    ...w,
    sessions,
    logger: pino({ level: 'silent' }),
    routes: [workOrderRoutes(w.orders), dispatchRoutes(w.orders)]
  })
  t.teardown(async () => { await app.close() })
  return {
    ...w,
    async as (...roles) {
      const login = roles.join('-')
      await hired(w.db, login, roles)
      const { secret } = await sessions.begin(w.db, login)
      return async (method, url, body, key) => {
        const answer = await app.inject({
          method,
          url: `/api/work-orders${url}`,
          headers: { cookie: `liandong_session=${secret}`, ...(key ? { 'idempotency-key': key } : {}) },
          ...(body ? { payload: body } : {})
        })
        return { status: answer.statusCode, body: answer.json() }
      }
    }
  }
}

t.test('filed, dispatched and refused', async t => {
  const w = await api(t)
  const agent = await w.as('AGENT')
  const dispatcher = await w.as('DISPATCHER')
  const { townId, ...input } = illegalClinic
  const body = { ...input, townId }

  const [once, twice] = await Promise.all([agent('POST', '', body, 'the-same-key-1'), agent('POST', '', body, 'the-same-key-1')])
  t.equal(once.status, 201)
  t.same(once, twice, 'the same request twice is done once')
  t.match(await agent('POST', '', { ...body, title: '另一件' }, 'the-same-key-1'), { status: 409, body: { code: 'idempotency-key-reused' } })
  const [rows] = await w.db.query(`select (select count(*) from work_order)::int as orders, (select count(*) from audit_entry
    where action = 'order.file')::int as audits`)
  t.same(rows, { orders: 1, audits: 1 })

  const { id } = once.body
  const dispatch = { version: 1, mode: 'single', unitIds: ['D11'], basis: 'statutory' }
  t.match(await agent('POST', `/${id}/dispatch`, dispatch), { status: 403, body: { code: 'not-allowed' } })
  t.match(await dispatcher('POST', `/${id}/dispatch`, { ...dispatch, version: 9 }),
    { status: 409, body: { code: 'version-conflict', details: { version: 1 } } })
  t.match(await dispatcher('POST', `/${id}/dispatch`, { ...dispatch, unitIds: ['X99'] }), { status: 422, body: { code: 'unknown-unit' } })
  t.match(await dispatcher('POST', `/${id}/approve-return`, { version: 1, unitId: 'D11', basis: 'statutory' }),
    { status: 409, body: { code: 'transition-not-allowed' } })
  t.match(await dispatcher('POST', `/${id}/explode`, { version: 1 }), { status: 404, body: { code: 'not-found' } })
  t.match(await dispatcher('POST', `/${id}/dispatch`, { ...dispatch, mode: 'crowd' }), { status: 400, body: { code: 'invalid-input' } })
  t.match(await dispatcher('POST', `/${id}/dispatch`, dispatch), { status: 200, body: { state: 'DISPATCHED', version: 2 } })
  t.match(await (await w.as('LEADER'))('POST', `/${id}/sign`, { version: 2 }), { status: 403 })
})

t.test('bad input is a clear 4xx', async t => {
  const w = await api(t)
  const agent = await w.as('AGENT')
  const rows: Array<[object, number, string]> = [
    [{ categoryCode: '9999' }, 422, 'unknown-category'],
    [{ townId: 'T99' }, 422, 'unknown-town'],
    [{ complainantNumber: 'nobody' }, 422, 'not-a-phone-number'],
    [{ complainantNumber: '0086 21 110' }, 422, 'emergency-number-refused'],
    [{ title: 'a\r\nAction: Logoff' }, 422, 'control-character'],
    [{ title: 7 }, 400, 'invalid-input'],
    [{ colour: 'red' }, 400, 'invalid-input'],
    [{ channel: 'PIGEON' }, 422, 'unknown-channel']
  ]
  for (const [over, status, code] of rows) {
    t.match(await agent('POST', '', { ...illegalClinic, ...over }), { status, body: { code } }, JSON.stringify(over))
  }
  t.match(await agent('GET', '/not-an-id'), { status: 400 })
  t.match(await agent('GET', '?state=NOWHERE'), { status: 400, body: { code: 'invalid-input' } })
  t.match(await agent('GET', '?cursor=abc'), { status: 400, body: { code: 'invalid-input' } })
})

t.test('read back whole, and page by page', async t => {
  const w = await api(t)
  const agent = await w.as('AGENT')
  const ids: string[] = []
  for (let i = 0; i < 5; i++) {
    ids.unshift((await agent('POST', '', { ...illegalClinic, title: `第${i}件` })).body.id)
    w.clock.advance(1000)
  }
  const whole = await agent('GET', `/${ids[0]}`)
  t.match(whole, {
    status: 200,
    body: {
      state: 'FILED',
      title: '第4件',
      complainant: { number: '139****1001' },
      timeline: [{ kind: 'case.file' }],
      deadlines: [{ explained: String }, { explained: String }, { explained: String }]
    }
  })
  t.match((whole.body.deadlines as Array<{ explanation: object }>)[0]?.explanation, { calendar: 'clock', minutes: Number, began: String },
    'enough to compute it again')
  const seen: string[] = []
  let cursor = ''
  do {
    const page = await agent('GET', `?limit=2${cursor && `&cursor=${cursor}`}`)
    t.equal(page.status, 200)
    seen.push(...(page.body.items as Array<{ id: string }>).map(o => o.id))
    cursor = page.body.next as string
  } while (cursor)
  t.same(seen, ids)
  t.match(await agent('GET', '/counts?category=11'), { status: 200, body: { total: 5, byTown: { T02: 5 }, byState: { FILED: 5 } } })
  t.match(await agent('GET', '/similar?townId=T02&category=1106'), { status: 200, body: { items: { length: 5 } } })
  t.match(await agent('GET', '/route?category=1106&townId=T02'),
    { status: 200, body: { suggestion: { unitId: 'D11', alternative: 'T02', basis: 'statutory' } } })
})
