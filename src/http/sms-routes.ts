import Type from 'typebox'
import type { TextMessages } from '../sms/create-sms.ts'
import { answers, MomentInput, params, SafeText, write, type Routes } from './route-kit.ts'
import type { Clock } from '../domain/clock.ts'

const gatewayId = Type.String({ minLength: 1, maxLength: 120, pattern: '^[\\x21-\\x7e]+$', description: 'the gateway\'s own id of the message' })

/** What a text message gateway tells us: replies of citizens, and what became of what we sent. Done twice is done once. */
export function smsRoutes ({ sms, clock }: { sms: Pick<TextMessages, 'receiveReply' | 'receipt'>, clock: Clock }): Routes {
  return app => {
    app.post('/api/sms/replies', {
      config: { roles: ['INTEGRATION'] },
      schema: {
        tags: ['sms'],
        summary: 'A text somebody sent us',
        body: Type.Object({ id: gatewayId, from: Type.String({ maxLength: 40 }), text: SafeText({ maxLength: 1000 }), at: Type.Optional(MomentInput('when it was sent; now unless told')) }),
        response: answers({ 200: Type.Object({ fresh: Type.Boolean({ description: 'false: it had been received before' }) }) })
      }
    }, async (request, reply) => {
      const { id, from, text, at } = request.body
      return await write(request, reply, { action: 'sms.reply', subject: id }, async tx => ({
        fresh: await sms.receiveReply(tx, { providerId: id, from, body: text, at: at === undefined ? clock.now() : new Date(at) })
      }))
    })

    app.put('/api/sms/:id/receipt', {
      config: { roles: ['INTEGRATION'] },
      schema: {
        tags: ['sms'],
        summary: 'Whether a text of ours arrived',
        params: params({ id: gatewayId }),
        body: Type.Object({ delivered: Type.Boolean() }),
        response: answers({ 200: Type.Object({ done: Type.Boolean() }) })
      }
    }, async (request, reply) => await write(request, reply, { action: 'sms.receipt', subject: request.params.id }, async tx => {
      await sms.receipt(tx, { providerId: request.params.id, delivered: request.body.delivered })
      return { done: true }
    }))
  }
}
