// The filing half of the service in a process of its own, as it runs in earnest: sessions, audit, idempotency, timeline,
// outbox and live feed. Started by file-order.ts; says its port and a cookie.
import { randomBytes } from 'node:crypto'
import type { AddressInfo } from 'node:net'
import pino from 'pino'
import { createCalendar } from '../../src/calendar/calendar.ts'
import { createDatabase } from '../../src/db/database.ts'
import { createSealing } from '../../src/db/sealing.ts'
import { loadDistrict } from '../../src/district/load-district.ts'
import { readDistrict } from '../../src/district/read-district.ts'
import { systemClock as clock } from '../../src/domain/time/clock.ts'
import { linkToOrder } from '../../src/features/calls/calls-reads.ts'
import { createDispatchCatalogue } from '../../src/features/catalogue/catalogue.ts'
import { createDirectory } from '../../src/features/directory/directory.ts'
import { createWorkOrders } from '../../src/features/work-orders/work-orders.ts'
import { createFeed } from '../../src/feed/live-feed.ts'
import { createHttpServer } from '../../src/http/server.ts'
import { createSessions } from '../../src/access/sessions/sessions.ts'
import { createPlaces } from '../../src/features/places/places.ts'
import { workOrderRoutes } from '../../src/features/work-orders/work-orders-routes.ts'
import { createAlarms } from '../../src/queue/alarms.ts'
import { createPolicies } from '../../src/policy/policy.ts'

const url = process.argv[2] ?? ''
const log = pino({ level: 'warn' })
const db = createDatabase({ url })
const timeZone = 'Asia/Shanghai'
const sealing = createSealing(randomBytes(32))
await db.tx(async tx => {
  await loadDistrict(tx, readDistrict())
  tx.write('insert into user_account (login, password_hash, roles) values ($1, $2, $3) on conflict do nothing', ['8001', 'none', ['AGENT']])
})
const feed = createFeed({ db, log })
const { deadlines, channels, rules } = createPolicies({ db, clock, timeZone })
const directory = createDirectory({ db, clock, timeZone })
const places = createPlaces({ db, today: directory.today })
const orders = createWorkOrders({
  db,
  clock,
  feed,
  sealing,
  calendar: createCalendar({ db, clock, timeZone }).standing,
  policies: deadlines,
  channels,
  rules,
  alarms: createAlarms(() => { db.wake('outbox') }),
  sms: { async send () {} },
  directory,
  places,
  catalogue: createDispatchCatalogue({ db, clock, directory, places, rules }),
  seesCall: async () => true,
  linkCall: linkToOrder
})
const sessions = createSessions({ db, clock })
const routes = [workOrderRoutes(orders)]
const app = await createHttpServer({ db, clock, sealing, sessions, logger: log, routes, requestsPerMinute: 0 })
await app.listen({ host: '127.0.0.1', port: 0 })
const { secret } = await db.tx(async tx => await sessions.begin(tx, '8001'))
process.send?.({ port: (app.server.address() as AddressInfo).port, secret })
process.on('disconnect', () => { process.exit() })
