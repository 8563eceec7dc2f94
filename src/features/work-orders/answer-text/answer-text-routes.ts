import Type from 'typebox'
import type { Routes } from '../../../http/kit/routes.ts'
import { answers, Id, Moment, Nullable, params, SafeLine, SafeText, ShortId, WriteHeaders } from '../../../http/kit/schema-words.ts'
import { write } from '../../../http/kit/write.ts'
import type { AnswerTexts } from './answer-texts.ts'

export interface AnswerTextRoutesOptions {
  answerTexts: AnswerTexts
  /** an article of the knowledge base that stands today. @throws DomainError where it does not */
  standingArticle: (id: string) => Promise<unknown>
}

const tags = ['knowledge']
const TextView = Type.Object({
  to: Nullable(Type.String({ description: 'the caller\'s mobile, masked; null: give another one' })),
  refused: Nullable(Type.Union([Type.Literal('confidential'), Type.Literal('too-many')])),
  signature: Type.String({ description: 'put before every text' }),
  maxLength: Type.Integer({ description: 'characters after the signature' }),
  sent: Type.Array(
    Type.Object({ at: Moment(), by: Type.String(), to: Type.String(), text: Type.String(), article: Nullable(Type.String()) })
  )
})
const texters = ['AGENT', 'SHIFT_LEADER', 'CALLBACK_OFFICER'] as const

/** The answer to a citizen, sent by text message. */
export const answerTextRoutes = ({ answerTexts, standingArticle }: AnswerTextRoutesOptions): Routes => app => {
  app.get('/api/work-orders/:id/answer-texts', {
    config: { roles: texters },
    schema: {
      tags,
      summary: 'Recipient and form of an answer by text message',
      params: params({ id: Id() }),
      response: answers({ 200: TextView })
    }
  }, async request => await answerTexts.view(request.actor, request.params.id))

  app.post('/api/work-orders/:id/answer-texts', {
    config: { roles: texters },
    schema: {
      tags,
      summary: 'Send the answer to the caller by text message',
      description: 'It is on the order\'s timeline, with a masked number.',
      headers: WriteHeaders,
      params: params({ id: Id() }),
      body: Type.Object({
        text: SafeText({ minLength: 1, maxLength: 400, description: 'after the signature, without a link' }),
        agreed: Type.Literal(true, { description: 'the caller said yes to a text message' }),
        article: Type.Optional(Nullable(ShortId('the article it comes from'))),
        to: Type.Optional(Nullable(SafeLine({ maxLength: 40, description: 'another mobile than the caller\'s, in any spelling' })))
      }),
      response: answers({
        201: Type.Object({
          to: Type.String({ description: 'masked' }),
          text: Type.String({ description: 'as it is sent' }),
          parts: Type.Integer({ description: 'messages it is counted as' })
        })
      })
    }
  }, async (request, reply) => {
    const { text, article = null, to = null } = request.body
    const orderId = request.params.id
    return await write(request, reply, {
      action: 'order.answer-text',
      subject: orderId,
      status: 201,
      detail: ({ to, parts }) => ({ to, parts, article })
    }, async tx => {
      if (article !== null) await standingArticle(article)
      return await answerTexts.send(tx, request.actor, { orderId, text, article, to, key: request.id })
    })
  })
}
