import Type from 'typebox'
import { DomainError } from '../../domain/errors.ts'
import { numberFinder, type NumberFinder } from '../../http/kit/number-finder.ts'
import { makePage, Page, pageQuery, readPage } from '../../http/kit/pages.ts'
import { staff, type App, type Routes } from '../../http/kit/routes.ts'
import {
  answers, Id, Moment, MomentInput, Nullable, OneOf, params, PhoneText, Reason, ReasonLine, ShortId, WriteHeaders
} from '../../http/kit/schema-words.ts'
import { write } from '../../http/kit/write.ts'
import { shownOfBlock } from './block-columns.ts'
import { blockKeepers, type Blocking } from './blocking.ts'
import { blockStates } from './rules/block.ts'

export interface BlockingRoutesOptions { blocking: Blocking }

const Block = Type.Object({
  ...shownOfBlock,
  number: Type.String({ description: 'masked; empty when the call it was blocked by hides it from you' }),
  state: OneOf(blockStates, 'half-standing: the first day, while a second person is waited for'),
  holdsUntil: Moment('until when calls are turned away, as things are'),
  refusedCalls: Type.Integer({ description: 'calls turned away by this block' })
})
const BlockOfNumber = Type.Object({
  id: Id(),
  holdsUntil: Moment(),
  reason: Type.String(),
  blockedBy: Type.String({ description: 'may not take down the objection' }),
  objection: Nullable(Type.String({ description: 'objections of the blocked person' })),
  objectionDecidedAt: Nullable(Moment('null: not decided yet')),
  objectionAnswer: Nullable(Type.String())
})
const tags = ['calls']
const one = params({ id: Id('block') })
const Ref = Type.Object({ id: Id() })

/** What the search by number finds of a block. */
export const blockOfNumber = (blocking: Pick<Blocking, 'ofNumber'>): NumberFinder =>
  numberFinder('block', Nullable(BlockOfNumber), async (tx, _actor, hashes) => await blocking.ofNumber(tx, hashes))

/** 拉黑: numbers turned away for a time. */
export const blockingRoutes = (options: BlockingRoutesOptions): Routes => app => {
  list(app, options)
  block(app, options)
  confirmAndFree(app, options)
  objections(app, options)
}

function list (app: App, { blocking }: BlockingRoutesOptions): void {
  app.get('/api/number-blocks', {
    config: { roles: blockKeepers },
    schema: {
      tags,
      summary: 'Blocked numbers that stand, or the list of a month',
      querystring: Type.Object({
        ...pageQuery,
        month: Type.Optional(Type.String({ pattern: '^\\d{4}-\\d{2}$', description: '2026-11: every block that stood in the month' }))
      }),
      response: answers({ 200: Page(Block) })
    }
  }, async request => {
    const { after, limit } = readPage(request.query, ['date', 'string'])
    return makePage(await blocking.list(request.actor, request.query.month ?? null, after, limit), limit, row => [row.blockedAt, row.id])
  })
}

function block (app: App, { blocking }: BlockingRoutesOptions): void {
  app.post('/api/number-blocks', {
    config: { roles: ['SHIFT_LEADER'] },
    schema: {
      tags,
      summary: 'Turn a number away; more than 24 hours needs a second person',
      description: 'The caller hears which number to ring in an emergency. Never on the emergency duty line, ' +
        'and never for a ring-back after a call of ours.',
      headers: WriteHeaders,
      body: Type.Object({
        number: Type.Optional(PhoneText('in any spelling; or callId')),
        callId: Type.Optional(ShortId('a call of the number')),
        reason: ReasonLine({ minLength: 2 }),
        evidence: Reason({ minLength: 2, maxLength: 1000 }),
        until: MomentInput('at most 90 days from now')
      }),
      response: answers({ 201: Ref })
    }
  }, async (request, reply) => {
    const { number, callId, reason, evidence, until } = request.body
    if (number !== undefined && callId !== undefined) {
      throw new DomainError('invalid-input', 'give a number or a call, not both', { field: 'number' })
    }
    return await write(request, reply, {
      action: 'number.block',
      subject: result => result.id,
      status: 201,
      detail: { callId, until, reason }
    }, async tx => await blocking.block(tx, request.actor, callId === undefined ? { number: number ?? '' } : { callId },
      { reason, evidence, until: new Date(until) }))
  })
}

/** What a second person says to a block. */
function confirmAndFree (app: App, { blocking }: BlockingRoutesOptions): void {
  app.post('/api/number-blocks/:id/confirm', {
    config: { roles: blockKeepers },
    schema: {
      tags,
      summary: 'The second person confirms a block of more than 24 hours',
      headers: WriteHeaders,
      params: one,
      response: answers({ 200: Ref })
    }
  }, async (request, reply) => await write(request, reply, { action: 'number.confirm-block', subject: request.params.id },
    async tx => await blocking.confirm(tx, request.actor, request.params.id)))

  app.post('/api/number-blocks/:id/free', {
    config: { roles: blockKeepers },
    schema: {
      tags,
      summary: 'Free the number',
      headers: WriteHeaders,
      params: one,
      body: Type.Object({ reason: ReasonLine({ minLength: 2 }) }),
      response: answers({ 200: Ref })
    }
  }, async (request, reply) => await write(request, reply, { action: 'number.free', subject: request.params.id, detail: request.body },
    async tx => await blocking.free(tx, request.actor, request.params.id, request.body.reason)))
}

function objections (app: App, { blocking }: BlockingRoutesOptions): void {
  app.post('/api/number-blocks/:id/objection', {
    config: { roles: staff },
    schema: {
      tags,
      summary: 'Record an objection of the blocked person',
      headers: WriteHeaders,
      params: one,
      body: Type.Object({ words: Reason({ minLength: 2, maxLength: 1000 }) }),
      response: answers({ 200: Ref })
    }
  }, async (request, reply) => await write(request, reply, { action: 'number.objection', subject: request.params.id },
    async tx => await blocking.object(tx, request.actor, request.params.id, request.body.words)))

  app.post('/api/number-blocks/:id/objection/decision', {
    config: { roles: blockKeepers },
    schema: {
      tags,
      summary: 'Decide the objection; never by the person who blocked',
      headers: WriteHeaders,
      params: one,
      body: Type.Object({ keep: Type.Boolean({ description: 'false: the number is freed' }), answer: ReasonLine({ minLength: 2 }) }),
      response: answers({ 200: Ref })
    }
  }, async (request, reply) => await write(request, reply, {
    action: 'number.decide-objection',
    subject: request.params.id,
    detail: request.body
  }, async tx => await blocking.decideObjection(tx, request.actor, request.params.id, request.body)))
}
