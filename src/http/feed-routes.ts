import type { FastifyReply, FastifyRequest } from 'fastify'
import Type from 'typebox'
import type { Database } from '../db/database.ts'
import type { Clock } from '../domain/time/clock.ts'
import { DomainError } from '../domain/errors.ts'
import type { Feed } from '../feed/feed.ts'
import type { LiveFeed } from '../feed/live-feed.ts'
import { sessionCookie } from './kit/session-cookie.ts'
import { createFeedClients, type FeedClients, type WhoNow } from './feed-clients.ts'
import { loggable } from './kit/problems.ts'
import type { App, Routes } from './kit/routes.ts'
import { answers } from './kit/schema-words.ts'
import { accessChannel, type Sessions } from '../access/sessions/sessions.ts'

export interface FeedRoutesOptions {
  db: Database
  feed: Feed & Pick<LiveFeed, 'newestId'>
  sessions: Sessions
  clock: Clock
  /** ms between keep-alive comments */
  keepAliveMs?: number
  /** listeners at most, in all and of one login */
  limits?: { inAll: number, ofOne: number }
  /** bytes waiting for one slow listener before it is dropped */
  bufferLimit?: number
}
/** `GET /api/feed`: live events as server-sent events. */
export function feedRoutes (options: FeedRoutesOptions): Routes {
  const { db, feed, clock, sessions, keepAliveMs = 15_000, bufferLimit } = options
  return app => {
    const clients = createFeedClients({ feed, clock, ...(bufferLimit === undefined ? {} : { bufferLimit }) })
    // A role taken away, another unit, a sign-out: an open feed notices before its next event, whichever process made the change.
    const unwatch = sessions.watch(clients.checkAll)
    const listening = db.listen(accessChannel, sessions.forget)
    listening.catch((error: unknown) => { app.log.warn({ error: loggable(error) }, 'changes of rights made elsewhere are noticed later') })
    const beat = keepAlive(app, clients, keepAliveMs)
    app.addHook('preClose', async () => {
      clearInterval(beat)
      unwatch()
      clients.close()
      await listening.then(async stop => { await stop() }, () => {})
    })
    stream(app, clients, options)
  }
}

function keepAlive (app: App, clients: FeedClients, everyMs: number): NodeJS.Timeout {
  let beating = false
  const beat = setInterval(() => {
    if (beating) return
    beating = true
    clients.keepAlive()
      .catch((error: unknown) => { app.log.warn({ error: loggable(error) }, 'keep-alive of the feed failed') })
      .finally(() => { beating = false })
  }, everyMs)
  beat.unref()
  return beat
}

function stream (app: App, clients: FeedClients, { feed, sessions, limits = { inAll: 4000, ofOne: 24 } }: FeedRoutesOptions): void {
  app.get('/api/feed', {
    exposeHeadRoute: false,
    config: { roles: 'signed-in' },
    schema: {
      tags: ['feed'],
      summary: 'Live events',
      description: 'Server-sent events: `data` is `{id, topic, subject, at, data}`. Reconnect with `Last-Event-ID` (or `?after=`) and ' +
        'nothing is missed; momentary events have no id. ' +
        '`event: hello` comes first on a fresh connection; `event: reset` says that too much was missed: reload; `event: ' +
        'access` that your roles, unit or telephone have changed. A comment arrives every 15 s.',
      headers: Type.Object({ 'last-event-id': Type.Optional(Type.Integer({ minimum: 0 })) }, { additionalProperties: true }),
      querystring: Type.Object({ after: Type.Optional(Type.Integer({ minimum: 0 })) }),
      response: { 200: { description: 'the stream', content: { 'text/event-stream': { schema: Type.String() } } }, ...answers({}) }
    }
  }, async (request, reply) => {
    const own = clients.count(request.actor.id)
    // When all places are taken, the login with the most feeds gives one up.
    if (own >= limits.ofOne || (clients.count() >= limits.inAll && !clients.makeRoom(own + 1))) {
      throw new DomainError('too-many-requests', 'too many feeds are open', { retryAfter: 30 })
    }
    const lastId = request.headers['last-event-id'] ?? request.query.after ?? null
    const { raw } = begin(reply)
    try {
      const who = { actor: request.actor, until: request.session?.expiresAt ?? null, whoNow: whoNow(sessions, request), response: raw }
      await clients.add(who, lastId, feed.newestId)
    } catch (error) {
      request.log.warn({ error: loggable(error) }, 'the feed could not begin')
    }
  })
}

function begin (reply: FastifyReply): FastifyReply {
  reply.hijack()
  const { raw } = reply
  // The stream ends with its connection: no chunk framing around every event.
  raw.useChunkedEncodingByDefault = false
  raw.shouldKeepAlive = false
  raw.writeHead(200, {
    ...reply.getHeaders() as Record<string, string>,
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store',
    'x-accel-buffering': 'no'
  })
  raw.write('retry: 1000\n\n')
  return reply
}

/** Asks again who this request's session or token is of. */
function whoNow (sessions: Sessions, request: FastifyRequest): WhoNow {
  const cookie = request.cookies[sessionCookie]
  const bearer = request.headers.authorization?.slice('Bearer '.length)
  return async () => {
    if (bearer !== undefined) {
      const holder = await sessions.findToken(bearer)
      return holder && { actor: holder.actor, until: null }
    }
    const session = cookie === undefined ? null : await sessions.find(cookie, false)
    return session && { actor: session.actor, until: session.expiresAt }
  }
}
