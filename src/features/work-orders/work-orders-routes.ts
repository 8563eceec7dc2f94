import Type, { type Static } from 'typebox'
import type { FastifyRequest } from 'fastify'
import type { Tx } from '../../db/database.ts'
import type { OrderRef } from './order-types.ts'
import { Counts, Detail, RouteSuggestion, Similar, Summary, type OrderFilter } from './reading/order-views.ts'
import type { OrderQueries } from './reading/order-queries.ts'
import { orderPurposes, type Role } from '../../domain/roles.ts'
import { DomainError } from '../../domain/errors.ts'
import { callOrderRoles, orderStates, purposeOfChannel, type OrderState } from '../../domain/work-order.ts'
import { firstContactSearch } from './intake/call-link-routes.ts'
import { linkCounted } from './intake/first-contact-search.ts'
import { rolesOf } from './life-cycle/rules/life-cycle-steps.ts'
import { rejectReasons, type OrderEventType } from './rules/order-facts.ts'
import { keepWithinLimit } from '../../access/number-search-limit.ts'
import { numberFinder, type NumberFinder } from '../../http/kit/number-finder.ts'
import { makePage, Page, pageQuery, readPage } from '../../http/kit/pages.ts'
import { staff, type Routes } from '../../http/kit/routes.ts'
import { reader } from '../../http/kit/validation.ts'
import { answers, Id, Nullable, OneOf, params, Reason, SafeLine, SafeText, ShortId, WriteHeaders } from '../../http/kit/schema-words.ts'
import { write } from '../../http/kit/write.ts'
import { fields, filterQuery, Ref, source, Version, type Input, type Properties } from './work-orders-schemas.ts'
import type { OrderCommands } from './work-orders.ts'

export interface WorkOrderRoutesOptions { commands: OrderCommands, queries: OrderQueries }

const readers: readonly Role[] = [...staff, 'INTEGRATION']
const desk: readonly Role[] = ['AGENT', 'SHIFT_LEADER', 'DISPATCHER']

const tags = ['work-orders']
const sorts = ['newest', 'due'] as const
const OrderParams = params({ id: Id() })
const NewOrder = Type.Object({
  ...fields,
  ...source,
  file: Type.Optional(Type.Boolean({ description: 'true (default): file it as a case; false: received only' }))
})
const FilterQuery = Type.Object(filterQuery)

/** For the audit: the result, never the words. */
export const outcome = (ref: OrderRef): Record<string, unknown> => ({ number: ref.number, state: ref.state, version: ref.version })

const isNumber = (typed: string | null | undefined): typed is string => typeof typed === 'string' && typed.trim() !== ''

function date (text: string | undefined): Date | undefined {
  return text === undefined ? undefined : new Date(text)
}

/** What the search by number finds of orders. */
export const ordersOfNumber = (queries: Pick<OrderQueries, 'ofNumber'>): NumberFinder =>
  numberFinder('orders', Type.Array(Summary), async (_tx, actor, hash) => await queries.ofNumber(actor, hash))

/** A filter from the request's address. @throws DomainError `invalid-input` for a state there is not */
export function readFilter ({ state, from, to, ...rest }: Static<typeof FilterQuery>): OrderFilter {
  const states = state?.split(',').filter(s => s !== '')
  const unknown = states?.find(s => !(orderStates as readonly string[]).includes(s))
  if (unknown !== undefined) throw new DomainError('invalid-input', 'there is no such state', { field: 'state', state: unknown })
  const { ids, ...plain } = rest
  const given: OrderFilter = { ...plain }
  if (ids !== undefined) given.ids = ids.split(',').filter(id => id !== '')
  if (states) given.states = states as OrderState[]
  const [since, until] = [date(from), date(to)]
  if (since) given.from = since
  if (until) given.to = until
  return given
}

