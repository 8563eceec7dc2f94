import Type from 'typebox'
import { callOrderRoles } from '../../../domain/work-order.ts'
import { staff, type App, type Routes } from '../../../http/kit/routes.ts'
import { answers, Nullable, OneOf, Reason, SafeLine, SafeText, WriteHeaders } from '../../../http/kit/schema-words.ts'
import { write } from '../../../http/kit/write.ts'
import { rolesOf } from '../life-cycle/rules/life-cycle-steps.ts'
import { OrderParams, orderVerbs, outcome, searching, tags, type OrderVerbs } from '../order-write.ts'
import type { OrderQueries } from '../reading/order-queries.ts'
import { fields, Ref, source } from '../work-orders-schemas.ts'
import type { OrderCommands } from '../work-orders.ts'
import { callLinkers, firstContactSearch } from './call-link-routes.ts'
import { linkCounted } from './first-contact-search.ts'
import { correction } from './intake-routes.ts'

export interface AmendingRoutesOptions { commands: OrderCommands, queries: Pick<OrderQueries, 'isCaller' | 'isCallerOf'> }

const isNumber = (typed: string | null | undefined): typed is string => typeof typed === 'string' && typed.trim() !== ''

/** What comes to be known of an order later: corrections, further complainants, notes, calls. */
export const amendingRoutes = (options: AmendingRoutesOptions): Routes => app => {
  amend(orderVerbs(app), options)
  addComplainant(app, options)
  note(app, options)
  linkCall(app, options)
}

function amend (on: OrderVerbs, { commands, queries }: AmendingRoutesOptions): void {
  on('PUT', 'matter', 'Correct what is known of it', 'order.amend', 'case.amend', correction,
    (r, input) => async tx => await commands.amend(tx, r.actor, input), {
      description: 'A number that is not the caller\'s of its call on the own line counts as a search by number.',
      typed: async (r, { orderId, complainantNumber: number }) => isNumber(number) && !await queries.isCallerOf(r.actor, orderId, number)
    })
}

function addComplainant (app: App, { commands, queries }: AmendingRoutesOptions): void {
  app.post('/api/work-orders/:id/complainants', {
    config: { roles: rolesOf('complainant.add') },
    schema: {
      tags,
      summary: 'Another person complains about the same',
      description: 'A number that is among them already changes nothing. A number that is not the caller\'s on the own line counts ' +
        'as a search by number.',
      params: OrderParams,
      headers: WriteHeaders,
      body: Type.Object({
        name: Type.Optional(Nullable(SafeLine())),
        number: Type.Optional(fields.complainantNumber),
        callId: source.callId,
        wantsCallback: Type.Optional(Type.Boolean()),
        words: Type.Optional(SafeText({ maxLength: 10_000, description: '诉求原文: what this person said' })),
        requestType: fields.requestType,
        confidential: fields.confidential,
        marks: fields.marks,
        complainantKind: fields.complainantKind,
        creditCode: fields.creditCode
      }),
      response: answers({ 200: Ref })
    }
  }, async (request, reply) => {
    const { actor, body: { number, callId } } = request
    // Whether a number is among them is a search like any other, unless it is the caller's on the own line.
    const typed = isNumber(number) && !(typeof callId === 'string' && await queries.isCaller(actor, callId, number))
    return await write(request, reply, {
      action: 'order.complainant',
      subject: request.params.id,
      detail: ref => ({ ...outcome(ref), typed })
    }, searching(async tx => await commands.addComplainant(tx, actor, { ...request.body, orderId: request.params.id }),
      { login: actor.id, isSearch: typed, clock: app.writes.clock }))
  })
}

function note (app: App, { commands }: AmendingRoutesOptions): void {
  app.post('/api/work-orders/:id/notes', {
    config: { roles: rolesOf('case.note').filter(role => staff.includes(role)) },
    schema: {
      tags,
      summary: 'A note on the timeline',
      params: OrderParams,
      headers: WriteHeaders,
      body: Type.Object({ text: Reason({ minLength: 1 }) }),
      response: answers({ 200: Ref })
    }
  }, async (request, reply) => await write(request, reply, { action: 'order.note', subject: request.params.id },
    async tx => await commands.note(tx, request.actor, { ...request.body, orderId: request.params.id })))
}

function linkCall (app: App, { commands }: AmendingRoutesOptions): void {
  app.post('/api/work-orders/:id/calls', {
    config: { roles: callLinkers },
    schema: {
      tags,
      summary: 'Link a call',
      description: firstContactSearch,
      params: OrderParams,
      headers: WriteHeaders,
      body: Type.Object({ callId: Type.String({ maxLength: 100, pattern: '^[\\w.-]+$' }), role: OneOf(callOrderRoles) }),
      response: answers({ 200: Ref })
    }
  }, async (request, reply) => await linkCounted(request, reply, { action: 'order.call', subject: request.params.id }, request.body.role,
    async tx => await commands.linkCall(tx, request.actor, { ...request.body, orderId: request.params.id })))
}
