import type { FastifyRequest } from 'fastify'
import { DomainError } from '../../domain/errors.ts'

/** A file of a multipart body; its name as the sender wrote it, without folders. */
export interface SentFile { name: string, bytes: Buffer }

/**
 * The one file of a multipart body.
 * @param maxBytes more is refused with 413
 * @throws DomainError `invalid-input` for a body that breaks off or holds none
 */
export async function oneFileOf (request: FastifyRequest, field: string, maxBytes: number): Promise<SentFile> {
  try {
    const file = await request.file({ limits: { fileSize: maxBytes } })
    if (file) return { name: file.filename ?? '', bytes: await file.toBuffer() }
  } catch (error) {
    // Its own refusals have a status; what the parser throws at a broken body has none.
    throw typeof (error as { statusCode?: unknown }).statusCode === 'number'
      ? error
      : new DomainError('invalid-input', 'the body is incomplete', { field })
  }
  throw new DomainError('invalid-input', 'send one file', { field })
}

export interface Uploads { within: <T>(login: string, read: () => Promise<T>) => Promise<T> }

/** Bodies being read at the same time, in all and by one login: each is in memory as a whole. */
export function createUploads ({ inAll, ofOne }: { inAll: number, ofOne: number }): Uploads {
  const reading = new Map<string, number>()
  let all = 0
  return {
    async within (login, read) {
      const own = reading.get(login) ?? 0
      if (all >= inAll || own >= ofOne) {
        throw new DomainError('too-many-requests', 'several files are being received just now', { retryAfter: 2 })
      }
      all++
      reading.set(login, own + 1)
      try {
        return await read()
      } finally {
        all--
        const left = (reading.get(login) ?? 1) - 1
        if (left > 0) reading.set(login, left)
        else reading.delete(login)
      }
    }
  }
}
