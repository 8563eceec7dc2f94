import Type from 'typebox'
import type { Routes } from '../http/kit/routes.ts'
import { answers, Nullable } from '../http/kit/schema-words.ts'
import type { PromptStore } from './prompt-store.ts'

const Prompt = Type.Object({
  name: Type.String(),
  text: Type.String(),
  recorded: Type.Boolean({ description: 'by a person; otherwise a machine speaks it' }),
  bytes: Nullable(Type.Integer({ description: 'null: not on this machine' }))
})
const administrators = ['ADMINISTRATOR'] as const
const tags = ['administration']

/** The fixed sentences callers hear. */
export const speechRoutes = ({ prompts }: { prompts: PromptStore }): Routes => app => {
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
}
