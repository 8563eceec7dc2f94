import Type from 'typebox'
import type { ParkedRow } from '../pbx/journal/parked.ts'
import type { PromptShelf } from '../speech/prompt-shelf.ts'
import { answers, Moment, Nullable, ShortId, WriteHeaders, writeOutside, type Routes } from './route-kit.ts'

export interface MaintenanceRoutesOptions {
  prompts: PromptShelf
  parked: () => Promise<ParkedRow[]>
  /** has parked rows handled again, all or those of one call; how many */
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
const Prompt = Type.Object({ name: Type.String(), text: Type.String(), recorded: Type.Boolean({ description: 'by a person; otherwise a machine speaks it' }), bytes: Nullable(Type.Integer({ description: 'null: not on this machine' })) })
const administrators = ['ADMINISTRATOR'] as const
const tags = ['administration']

/** What an administrator looks after: sentences callers hear, and journal rows nobody could handle. */
export const maintenanceRoutes = ({ prompts, parked, retry }: MaintenanceRoutesOptions): Routes => app => {
  app.get('/api/prompts', {
    config: { roles: administrators },
    schema: { tags, summary: 'Fixed sentences callers hear', response: answers({ 200: Type.Object({ items: Type.Array(Prompt) }) }) }
  }, async () => ({ items: await prompts.list() }))

  app.get('/api/prompts/sound', {
    config: { roles: administrators },
    schema: {
      tags,
      summary: 'A fixed sentence, as WAV',
      querystring: Type.Object({ name: Type.String({ pattern: '^[a-z0-9-]+(/[a-z0-9-]+)?$', maxLength: 80 }) }),
      response: answers({ 200: Type.Unsafe<unknown>({ description: 'audio/wav' }) })
    }
  }, async (request, reply) => {
    const { bytes, stream } = await prompts.open(request.query.name)
    return await reply.type('audio/wav').header('content-length', bytes).send(stream())
  })

  app.get('/api/journal/parked', {
    config: { roles: administrators },
    schema: { tags, summary: 'Journal rows that could not be handled, oldest first', response: answers({ 200: Type.Object({ items: Type.Array(Parked) }) }) }
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
  }, async (request, reply) => await writeOutside(request, reply, { action: 'journal.retry', subject: request.body.linkedId ?? 'all' }, async () => {
    let rows = 0
    return { act: async () => { rows = await retry(request.body.linkedId) }, save: async () => ({ rows }) }
  }))
}
