import { existsSync } from 'node:fs'
import { join } from 'node:path'
import fastifyStatic from '@fastify/static'
import helmet from 'helmet'
import { DomainError } from '../domain/errors.ts'
import type { App } from './kit/routes.ts'

/**
 * Headers that keep a page of ours from being misused. A page may speak to this server and to the
 * WebSockets of the PBXs, nothing more.
 * @param connectSources further addresses a page may connect to now, such as `ws://127.0.0.1:18088`
 */
export function protectPages (app: App, connectSources: () => readonly string[]): void {
  let sources = connectSources()
  let setHeaders = headersFor(sources)
  app.addHook('onRequest', (request, reply, done) => {
    const now = connectSources()
    // Composed once, not for each answer: that took a tenth of the time this process needs to file an order.
    if (now.join() !== sources.join()) {
      sources = now
      setHeaders = headersFor(now)
    }
    setHeaders(request.raw, reply.raw, error => { done(error as Error | undefined) })
  })
  // The softphone needs the microphone; every other device permission is refused.
  app.addHook('onRequest', async (_request, reply) => {
    reply.header('permissions-policy', 'microphone=(self), geolocation=(self), camera=(self), payment=(), usb=()')
  })
}

function headersFor (connectSources: readonly string[]): ReturnType<typeof helmet> {
  return helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        'default-src': ["'self'"],
        'connect-src': ["'self'", ...connectSources],
        'media-src': ["'self'", 'blob:'],
        'img-src': ["'self'", 'data:', 'blob:'],
        'font-src': ["'self'", 'data:'],
        // Component libraries write their styles into the page.
        'style-src': ["'self'", "'unsafe-inline'"],
        'script-src': ["'self'"],
        'worker-src': ["'self'", 'blob:'],
        'object-src': ["'none'"],
        'base-uri': ["'self'"],
        'form-action': ["'self'"],
        'frame-ancestors': ["'none'"]
      }
    },
    referrerPolicy: { policy: 'no-referrer' },
    // The proxy that terminates TLS decides whether the name is reached by TLS only (HSTS).
    strictTransportSecurity: false,
    crossOriginEmbedderPolicy: false
  })
}

const isAsset = (path: string): boolean => /\.[a-z0-9]{1,8}$/i.test(path)

/**
 * The browser's pages, where they have been built: files as they are, compressed where the browser takes it; any other page address gets
 * the start page.
 */
export async function serveConsole (app: App, folder: string): Promise<void> {
  if (!existsSync(join(folder, 'index.html'))) return
  await app.register(fastifyStatic, { root: folder, serve: false, dotfiles: 'ignore', cacheControl: false, preCompressed: true })
  app.get('/*', { config: { roles: 'public', rateLimit: false }, schema: { hide: true } }, async (request, reply) => {
    const path = new URL(request.url, 'http://console').pathname
    if (path.startsWith('/api/') || path.startsWith('/health/')) throw new DomainError('not-found', 'there is no such address')
    if (!isAsset(path)) return await reply.header('cache-control', 'no-cache').sendFile('index.html')
    // Built files carry a hash in their name.
    reply.header('cache-control', path.startsWith('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache')
    return await reply.sendFile(decodeURIComponent(path).slice(1))
  })
}
