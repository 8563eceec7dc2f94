import Type from 'typebox'
import { staff, type Routes } from '../../http/kit/routes.ts'
import { answers, Moment, MomentInput, Nothing, Nullable, SafeLine, WriteHeaders } from '../../http/kit/schema-words.ts'
import { writeOutside } from '../../http/kit/write.ts'
import type { Notices } from './notices.ts'

const Notice = Type.Object({ text: Type.String(), prompt: Type.String(), until: Moment(), by: Type.String(), at: Moment() })
const Put = Type.Object({
  ...Notice.properties,
  notYetOn: Type.Array(Type.String(), { description: 'PBXs on which it is not heard yet; it follows by itself' })
})
const tags = ['notices']

/** 公告语: what callers hear before they wait. */
export const noticesRoutes = ({ notices }: { notices: Notices }): Routes => app => {
  app.get('/api/notice', {
    config: { roles: staff },
    schema: { tags, summary: 'The notice before the queue now', response: answers({ 200: Type.Object({ notice: Nullable(Notice) }) }) }
  }, async () => ({ notice: await notices.now() }))

  app.put('/api/notice', {
    config: { roles: ['SHIFT_LEADER', 'SUPERVISOR'] },
    schema: {
      tags,
      summary: 'Put a spoken notice before the queue, with its end',
      headers: WriteHeaders,
      body: Type.Object({ text: SafeLine({ minLength: 2, maxLength: 300 }), until: MomentInput('at most a week from now') }),
      response: answers({ 200: Put })
    }
  }, async (request, reply) => {
    const { text, until } = request.body
    const prompt = await notices.prepare(text)
    return await writeOutside(request, reply, { action: 'notice.set', subject: 'queue', detail: { text, until } },
      async () => notices.set(request.actor, { text, prompt, until: new Date(until) }))
  })

  app.delete('/api/notice', {
    config: { roles: ['SHIFT_LEADER', 'SUPERVISOR'] },
    schema: { tags, summary: 'Take the notice back', headers: WriteHeaders, response: answers({ 204: Nothing }) }
  }, async (request, reply) => await writeOutside(request, reply, { action: 'notice.end', subject: 'queue', status: 204 },
    async () => notices.end(request.actor)))
}
