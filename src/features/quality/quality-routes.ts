import Type from 'typebox'
import type { Role } from '../../domain/people/roles.ts'
import { makePage, Page, pageQuery, readPage } from '../../http/kit/pages.ts'
import type { App, Routes } from '../../http/kit/routes.ts'
import {
  answers, Id, Moment, Nullable, OneOf, params, Reason, SafeLine, SafeText, ShortId, WriteHeaders
} from '../../http/kit/schema-words.ts'
import { write } from '../../http/kit/write.ts'
import { decisions } from './quality-store.ts'
import type { Grading, Quality } from './quality.ts'
import { graders } from './rules/quality-form.ts'

export interface QualityRoutesOptions { quality: Quality }

const tags = ['calls']
/** They read what is theirs. */
const readers: readonly Role[] = [...graders, 'AGENT', 'CALLBACK_OFFICER', 'DISPATCHER']
const ofCall = params({ id: ShortId('call') })
const Day = Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}$', format: 'date' })
const Question = Type.Object({
  code: Type.String({ pattern: '^[a-z][a-z0-9-]{0,39}$' }),
  name: SafeLine({ minLength: 1, maxLength: 60 }),
  nameEn: SafeLine({ minLength: 1, maxLength: 80 }),
  points: Type.Integer({ minimum: 1, maximum: 100 })
})
const Questions = Type.Array(Question, { minItems: 1, maxItems: 20 })
const Pass = Type.Integer({ minimum: 1, maximum: 2000, description: 'points from which a call is 合格' })
const Form = Type.Object({ id: Id(), validFrom: Day, questions: Questions, pass: Pass, enteredBy: Type.String(), enteredAt: Moment() })
const Scores = Type.Record(Type.String({ maxLength: 40 }), Type.Integer({ minimum: 0, maximum: 100 }), { maxProperties: 20 })
const GradingOf = Type.Object({
  callId: Type.String(),
  offeredAt: Moment('when the call came'),
  extension: Type.String(),
  agent: Type.String({ description: 'login that held the telephone when the call was graded' }),
  formId: Id(),
  questions: Questions,
  pass: Pass,
  scores: Scores,
  total: Type.Integer(),
  passed: Type.Boolean(),
  remark: Type.String(),
  gradedBy: Type.String(),
  gradedAt: Moment(),
  objection: Nullable(Type.String()),
  objectedAt: Nullable(Moment()),
  decision: Nullable(OneOf(decisions)),
  decisionReason: Nullable(Type.String()),
  decidedBy: Nullable(Type.String()),
  decidedAt: Nullable(Moment())
})

/** 质检: the form, the gradings, an objection and its decision. */
export const qualityRoutes = (options: QualityRoutesOptions): Routes => app => {
  forms(app, options)
  reading(app, options)
  grading(app, options)
}

function forms (app: App, { quality }: QualityRoutesOptions): void {
  app.get('/api/quality/forms', {
    config: { roles: readers },
    schema: {
      tags,
      summary: 'Forms calls are graded by (质检表), the first one first',
      response: answers({ 200: Type.Object({ items: Type.Array(Form) }) })
    }
  }, async () => ({ items: await quality.forms() }))

  app.post('/api/quality/forms', {
    config: { roles: ['SUPERVISOR'] },
    schema: {
      tags,
      summary: 'Enter a form from tomorrow on or later',
      description: 'The same day once more replaces a form that has not begun. Gradings keep the form they were made by.',
      headers: WriteHeaders,
      body: Type.Object({ validFrom: Day, questions: Questions, pass: Pass }),
      response: answers({ 201: Form })
    }
  }, async (request, reply) => {
    const { validFrom, pass } = request.body
    const entered = await write(request, reply,
      { action: 'quality.form', subject: validFrom, status: 201, detail: { pass } },
      async tx => await quality.enterForm(tx, request.actor, request.body))
    return await reply.status(201).send(entered)
  })
}

function reading (app: App, { quality }: QualityRoutesOptions): void {
  app.get('/api/quality', {
    config: { roles: readers },
    schema: {
      tags,
      summary: 'Graded calls, the last graded first; agents have their own',
      querystring: Type.Object({
        ...pageQuery,
        agent: Type.Optional(ShortId('login')),
        objected: Type.Optional(OneOf(['true'] as const, 'only objections that are not decided'))
      }),
      response: answers({ 200: Page(GradingOf) })
    }
  }, async request => {
    const { after, limit } = readPage(request.query, ['date', 'string'])
    const { agent = null, objected } = request.query
    const rows = await quality.list(request.actor, { agent, objected: objected === 'true' }, { after, limit: limit + 1 })
    const page = makePage(rows, limit, row => [row.gradedAt, row.callId])
    return { ...page, items: page.items.filter(row => !row.hidden).map(({ hidden: _hidden, ...row }): Grading => row) }
  })

  app.get('/api/calls/:id/quality', {
    config: { roles: readers },
    schema: { tags, summary: 'The grading of a call', params: ofCall, response: answers({ 200: GradingOf }) }
  }, async request => await quality.one(request.actor, request.params.id))
}

function grading (app: App, { quality }: QualityRoutesOptions): void {
  app.post('/api/calls/:id/quality', {
    config: { roles: graders },
    schema: {
      tags,
      summary: 'Grade a recorded call (质检), by the form of today',
      params: ofCall,
      headers: WriteHeaders,
      body: Type.Object({ scores: Scores, remark: Type.Optional(SafeText({ maxLength: 1000 })) }),
      response: answers({ 201: GradingOf })
    }
  }, async (request, reply) => {
    const { id } = request.params
    const graded = await write<Grading>(request, reply,
      { action: 'call.grade', subject: id, status: 201, detail: ({ total, formId }) => ({ total, form: formId }) },
      async tx => await quality.grade(tx, request.actor, { callId: id, ...request.body }))
    return await reply.status(201).send(graded)
  })

  app.post('/api/calls/:id/quality/objection', {
    config: { roles: readers },
    schema: {
      tags,
      summary: 'Object to the grading of one\'s own call, once',
      params: ofCall,
      headers: WriteHeaders,
      body: Type.Object({ reason: Reason({ minLength: 2, maxLength: 1000 }) }),
      response: answers({ 200: GradingOf })
    }
  }, async (request, reply) => await write(request, reply, { action: 'call.grade-object', subject: request.params.id },
    async tx => await quality.object(tx, request.actor, { callId: request.params.id, ...request.body })))

  app.post('/api/calls/:id/quality/decision', {
    config: { roles: graders },
    schema: {
      tags,
      summary: 'Decide on an objection; with points the grading is another from then on',
      description: 'A second grader decides: neither the one who graded the call nor its agent.',
      params: ofCall,
      headers: WriteHeaders,
      body: Type.Object({ scores: Type.Optional(Scores), reason: Reason({ minLength: 2, maxLength: 1000 }) }),
      response: answers({ 200: GradingOf })
    }
  }, async (request, reply) => await write<Grading>(request, reply,
    { action: 'call.grade-decide', subject: request.params.id, detail: ({ decision, total }) => ({ decision, total }) },
    async tx => await quality.decide(tx, request.actor, { callId: request.params.id, ...request.body })))
}
