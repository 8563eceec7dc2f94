import type { FastifyRequest } from 'fastify'
import { DomainError } from '../../domain/errors.ts'

/** The session's cookie: for this site only, unreadable for scripts. */
export const sessionCookie = 'liandong_session'

const safeMethods = new Set(['GET', 'HEAD', 'OPTIONS'])

const first = (value: string | string[] | undefined): string | undefined => Array.isArray(value) ? value[0] : value

/**
 * A page of another site must not write with our cookie. Every current browser names the origin of a writing
 * request, in `Sec-Fetch-Site` or `Origin`; a client that sends neither is no browser and sent the cookie on purpose.
 */
export function refuseForeignOrigin (request: FastifyRequest): void {
  if (safeMethods.has(request.method)) return
  const refused = (): DomainError => new DomainError('not-allowed', 'this request comes from another site')
  const site = first(request.headers['sec-fetch-site'])
  if (site !== undefined && site !== 'same-origin' && site !== 'none') throw refused()
  const origin = first(request.headers.origin)
  if (origin === undefined || site !== undefined) return
  if (!URL.canParse(origin) || new URL(origin).host !== request.host) throw refused()
}
