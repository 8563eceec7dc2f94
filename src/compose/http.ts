import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Foundation } from './foundation.ts'
import type { Sessions } from '../access/sessions/sessions.ts'
import { feedRoutes } from '../http/feed-routes.ts'
import { healthRoutes } from '../http/health-routes.ts'
import type { HealthCheck } from '../domain/health-check.ts'
import type { App } from '../http/kit/routes.ts'
import { openapiRoutes } from '../http/openapi.ts'
import { createHttpServer } from '../http/server.ts'
import type { Module } from '../module.ts'

export interface Http {
  app: App
  address: () => string
  start: () => Promise<void>
  stop: () => Promise<void>
}

/** At its end the server still answers requests under way, for at most this long. ms */
const underWayMs = 5000

const consoleFolder = fileURLToPath(new URL('../../dist/console', import.meta.url))

export interface HttpOptions {
  foundation: Foundation
  modules: readonly Module[]
  sessions: Sessions
  checks: readonly HealthCheck[]
}

/** The HTTP side with every module's routes. */
export async function createHttp ({ foundation, modules, sessions, checks }: HttpOptions): Promise<Http> {
  const { config, db, sealing, clock, feed, nodes, log } = foundation
  const { tls } = config
  const app = await createHttpServer({
    db,
    sealing,
    clock,
    sessions,
    logger: log,
    requestsPerMinute: config.requestsPerMinute,
    trustProxy: config.trustProxy,
    consoleFolder,
    tls: tls && { cert: readFileSync(tls.certFile), key: readFileSync(tls.keyFile) },
    connectSources: () => nodes.all.map(({ webSocketUrl }) => new URL(webSocketUrl).origin),
    routes: [
      ...modules.flatMap(module => module.routes ?? []),
      feedRoutes({ db, feed, clock, sessions }),
      healthRoutes({ checks, clock }),
      openapiRoutes
    ]
  })
  let address = ''
  return {
    app,
    address: () => address,
    async start () { address = await app.listen({ host: config.http.host, port: config.http.port }) },
    async stop () {
      const timer = setTimeout(() => { app.server.closeAllConnections() }, underWayMs)
      await app.close()
      clearTimeout(timer)
    }
  }
}
