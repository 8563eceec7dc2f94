import Type from 'typebox'
import type { Database } from '../../db/database.ts'
import type { Role } from '../../domain/people/roles.ts'
import { callOrderRoles } from '../../domain/work-order.ts'
import { callFigureNames } from './figure-queries.ts'
import { callResults } from './call-queries.ts'
import type { Calls } from './calls.ts'
import { personsDays } from './missed-calls.ts'
import { listeners, type Recordings } from './recordings/recordings.ts'
import { callDirections, callEntryKinds, callPurposes, callStates, channelKinds } from './rules/call.ts'
import { dispositions } from './rules/disposition.ts'
import { spokenSeconds, tryOutcomes } from './rules/return-by-hand.ts'
import { numberFinder, type NumberFinder } from '../../http/kit/number-finder.ts'
import { makePage, Page, pageQuery, readPage } from '../../http/kit/pages.ts'
import type { App, Routes } from '../../http/kit/routes.ts'
import {
  answers, Moment, MomentInput, Nullable, OneOf, params, ReasonLine, SafeText, ShortId, WriteHeaders
} from '../../http/kit/schema-words.ts'
import { write } from '../../http/kit/write.ts'

export interface CallRoutesOptions {
  db: Database
  calls: Calls
  recordings: Recordings
}

const tags = ['calls']
const desks: readonly Role[] = [
  'AGENT', 'SHIFT_LEADER', 'CALLBACK_OFFICER', 'DISPATCHER', 'SUPERVISOR', 'EMERGENCY_COORDINATOR', 'ADMINISTRATOR'
]
const one = params({ id: ShortId('call; an id that was merged into another finds that one') })

const shortAbandonSeconds = Type.Integer({ minimum: 0, maximum: 120, description: 'giving up sooner is not counted; default 5' })

const summary = {
  id: Type.String(),
  direction: OneOf(callDirections),
  purpose: Nullable(OneOf(callPurposes)),
  state: OneOf(callStates),
  result: OneOf(callResults),
  number: Type.String({ description: 'masked; in full for the agent in the call and for callback officers; empty when withheld' }),
  withheld: Type.Boolean(),
  did: Nullable(Type.String({ description: 'what was dialled' })),
  service: Nullable(Type.String({ description: 'old service line that was dialled' })),
  offeredAt: Moment(),
  queuedAt: Nullable(Moment()),
  answeredAt: Nullable(Moment()),
  answeredBy: Nullable(Type.String({ description: 'extension, `leader`, `duty` or `outside`' })),
  endedAt: Nullable(Moment()),
  endedBy: Nullable(Type.String({ description: '`citizen`, `outside`, `exchange`, `pbx-lost` or an extension' })),
  recorded: Type.Boolean(),
  disposition: Nullable(OneOf(dispositions))
}
const CallSummary = Type.Object(summary)
const CallToRingBack = Type.Object({
  ...summary,
  takenBy: Nullable(Type.String({ description: 'login of the person who rings the citizen now' })),
  lastTry: Nullable(Type.Object({
    by: Type.String({ description: 'login of the person who rang the citizen' }),
    at: Moment(),
    outcome: OneOf(tryOutcomes),
    seconds: Nullable(Type.Integer({ description: 'how long both were on the line; null: nobody answered' }))
  }))
})
const CallDetail = Type.Object({
  ...summary,
  overflowTo: Nullable(Type.String()),
  abandonedAt: Nullable(Moment()),
  endCause: Nullable(Type.Integer({ description: 'Q.850; 0 and 16 are normal' })),
  recordingBytes: Nullable(Type.Integer()),
  dispositionBy: Nullable(Type.String()),
  dispositionAt: Nullable(Moment()),
  channels: Type.Array(Type.Object({
    kind: OneOf(channelKinds),
    extension: Nullable(Type.String()),
    startedAt: Moment(),
    answeredAt: Nullable(Moment()),
    endedAt: Nullable(Moment()),
    cause: Nullable(Type.Integer())
  })),
  orders: Type.Array(Type.Object({ orderId: Type.String(), role: OneOf(callOrderRoles), number: Nullable(Type.String()) })),
  timeline: Type.Array(
    Type.Object({ at: Moment(), kind: OneOf(callEntryKinds), actor: Type.String(), detail: Type.Record(Type.String(), Type.Unknown()) })
  )
})
const Rate = Type.Object({
  numerator: Type.Integer(),
  denominator: Type.Integer(),
  value: Nullable(Type.Number({ description: '0 to 1; null when nothing was counted' })),
  leftOut: Type.Integer({ description: 'calls not counted: short abandons' })
})
const Figures = Type.Object({
  from: Moment(),
  to: Moment(),
  offered: Type.Integer(),
  answeredIn15s: Rate,
  connection: Rate,
  abandoned: Rate,
  talkSeconds: Nullable(Type.Number({ description: 'mean length of the answered calls that have ended' })),
  lost: Type.Integer({ description: 'lost by a failure of the exchange; counted as offered and not connected' }),
  shortAbandonSeconds: Type.Integer()
})

/** What the search by number finds of calls. */
export const callsOfNumber = (calls: Pick<Calls, 'ofNumber'>): NumberFinder =>
  numberFinder('calls', Type.Array(CallSummary), async (_tx, actor, hashes) => await calls.ofNumber(actor, hashes))

/** Calls: lists, one whole, waiting now, figures, wrap-up and recordings. */
export const callRoutes = (options: CallRoutesOptions): Routes => app => {
  list(app, options)
  waiting(app, options)
  toRingBack(app, options)
  figures(app, options)
  oneCall(app, options)
  recording(app, options)
}