/** Orders: taking them in, and reading them. What units and the Centre do with them is in dispatch-routes. */
export function workOrderRoutes ({ commands, queries }: WorkOrderRoutesOptions): Routes {
  return app => {
    app.post('/api/work-orders', {
      config: { roles: rolesOf('case.file', 'intake.receive'), purposes: orderPurposes },
      schema: {
        tags,
        summary: 'Take in an order',
        description: 'Files it at once unless `file` is false. With `callId`, the draft of that call becomes the order.',
        headers: WriteHeaders,
        body: NewOrder,
        response: answers({ 201: Ref })
      }
    }, async (request, reply) => {
      const { file = true, receivedAt, ...input } = request.body
      if (request.purposes && !request.purposes.includes(purposeOfChannel(input.channel))) {
        throw new DomainError('not-allowed', 'this token sends no orders of this channel')
      }
      // Who writes one down by hand would take the number from the source, whose own order is then refused for ever.
      if (!request.purposes && input.sourceNumber && purposeOfChannel(input.channel) !== 'orders') {
        throw new DomainError('source-number-taken', 'the numbers of this source come with its own orders', { field: 'sourceNumber' })
      }
      const given = receivedAt === undefined ? input : { ...input, receivedAt: new Date(receivedAt) }
      return await write(request, reply, {
        action: file ? 'order.file' : 'order.receive',
        subject: ref => ref.id,
        status: 201,
        detail: outcome
      }, async tx => file ? await commands.file(tx, request.actor, given) : await commands.receive(tx, request.actor, given))
    })

    app.get('/api/work-orders', {
      config: { roles: readers, purposes: orderPurposes },
      schema: {
        tags,
        summary: 'Orders, newest first or the most urgent first',
        querystring: Type.Object({
          ...filterQuery,
          sort: Type.Optional(OneOf(sorts, '`due`: 特急 first, then by the clock that runs out next')),
          ...pageQuery
        }),
        response: answers({ 200: Page(Summary) })
      }
    }, async request => {
      const { cursor, limit: wanted, sort, ...filter } = request.query
      const page = { ...(cursor === undefined ? {} : { cursor }), ...(wanted === undefined ? {} : { limit: wanted }) }
      if (sort === 'due') {
        const { after, limit } = readPage(page, ['number', 'date', 'uuid'])
        const rows = await queries.urgentFirst(request.actor, readFilter(filter), { after, limit })
        return makePage(rows, limit, row => [row.urgency === 'critical' ? 0 : 1, row.nextDueAt, row.id])
      }
      const { after, limit } = readPage(page, ['date', 'uuid'])
      const rows = await queries.list(request.actor, readFilter(filter), { after, limit })
      return makePage(rows, limit, row => [row.receivedAt, row.id])
    })

    app.get('/api/work-orders/counts', {
      config: { roles: readers, purposes: orderPurposes },
      schema: {
        tags,
        summary: 'How many orders, by state, town and unit',
        description: 'Any filter of the list; with the time it was counted.',
        querystring: FilterQuery,
        response: answers({ 200: Counts })
      }
    }, async request => await queries.counts(request.actor, readFilter(request.query)))

    app.get('/api/work-orders/similar', {
      config: { roles: readers, purposes: orderPurposes },
      schema: {
        tags,
        summary: 'Orders that may be about the same',
        description: 'By the caller on your line, the place in words, coordinates within 200 m, or category and town.',
        querystring: Type.Object({
          callId: Type.Optional(ShortId('a call on your own line, ringing too, now or within the last hour: orders of its caller')),
          place: Type.Optional(SafeLine({ maxLength: 400 })),
          townId: filterQuery.townId,
          category: filterQuery.category,
          longitude: Type.Optional(Type.Number({ minimum: -180, maximum: 180 })),
          latitude: Type.Optional(Type.Number({ minimum: -90, maximum: 90 })),
          withinHours: Type.Optional(Type.Integer({ minimum: 1, maximum: 24 * 366 }))
        }),
        response: answers({ 200: Type.Object({ items: Type.Array(Similar) }) })
      }
    }, async request => ({ items: await queries.similar(request.actor, request.query) }))

    app.get('/api/work-orders/route', {
      config: { roles: rolesOf('case.file', 'intake.receive'), purposes: orderPurposes },
      schema: {
        tags,
        summary: 'The unit that should have it, and why',
        querystring: Type.Object({
          category: Type.Optional(ShortId()),
          townId: Type.Optional(ShortId()),
          place: Type.Optional(SafeLine({ maxLength: 400 })),
          aboutUnitId: Type.Optional(ShortId())
        }),
        response: answers({ 200: Type.Object({ suggestion: Nullable(RouteSuggestion) }) })
      }
    }, async request => ({ suggestion: await queries.suggest(request.query) }))

    app.get('/api/work-orders/:id', {
      config: { roles: readers, purposes: orderPurposes },
      schema: { tags, summary: 'One order, whole', params: OrderParams, response: answers({ 200: Detail }) }
    }, async request => await queries.one(request.actor, request.params.id))

    /** Trying numbers one after another is limited, also where each is entered. */
    const searching = (run: (tx: Tx) => Promise<OrderRef>, login: string, isSearch: boolean) => async (tx: Tx): Promise<OrderRef> => {
      const ref = await run(tx)
      if (isSearch) await keepWithinLimit(tx, login, app.writes.clock.now())
      return ref
    }

    /** A write on one order: `PUT` or `POST` with the version the caller has seen. */
    const on = <P extends Properties>(
      method: 'PUT' | 'POST', path: string, summary: string, action: string, step: OrderEventType, body: P,
      run: (request: FastifyRequest, input: Input<P>) => (tx: Tx) => Promise<OrderRef>,
      { description, typed = async () => false }: {
        description?: string, typed?: (request: FastifyRequest, input: Input<P>) => Promise<boolean>
      } = {}
    ): void => {
      const schema = Type.Object<typeof Version & P>({ ...Version, ...body })
      const read = reader(schema)
      const told = { tags, summary, ...(description && { description }), params: OrderParams, headers: WriteHeaders, body: schema }
      app.route({
        method,
        url: `/api/work-orders/:id/${path}`,
        config: { roles: rolesOf(step), purposes: orderPurposes },
        schema: { ...told, response: answers({ 200: Ref }) },
        handler: async (request, reply) => {
          const orderId = request.params.id
          const input = Object.assign({}, read(request.body), { orderId })
          const isSearch = await typed(request, input)
          return await write(request, reply, {
            action,
            subject: orderId,
            detail: ref => ({ ...outcome(ref), ...(isSearch ? { typed: true } : {}) })
          }, searching(run(request, input), request.actor.id, isSearch))
        }
      })
    }
    const reply = { reply: Reason({ minLength: 1, description: 'the answer to the citizen' }) }

    const correction = {
      ...fields,
      reason: Type.Optional(SafeText({ description: 'needed to lift confidentiality, or to turn it into praise, once it was taken in' }))
    }
    on('PUT', 'draft', 'Save the draft', 'order.draft', 'draft.save', correction,
      (r, input) => async tx => await commands.saveDraft(tx, r.actor, input))
    on('POST', 'receive', 'The draft is an intake record now', 'order.receive', 'intake.receive', correction,
      (r, input) => async tx => await commands.receive(tx, r.actor, input))
    on('POST', 'file', 'File it as a case 立案', 'order.file', 'case.file', correction,
      (r, input) => async tx => await commands.file(tx, r.actor, input))
    on('PUT', 'matter', 'Correct what is known of it', 'order.amend', 'case.amend', correction,
      (r, input) => async tx => await commands.amend(tx, r.actor, input), {
        description: 'A number that is not the caller\'s of its call on the own line counts as a search by number.',
        typed: async (r, { orderId, complainantNumber: number }) => isNumber(number) && !await queries.isCallerOf(r.actor, orderId, number)
      })
    const answer = { ...reply, article: Type.Optional(Nullable(ShortId('knowledge article'))) }
    on('POST', 'answer', 'Answered at once 直接答复', 'order.answer', 'intake.answer', answer,
      (r, input) => async tx => await commands.answer(tx, r.actor, input))
    on('POST', 'reject', 'Not accepted 不予受理', 'order.reject', 'intake.reject', { ...reply, reason: OneOf(rejectReasons) },
      (r, input) => async tx => await commands.reject(tx, r.actor, input))
    on('POST', 'merge', 'Merge into an open order 并单', 'order.merge', 'case.merge', { targetId: Id() },
      (r, input) => async tx => await commands.merge(tx, r.actor, input))
    on('POST', 'praise', 'Forward praise and close', 'order.praise', 'praise.forward',
      { unitId: ShortId(), reply: Type.Optional(SafeText()) }, (r, input) => async tx => await commands.forwardPraise(tx, r.actor, input))

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
          requestType: fields.requestType,
          confidential: fields.confidential,
          marks: fields.marks
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
      }, searching(async tx => await commands.addComplainant(tx, actor, { ...request.body, orderId: request.params.id }), actor.id, typed))
    })

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

    app.post('/api/work-orders/:id/calls', {
      config: { roles: [...desk, 'CALLBACK_OFFICER'] },
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
}
