import Type from 'typebox'
import type { Routes } from '../../http/kit/routes.ts'
import { answers, Moment, ShortId, WriteHeaders } from '../../http/kit/schema-words.ts'
import { writeOutside } from '../../http/kit/write.ts'
import type { ParkedRow } from './parked.ts'

export interface ParkedRoutesOptions {
  parked: () => Promise<ParkedRow[]>
  /** has parked rows handled again, all or those of one call; returns how many */
  retry: (linkedId?: string) => Promise<number>
}

const Parked = Type.Object({
  id: Type.Integer(),
  node: Type.String(),
  event: Type.String(),
  at: Moment(),
  uniqueId: Type.String(),
  linkedId: Type.String(),
  error: Type.String()
})
const administrators = ['ADMINISTRATOR'] as const
const tags = ['administration']

/** Journal rows that no handler could handle. */
export const parkedRoutes = ({ parked, retry }: ParkedRoutesOptions): Routes => app => {
  app.get('/api/journal/parked', {
    config: { roles: administrators },
    schema: {
      tags,
      summary: 'Journal rows that could not be handled, oldest first',
      response: answers({ 200: Type.Object({ items: Type.Array(Parked) }) })
    }
  }, async () => ({ items: await parked() }))

  app.post('/api/journal/retry', {
    config: { roles: administrators },
    schema: {
      tags,
      summary: 'Handle parked rows again, all or those of one call',
      headers: WriteHeaders,
      body: Type.Object({ linkedId: Type.Optional(ShortId()) }),
      response: answers({ 200: Type.Object({ rows: Type.Integer() }) })
    }
  }, async (request, reply) => await writeOutside(request, reply, {
    action: 'journal.retry',
    subject: request.body.linkedId ?? 'all'
  }, async () => {
    let rows = 0
    return { act: async () => { rows = await retry(request.body.linkedId) }, save: async () => ({ rows }) }
  }))
}