function list (app: App, { calls }: CallRoutesOptions): void {
  app.get('/api/calls', {
    config: { roles: desks },
    schema: {
      tags,
      summary: 'Calls, newest first',
      querystring: Type.Object({
        ...pageQuery,
        from: Type.Optional(MomentInput()),
        to: Type.Optional(MomentInput()),
        agent: Type.Optional(ShortId('extension of an agent who spoke in the call')),
        result: Type.Optional(OneOf(callResults)),
        direction: Type.Optional(OneOf(callDirections)),
        figure: Type.Optional(OneOf(callFigureNames, 'the calls this figure of `/api/calls/figures` counts')),
        shortAbandonSeconds: Type.Optional(shortAbandonSeconds)
      }),
      response: answers({ 200: Page(CallSummary) })
    }
  }, async request => {
    const { from, to, cursor: _cursor, limit: _limit, ...filter } = request.query
    const { after, limit } = readPage(request.query, ['date', 'string'])
    const rows = await calls.list(
      request.actor,
      { ...filter, ...from ? { from: new Date(from) } : {}, ...to ? { to: new Date(to) } : {} },
      { after, limit: limit + 1 }
    )
    return makePage(rows, limit, call => [call.offeredAt, call.id])
  })
}

function waiting (app: App, { calls }: CallRoutesOptions): void {
  app.get('/api/calls/waiting', {
    config: { roles: [...desks, 'LEADER'] },
    schema: {
      tags,
      summary: 'Citizens waiting now, longest first',
      response: answers({ 200: Type.Object({ items: Type.Array(CallSummary) }) })
    }
  }, async request => ({ items: await calls.waiting(request.actor) }))
}

function toRingBack (app: App, { calls }: CallRoutesOptions): void {
  app.get('/api/calls/to-ring-back', {
    config: { roles: desks },
    schema: {
      tags,
      summary: 'Citizens whom a person is to ring 待人工回拨, who waits longest first',
      description: 'They took our returns, pressed 1 and found nobody, as often as the attempt policy says. Or each call of a return ' +
        `failed on our side. Or a person rang them before that and was with them for less than ${spokenSeconds} s. They leave the list ` +
        'when a person has spoken with them for as long, when they call again, when their number proves not to exist, and after ' +
        `${personsDays} days. \`lastTry\`: a person's last call in vain.`,
      response: answers({ 200: Type.Object({ items: Type.Array(CallToRingBack) }) })
    }
  }, async request => ({ items: await calls.toRingBack(request.actor) }))
}

function figures (app: App, { calls }: CallRoutesOptions): void {
  app.get('/api/calls/figures', {
    config: { roles: [...desks, 'LEADER'] },
    schema: {
      tags,
      summary: 'Rates of calls answered within 15 s, connected and abandoned, each with its counts',
      querystring: Type.Object({
        from: MomentInput(),
        to: MomentInput(),
        shortAbandonSeconds: Type.Optional(shortAbandonSeconds),
        answeredBy: Type.Optional(ShortId('extension: only the calls that it answered'))
      }),
      response: answers({ 200: Figures })
    }
  }, async request => {
    const { from, to, ...more } = request.query
    return await calls.figures({ from: new Date(from), to: new Date(to), ...more })
  })
}

function oneCall (app: App, { calls }: CallRoutesOptions): void {
  app.get('/api/calls/:id', {
    config: { roles: desks },
    schema: { tags, summary: 'One call with its timeline and orders', params: one, response: answers({ 200: CallDetail }) }
  }, async request => await calls.get(request.actor, request.params.id))

  app.get('/api/calls/:id/earlier', {
    config: { roles: desks },
    schema: {
      tags,
      summary: 'Earlier calls of the same caller',
      params: one,
      response: answers({ 200: Type.Object({ items: Type.Array(CallSummary) }) })
    }
  }, async request => ({ items: await calls.earlier(request.actor, request.params.id) }))

  app.post('/api/calls/:id/disposition', {
    config: { roles: ['AGENT', 'SHIFT_LEADER', 'CALLBACK_OFFICER', 'SUPERVISOR'] },
    schema: {
      tags,
      summary: 'Set the disposition of a call (小结)',
      headers: WriteHeaders,
      params: one,
      body: Type.Object({ disposition: OneOf(dispositions), note: Type.Optional(SafeText({ maxLength: 400 })) }),
      response: answers({ 200: Type.Object({ callId: Type.String(), disposition: OneOf(dispositions) }) })
    }
  }, async (request, reply) => await write(request, reply, {
    action: 'call.disposition',
    subject: request.params.id,
    detail: { disposition: request.body.disposition }
  }, async tx => await calls.setDisposition(tx, request.actor, { callId: request.params.id, ...request.body })))
}

function recording (app: App, { db, recordings }: CallRoutesOptions): void {
  app.get('/api/calls/:id/recording', {
    config: { roles: listeners },
    schema: {
      tags,
      summary: 'The recording, as WAV; the listener and the reason are kept',
      params: one,
      querystring: Type.Object({ reason: ReasonLine({ minLength: 2, maxLength: 200, description: 'why it is listened to; kept' }) }),
      response: answers({ 200: Type.Unsafe<unknown>({ description: 'audio/wav' }) })
    }
  }, async (request, reply) => {
    const recording = await recordings.find(db, request.actor, request.params.id)
    await write(request, reply,
      { action: 'call.listen', subject: recording.callId, detail: { reason: request.query.reason }, repeatable: false }, async () => null)
    return await reply.type('audio/wav')
      .header('content-length', recording.bytes)
      .header('cache-control', 'no-store')
      .send(recording.stream())
  })
}
