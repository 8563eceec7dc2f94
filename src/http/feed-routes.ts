import type { ServerResponse } from 'node:http'
import Type from 'typebox'
import type { Database } from '../db/database.ts'
import { DomainError } from '../domain/errors.ts'
import type { Feed } from '../feed/feed.ts'
import { sessionCookie } from './access.ts'
import { createFeedClients } from './feed-clients.ts'
import { loggable } from './problems.ts'
import { answers, type Routes } from './route-kit.ts'
import type { Sessions } from './sessions.ts'

export interface FeedRoutesOptions {
  db: Database
  feed: Feed
  sessions: Sessions
  /** ms between keep-alive comments; also how soon an ended session's feed ends */
  keepAliveMs?: number
  /** listeners at most, in all and of one login */
  most?: { inAll: number, ofOne: number }
  /** bytes waiting for one slow listener before it is dropped */
  bufferLimit?: number
}

/** `GET /api/feed`: what happens, as it happens, as server-sent events. */
export function feedRoutes ({ db, feed, sessions, keepAliveMs = 15_000, most = { inAll: 4000, ofOne: 600 }, bufferLimit }: FeedRoutesOptions): Routes {
  return app => {
    const clients = createFeedClients({ feed, ...(bufferLimit === undefined ? {} : { bufferLimit }) })
    const secrets = new WeakMap<ServerResponse, () => Promise<boolean>>()

    const newestId = async (): Promise<number> => {
      const [row] = await db.query<{ id: number }>('select coalesce(max(id), 0) id from feed_event')
      return row?.id ?? 0
    }

    let beating = false
    const beat = setInterval(() => {
      if (beating) return
      beating = true
      clients.keepAlive(async response => await secrets.get(response)?.() ?? true)
        .catch((error: unknown) => { app.log.warn({ error: loggable(error) }, 'keep-alive of the feed failed') })
        .finally(() => { beating = false })
    }, keepAliveMs)
    beat.unref()
    app.addHook('preClose', async () => {
      clearInterval(beat)
      clients.close()
    })

    app.get('/api/feed', {
      exposeHeadRoute: false,
      config: { roles: 'signed-in' },
      schema: {
        tags: ['feed'],
        summary: 'What happens, as it happens',
        description: 'Server-sent events: `data` is `{id, topic, subject, at, data}`. Reconnect with `Last-Event-ID` (or `?after=`) and nothing is missed; hints of this second have no id. ' +
          '`event: hello` comes first on a fresh connection; `event: reset` says that too much was missed: load anew. A comment arrives every 15 s.',
        headers: Type.Object({ 'last-event-id': Type.Optional(Type.Integer({ minimum: 0 })) }, { additionalProperties: true }),
        querystring: Type.Object({ after: Type.Optional(Type.Integer({ minimum: 0 })) }),
        response: { 200: { description: 'the stream', content: { 'text/event-stream': { schema: Type.String() } } }, ...answers({}) }
      }
    }, async (request, reply) => {
      if (clients.count() >= most.inAll || clients.count(request.actor.id) >= most.ofOne) {
        throw new DomainError('too-many-requests', 'too many feeds are open', { retryAfter: 30 })
      }
      const lastId = request.headers['last-event-id'] ?? request.query.after ?? null
      const { raw } = reply
      const cookie = request.cookies[sessionCookie]
      const bearer = request.headers.authorization?.slice('Bearer '.length)
      secrets.set(raw, async () => {
        if (bearer !== undefined) return await sessions.findToken(bearer) !== null
        return cookie !== undefined && await sessions.find(cookie, false) !== null
      })
      reply.hijack()
      // The stream ends with its connection: no chunk framing around every event.
      raw.useChunkedEncodingByDefault = false
      raw.shouldKeepAlive = false
      raw.writeHead(200, { ...reply.getHeaders() as Record<string, string>, 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-store', 'x-accel-buffering': 'no' })
      raw.write('retry: 1000\n\n')
      try {
        await clients.add(request.actor, raw, lastId, newestId)
      } catch (error) {
        request.log.warn({ error: loggable(error) }, 'the feed could not begin')
      }
    })
  }
}
