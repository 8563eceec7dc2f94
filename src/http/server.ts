import fastify, { LogController, type FastifyBaseLogger, type RouteOptions } from 'fastify'
import cookie from '@fastify/cookie'
import multipart from '@fastify/multipart'
import rateLimit from '@fastify/rate-limit'
import { newId } from '../domain/ids.ts'
import { DomainError } from '../domain/errors.ts'
import { identifyActors, refuseOthers } from './guard.ts'
import { createRequestCounts } from './request-counts.ts'
import { protectPages, serveConsole } from './console-files.ts'
import { describeApi } from './openapi.ts'
import { answerBrokenHttp, answerProblem } from './kit/problems.ts'
import { nobody, type App, type RouteAccess, type Routes } from './kit/routes.ts'
import { compileValidator, refuseUnknownFields } from './kit/validation.ts'
import type { Sessions } from '../access/sessions/sessions.ts'
import type { Writes } from './kit/write.ts'

/** One registered route, for tests and the description of the API. */
export interface KnownRoute { method: string, url: string, access: RouteAccess, schema: Record<string, unknown> }

declare module 'fastify' {
  interface FastifyInstance { knownRoutes: KnownRoute[] }
}

/** Bytes of an uploaded file; a route may let in more or less. */
const fileLimit = 10 * 1024 * 1024

export interface HttpServerOptions extends Writes {
  sessions: Sessions
  logger: FastifyBaseLogger
  routes: readonly Routes[]
  /** bytes of a JSON body */
  bodyLimit?: number
  /** requests a minute for one login or address; 0: unlimited */
  requestsPerMinute?: number
  /** folder of the built console; it is served where it exists */
  consoleFolder?: string
  /** addresses besides this server a page may connect to now, such as a PBX's `ws://127.0.0.1:18088` */
  connectSources?: () => readonly string[]
  /** certificate with its chain, and key, as PEM; without them it speaks in clear, for loopback or behind a proxy */
  tls?: { cert: Buffer, key: Buffer } | null
  /** proxies whose X-Forwarded-For is believed, addresses or networks; empty: none */
  trustProxy?: readonly string[]
}

const asList = (method: string | readonly string[]): readonly string[] => typeof method === 'string' ? [method] : method

function know (known: KnownRoute[], route: RouteOptions): void {
  const access = route.config?.roles
  if (access === undefined || access.length === 0) {
    throw new Error(`route ${String(route.method)} ${route.url} does not say in config.roles who may call it`)
  }
  if (access !== 'public' && access !== 'signed-in' && access.includes('INTEGRATION') && !route.config?.purposes?.length) {
    throw new Error(`route ${String(route.method)} ${route.url} does not say in config.purposes what a token must be for`)
  }
  const schema = route.schema as Record<string, unknown> | undefined
  for (const part of ['body', 'querystring', 'params']) refuseUnknownFields(schema?.[part])
  for (const method of asList(route.method as string | string[])) known.push({ method, url: route.url, access, schema: schema ?? {} })
}

/**
 * The HTTP side, complete but not listening: the process decides where and how long it listens.
 * @throws when a route does not state its access
 */
export async function createHttpServer (options: HttpServerOptions): Promise<App> {
  const { db, clock, sealing, routes, consoleFolder, connectSources = () => [] } = options
  const app = plainServer(options)
  const known: KnownRoute[] = []
  app.decorate('writes', { db, clock, sealing })
  app.decorate('knownRoutes', known)
  app.setValidatorCompiler(compileValidator)
  app.setErrorHandler((error, request, reply) => { answerProblem(error, request, reply) })
  app.addHook('onRoute', route => { know(known, route) })
  answerInOrder(app)
  await app.register(cookie)
  protectPages(app, connectSources)
  await app.register(multipart, { limits: { fileSize: fileLimit, files: 4, fields: 20, fieldSize: 16 * 1024 } })
  await identifyAndCount(app, options)
  refuseOthers(app)
  app.setNotFoundHandler(() => { throw new DomainError('not-found', 'there is no such address') })
  await describeApi(app)
  await app.register(async scope => { for (const route of routes) route(scope as App) })
  if (consoleFolder !== undefined) await serveConsole(app, consoleFolder)
  return app
}

function plainServer ({ logger, bodyLimit = 256 * 1024, tls = null, trustProxy = [] }: HttpServerOptions): App {
  return fastify({
    ...tls ? { https: tls } : {},
    loggerInstance: logger,
    // The ordinary request log holds URLs with their queries; ours, below, holds the route's pattern.
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: () => newId(),
    requestIdHeader: false,
    bodyLimit,
    trustProxy: trustProxy.length > 0 ? [...trustProxy] : false,
    requestTimeout: 30_000,
    keepAliveTimeout: 65_000,
    connectionTimeout: 120_000,
    routerOptions: { maxParamLength: 200 },
    // At its end it drops idle connections, not requests under way.
    forceCloseConnections: 'idle',
    return503OnClosing: true,
    // A body that tries to reach a prototype is refused, not cleaned.
    onProtoPoisoning: 'error',
    onConstructorPoisoning: 'error',
    frameworkErrors: (error, request, reply) => { answerProblem(error, request, reply) },
    clientErrorHandler: (error, socket) => { answerBrokenHttp(error, socket, logger) }
  })
}

/** Headers of every answer, and a line of the log for each. */
function answerInOrder (app: App): void {
  app.addHook('onRequest', async (request, reply) => {
    reply.header('x-request-id', request.id)
    if (request.url.startsWith('/api/')) reply.header('cache-control', 'no-store')
  })
  let ending = false
  app.addHook('preClose', async () => { ending = true })
  app.addHook('onSend', async (_request, reply) => { if (ending) reply.header('connection', 'close') })
  app.addHook('onResponse', async (request, reply) => {
    request.log.info(
      { method: request.method, route: request.routeOptions.url ?? 'unknown', status: reply.statusCode, ms: Math.round(reply.elapsedTime) },
      'answered'
    )
  })
}

const tooMany = (ttl: number): DomainError =>
  new DomainError('too-many-requests', 'too many requests; try again later', { retryAfter: Math.ceil(ttl / 1000) })

/** Who asks, and whether that is too often: counted before rights are looked at, so that what is refused is counted too. */
async function identifyAndCount (app: App, { db, clock, sessions, requestsPerMinute = 3000 }: HttpServerOptions): Promise<void> {
  if (requestsPerMinute > 0) {
    const counts = createRequestCounts({ db, clock, windowMs: 60_000 })
    app.addHook('onClose', async () => { counts.close() })
    await app.register(rateLimit, {
      global: false,
      max: requestsPerMinute,
      timeWindow: 60_000,
      store: counts.Store,
      keyGenerator: request => request.actor === nobody ? request.ip : request.actor.id,
      errorResponseBuilder: (_request, context) => tooMany(context.ttl)
    })
  }
  // Refused requests cost too: a sender without a session is counted by address.
  const strangers = requestsPerMinute > 0
    ? app.createRateLimit({ max: requestsPerMinute, timeWindow: 60_000, keyGenerator: request => `stranger ${request.ip}` })
    : null
  identifyActors(app, sessions, async request => {
    const seen = await strangers?.(request)
    if (seen && !seen.isAllowed && seen.isExceeded) throw tooMany(seen.ttl)
  })
  if (requestsPerMinute > 0) app.addHook('onRequest', app.rateLimit())
}
