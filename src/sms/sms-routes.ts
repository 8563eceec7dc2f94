import Type from 'typebox'
import type { TextMessages } from './sms.ts'
import { maskNumber } from '../domain/telephone/phone-number.ts'
import type { App, Routes } from '../http/kit/routes.ts'
import { answers, Moment, MomentInput, Nothing, Nullable, params, WriteHeaders } from '../http/kit/schema-words.ts'
import { write } from '../http/kit/write.ts'
import type { Clock } from '../domain/time/clock.ts'

export interface SmsRoutesOptions { sms: Pick<TextMessages, 'receiveReply' | 'receipt' | 'replies'>, clock: Clock }

const gatewayId = Type.String({
  minLength: 1,
  maxLength: 120,
  pattern: '^[\\x21-\\x7e]+$',
  description: 'the gateway\'s own id of the message'
})

/** A reply's text is cleaned, never refused: a refused reply is a lost one. */
const Outside = Type.String({ maxLength: 20_000, description: 'control and bidi characters are taken out; cut to 1000 characters' })
const Reply = Type.Object({ id: Type.Integer(), at: Moment(), from: Nullable(Type.String({ description: 'masked' })), text: Type.String() })
/** A page of replies; an officer deals with the oldest first. */
const shownReplies = 100

/** Requests of a text message gateway: replies of citizens, and receipts of our texts. A repeat has no effect. */
export const smsRoutes = (options: SmsRoutesOptions): Routes => app => {
  receive(app, options)
  replies(app, options)
  receipts(app, options)
}

function receive (app: App, { sms, clock }: SmsRoutesOptions): void {
  app.post('/api/sms/replies', {
    config: { roles: ['INTEGRATION'], purposes: ['sms-gateway'] },
    schema: {
      tags: ['sms'],
      summary: 'A text sent to us',
      body: Type.Object({
        id: gatewayId,
        from: Outside,
        text: Outside,
        at: Type.Optional(MomentInput('when it was sent; default now'))
      }),
      response: answers({ 200: Type.Object({ fresh: Type.Boolean({ description: 'false: it had been received before' }) }) })
    }
  }, async (request, reply) => {
    const { id, from, text, at } = request.body
    return await write(request, reply, { action: 'sms.reply', subject: id }, async tx => ({
      fresh: await sms.receiveReply(tx, { providerId: id, from, body: text, at: at === undefined ? clock.now() : new Date(at) })
    }))
  })
}

/** Replies for a person to read. */
function replies (app: App, { sms }: SmsRoutesOptions): void {
  app.get('/api/sms/replies', {
    config: { roles: ['CALLBACK_OFFICER', 'SHIFT_LEADER'] },
    schema: {
      tags: ['sms'],
      summary: 'Replies that answer no question of ours, for a person to read',
      response: answers({ 200: Type.Object({ items: Type.Array(Reply) }) })
    }
  }, async () => ({
    items: (await sms.replies.open(shownReplies)).map(
      ({ id, at, from, body }) => ({ id, at, from: from && maskNumber(from), text: body })
    )
  }))

  app.post('/api/sms/replies/:reply/done', {
    config: { roles: ['CALLBACK_OFFICER', 'SHIFT_LEADER'] },
    schema: {
      tags: ['sms'],
      summary: 'A reply has been read and dealt with',
      headers: WriteHeaders,
      params: params({ reply: Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER }) }),
      response: answers({ 204: Nothing })
    }
  }, async (request, reply) => {
    const { reply: id } = request.params
    await write(request, reply, { action: 'sms.reply.done', subject: String(id), status: 204 }, async tx => {
      await sms.replies.done(tx, request.actor, id)
    })
    return null
  })
}

function receipts (app: App, { sms }: SmsRoutesOptions): void {
  app.put('/api/sms/:id/receipt', {
    config: { roles: ['INTEGRATION'], purposes: ['sms-gateway'] },
    schema: {
      tags: ['sms'],
      summary: 'Receipt: whether a text of ours arrived',
      params: params({ id: gatewayId }),
      body: Type.Object({ delivered: Type.Boolean() }),
      response: answers({ 200: Type.Object({ done: Type.Boolean() }) })
    }
  }, async (request, reply) => await write(request, reply, { action: 'sms.receipt', subject: request.params.id }, async tx => {
    await sms.receipt(tx, { providerId: request.params.id, delivered: request.body.delivered })
    return { done: true }
  }))
}
