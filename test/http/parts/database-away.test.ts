import t from 'tap'
import pino from 'pino'
import { createDatabase } from '../../../src/db/database.ts'
import { createSealing } from '../../../src/db/sealing.ts'
import { systemClock } from '../../../src/domain/time/clock.ts'
import { healthRoutes } from '../../../src/http/health-routes.ts'
import { createHttpServer } from '../../../src/http/server.ts'
import { createSessions } from '../../../src/access/sessions/sessions.ts'
import { ownPostgres } from '../../harness/servers/database.ts'
import { thingRoutes } from '../who-sees-what/thing-routes.ts'
import { hired } from '../../harness/stories/hired.ts'

t.test('with PostgreSQL away requests are refused with Retry-After, and work again afterwards', async t => {
  const postgres = await ownPostgres(t)
  const db = createDatabase({ url: postgres.url, size: 4 })
  const sessions = createSessions({ db, clock: systemClock })
  const database = { name: 'database', vital: true, check: async () => { await db.query('select 1'); return { ok: true } } }
  const app = await createHttpServer({
    db,
    clock: systemClock,
    sessions,
    sealing: createSealing(Buffer.alloc(32, 7)),
    logger: pino({ level: 'silent' }),
    routes: [thingRoutes({ made: [], slow: null }), healthRoutes({ checks: [database], clock: systemClock })]
  })
  t.teardown(async () => {
    await app.close()
    await db.close()
  })
  await hired(db, 'agent1', ['AGENT'])
  const { secret } = await sessions.begin(db, 'agent1')
  const make = async () => await app.inject({
    method: 'POST',
    url: '/api/things',
    headers: { cookie: `liandong_session=${secret}`, 'idempotency-key': 'the-same-key' },
    payload: { name: 'lamp' }
  })

  const first = await make()
  t.equal(first.statusCode, 201)
  await postgres.kill()
  const away = await make()
  t.equal(away.statusCode, 503)
  t.match(away.json(), { code: 'database-unavailable' })
  t.ok(Number(away.headers['retry-after']) > 0)
  t.equal((await app.inject('/health/ready')).statusCode, 503)
  t.equal((await app.inject('/health/live')).statusCode, 200)

  await postgres.start()
  const again = await make()
  t.equal(again.statusCode, 201)
  t.equal(again.body, first.body, 'the repeated request is answered as it was')
})
