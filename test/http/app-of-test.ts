import pino from 'pino'
import type { LightMyRequestResponse } from 'fastify'
import type { Test } from 'tap'
import type { Database, Tx } from '../../src/db/database.ts'
import { createSealing } from '../../src/db/sealing.ts'
import { adjustableClock, type Clock } from '../../src/domain/time/clock.ts'
import type { Role } from '../../src/domain/people/roles.ts'
import type { Feed, FeedEvent, PublishedEvent } from '../../src/feed/feed.ts'
import type { Telephones } from '../../src/access/accounts/accounts.ts'
import { administrationRoutes } from '../../src/access/accounts/account-routes.ts'
import { createAuditReading } from '../../src/access/audit-reading.ts'
import { feedRoutes, type FeedRoutesOptions } from '../../src/http/feed-routes.ts'
import { healthRoutes } from '../../src/http/health-routes.ts'
import type { HealthCheck } from '../../src/domain/health-check.ts'
import { openapiRoutes } from '../../src/http/openapi.ts'
import { hashPassword } from '../../src/access/passwords/password.ts'
import type { App, Routes } from '../../src/http/kit/routes.ts'
import { createHttpServer, type HttpServerOptions } from '../../src/http/server.ts'
import { sessionRoutes } from '../../src/access/sessions/session-routes.ts'
import { createSessions, type Sessions } from '../../src/access/sessions/sessions.ts'
import { freshDatabase } from '../harness/servers/database.ts'
import { hired } from '../harness/stories/hired.ts'

export const password = 'a good long password'
let hash: Promise<string> | undefined

export interface TestApp {
  app: App
  db: Database
  url: string
  clock: Clock & { advance: (ms: number) => void }
  sessions: Sessions
  feed: Feed & { newestId: () => Promise<number>, announce: (...events: PublishedEvent[]) => void }
  logged: string[]
  /** creates a login, straight into the table */
  hire: (login: string, roles: Role[], more?: { unitId?: string, extension?: string, personId?: string }) => Promise<void>
  /** hires and signs in; @returns the cookie header */
  cookieOf: (login: string, roles: Role[], more?: { unitId?: string, extension?: string, personId?: string }) => Promise<string>
  /** one request, as JSON */
  send: (
    method: string, url: string, options?: { cookie?: string, body?: unknown, raw?: string, headers?: Record<string, string> }
  ) => Promise<LightMyRequestResponse>
}

/** The feed's announcing half, without its listener on the database. Rows are the database's. */
function feedOfTest (db: Database): TestApp['feed'] {
  const ears = new Set<(event: PublishedEvent) => void>()
  const say = (event: PublishedEvent): void => { for (const hear of ears) hear(event) }
  return {
    async publish (tx: Tx, ...events: FeedEvent[]) {
      for (const event of events) tx.afterCommit(() => { say({ ...event, id: null }) })
    },
    broadcast: event => { say({ ...event, id: null }) },
    subscribe (hear) {
      ears.add(hear)
      return () => { ears.delete(hear) }
    },
    since: async (id, limit) => await db.query<PublishedEvent>(
      'select id, topic, subject, at, data, audience from feed_event where id > $1 order by id limit $2',
      [id, limit]
    ),
    newestId: async () => (await db.query<{ id: number }>('select coalesce(max(id), 0) id from feed_event'))[0]?.id ?? 0,
    announce (...events) { events.forEach(say) }
  }
}

export interface TestAppOptions extends Partial<Omit<HttpServerOptions, 'routes'>> {
  routes?: Routes[]
  checks?: HealthCheck[]
  feedOptions?: Partial<FeedRoutesOptions>
  /** what follows when a login changes; nothing by default */
  telephones?: Telephones
  /** a database that stands already, with its clock */
  on?: { db: Database, url: string, clock: TestApp['clock'] }
}

/** The HTTP side on a database of its own; answers by `inject`, or on a real socket once it listens. */
export async function testApp (
  t: Test,
  { routes = [], checks = [], feedOptions = {}, on, telephones = { loginChanged: async () => {} }, ...options }: TestAppOptions = {}
): Promise<TestApp> {
  const { db, url } = on ?? await freshDatabase(t)
  const clock = on?.clock ?? adjustableClock()
  const sessions = options.sessions ?? createSessions({ db, clock })
  const feed = feedOfTest(db)
  const logged: string[] = []
  const logger = pino({ level: 'debug' }, { write: (line: string) => { logged.push(line) } })
  const app = await createHttpServer({
    db,
    clock,
    sealing: createSealing(Buffer.alloc(32, 7)),
    sessions,
    logger,
    ...options,
    routes: [
      sessionRoutes({
        db,
        clock,
        sessions,
        exchanges: () => [{ node: 'pbx1', webSocketUrl: 'ws://127.0.0.1:18088/ws', domain: '127.0.0.1' }],
        timeZone: 'Asia/Shanghai'
      }),
      administrationRoutes({
        db, clock, sessions, telephones, audit: createAuditReading({ db, hiddenOrders: async () => new Set(), ordersOf: [] })
      }),
      feedRoutes({ db, feed, clock, sessions, ...feedOptions }),
      healthRoutes({ checks, clock }),
      openapiRoutes,
      ...routes
    ]
  })
  t.teardown(async () => { await app.close() })

  const hire: TestApp['hire'] = async (login, roles, { unitId = null, extension = null, personId = null }: {
    unitId?: string | null,
    extension?: string | null,
    personId?: string | null
  } = {}) => {
    hash ??= hashPassword(password)
    await hired(db, login, roles, { unitId, extension, personId, hash: await hash })
  }
  return {
    app,
    db,
    url,
    clock,
    sessions,
    feed,
    logged,
    hire,
    async cookieOf (login, roles, more) {
      await hire(login, roles, more)
      return `liandong_session=${(await sessions.begin(db, login)).secret}`
    },
    async send (method, url, { cookie, body, raw, headers = {} } = {}) {
      const payload = raw ?? (body === undefined ? undefined : JSON.stringify(body))
      return await app.inject({
        method: method as 'GET',
        url,
        headers: { ...(payload === undefined ? {} : { 'content-type': 'application/json' }), ...(cookie ? { cookie } : {}), ...headers },
        ...(payload === undefined ? {} : { payload })
      })
    }
  }
}
