import Type, { type Static } from 'typebox'
import type { Tx } from '../../../db/database.ts'
import { solvedWords } from '../../../domain/asked-order.ts'
import type { Actor } from '../../../domain/people/roles.ts'
import type { App, Routes } from '../../../http/kit/routes.ts'
import { answers, Id, MomentInput, Nullable, OneOf, params, SafeText, ShortId, WriteHeaders } from '../../../http/kit/schema-words.ts'
import { write } from '../../../http/kit/write.ts'
import { dissatisfactionReasons } from '../callback-columns.ts'
import type { Callbacks } from '../callbacks.ts'
import { Decision, Result } from '../callbacks-schemas.ts'

type OfficerDesk = Callbacks['desk']

const desks = ['CALLBACK_OFFICER', 'SHIFT_LEADER'] as const
const speakers = [...desks, 'AGENT'] as const
const tags = ['callbacks']
const one = params({ id: Id('callback') })

const result = ({ id, status, revision }: Static<typeof Result>): Static<typeof Result> => ({ id, status, revision })

/** What an officer says and does, with the callback's id. */
type Step<Said> = (tx: Tx, actor: Actor, input: Said & { callbackId: string }) => Promise<Static<typeof Result>>

/** What officers do with a callback, and agents who have its citizen on the line. */
export const deskRoutes = ({ desk, canBeRung }: { desk: OfficerDesk, canBeRung: (actor: Actor) => Promise<void> }): Routes => app => {
  step(app, 'take-over', 'An officer takes the callback', desk.takeOver)
  step(app, 'dial', 'Ring the citizen and connect the officer', desk.dial, canBeRung)
  recordAnswers(app, desk)
  postpone(app, desk)
  decision(app, 'explain', 'Beyond law or policy: explained, the order may close', desk.explain)
  decision(app, 'rework', 'The unit\'s own fault: back to it', desk.rework)
  giveUp(app, desk)
}

/** @param before asked first, in no transaction */
function step (
  app: App, path: 'take-over' | 'dial', summary: string, work: Step<object>, before: (actor: Actor) => Promise<void> = async () => {}
): void {
  app.post(`/api/callbacks/:id/${path}`, {
    config: { roles: desks },
    schema: { tags, summary, headers: WriteHeaders, params: one, response: answers({ 200: Result }) }
  }, async (request, reply) => {
    await before(request.actor)
    return await write(request, reply, { action: `callback.${path}`, subject: request.params.id },
      async tx => result(await work(tx, request.actor, { callbackId: request.params.id })))
  })
}

/** What becomes of a bad answer. */
function decision (app: App, path: 'explain' | 'rework', summary: string, work: Step<Static<typeof Decision>>): void {
  app.post(`/api/callbacks/:id/${path}`, {
    config: { roles: desks },
    schema: { tags, summary, headers: WriteHeaders, params: one, body: Decision, response: answers({ 200: Result }) }
  }, async (request, reply) => await write(request, reply, {
    action: `callback.${path}`,
    subject: request.params.id,
    detail: { reason: request.body.reason }
  }, async tx => result(await work(tx, request.actor, { callbackId: request.params.id, ...request.body }))))
}

function recordAnswers (app: App, desk: OfficerDesk): void {
  app.post('/api/callbacks/:id/answers', {
    config: { roles: speakers },
    schema: {
      tags,
      summary: 'Record the answers that a citizen gave to a person',
      headers: WriteHeaders,
      params: one,
      body: Type.Object({
        contacted: Nullable(Type.Boolean()),
        solved: OneOf(solvedWords),
        grade: Nullable(Type.Integer({ minimum: 1, maximum: 5, description: '5 best … 1; null: would not say' })),
        freeWords: Type.Optional(Nullable(SafeText({ maxLength: 1000 }))),
        reason: Type.Optional(Nullable(OneOf(dissatisfactionReasons))),
        calledIn: Type.Optional(Type.Boolean({ description: 'the citizen rang us back' })),
        callId: Type.Optional(Nullable(ShortId()))
      }),
      response: answers({ 200: Result })
    }
  }, async (request, reply) => await write(request, reply, {
    action: 'callback.answers',
    subject: request.params.id,
    detail: { solved: request.body.solved, grade: request.body.grade }
  }, async tx => result(await desk.recordAnswers(tx, request.actor, { callbackId: request.params.id, ...request.body }))))
}

function postpone (app: App, desk: OfficerDesk): void {
  app.post('/api/callbacks/:id/postpone', {
    config: { roles: speakers },
    schema: {
      tags,
      summary: 'The citizen asked for another time',
      headers: WriteHeaders,
      params: one,
      body: Type.Object({
        until: MomentInput(),
        callId: Type.Optional(Type.String({
          maxLength: 100,
          pattern: '^[\\w.-]+$',
          description: 'the citizen\'s call; an agent needs one'
        })),
        how: Type.Optional(SafeText({ minLength: 1, maxLength: 400, description: 'an officer without a call: how the wish is known' }))
      }),
      response: answers({ 200: Result })
    }
  }, async (request, reply) => await write(request, reply, {
    action: 'callback.postpone',
    subject: request.params.id,
    detail: { until: request.body.until, callId: request.body.callId ?? null }
  }, async tx => result(await desk.postpone(tx, request.actor, {
    callbackId: request.params.id,
    ...request.body,
    until: new Date(request.body.until)
  }))))
}

function giveUp (app: App, desk: OfficerDesk): void {
  app.post('/api/callbacks/:id/give-up', {
    config: { roles: desks },
    schema: {
      tags,
      summary: 'Give up: the citizen declined calls, or the number is wrong',
      headers: WriteHeaders,
      params: one,
      body: Type.Object({
        why: OneOf(['declined', 'wrong-number'] as const),
        freeWords: Type.Optional(Nullable(SafeText({ maxLength: 1000, description: 'how it is known; needed without a call' }))),
        callId: Type.Optional(Nullable(ShortId('the citizen\'s call, when they rang us')))
      }),
      response: answers({ 200: Result })
    }
  }, async (request, reply) => await write(request, reply, {
    action: 'callback.give-up',
    subject: request.params.id,
    detail: { why: request.body.why }
  }, async tx => result(await desk.giveUp(tx, request.actor, { callbackId: request.params.id, ...request.body }))))
}
