import type { FastifyRequest } from 'fastify'
import { keepWithinLimit } from '../../../access/number-search-limit.ts'
import type { Tx } from '../../../db/database.ts'
import { DomainError } from '../../../domain/errors.ts'
import type { CallOrderRole } from '../../../domain/work-order.ts'
import { noteRefusal } from '../../../http/kit/audit.ts'
import { write, type WriteOptions } from '../../../http/kit/write.ts'

/**
 * Links a call for a request. First contact compares the call's number with the order's: a refusal says that they are two, so it is kept
 * and counts as a search by number. @throws DomainError `too-many-requests`, and what `link` throws
 */
export async function linkCounted<T> (
  request: FastifyRequest, reply: { statusCode: number }, options: WriteOptions<T> & { subject: string }, role: CallOrderRole,
  link: (tx: Tx) => Promise<T>
): Promise<T> {
  const { actor, server: { writes: { db, clock } } } = request
  if (role !== 'first_contact') return await write(request, reply, options, link)
  try {
    return await write(request, reply, options, async tx => {
      await keepWithinLimit(tx, actor.id, clock.now())
      return await link(tx)
    })
  } catch (error) {
    if (error instanceof DomainError && error.details.guard === 'their-own-call') {
      const { action, subject } = options
      const detail = { role, refused: 'their-own-call', typed: true }
      await noteRefusal(db, { at: clock.now(), actor: actor.id, action, subject, requestId: request.id, detail })
    }
    throw error
  }
}
