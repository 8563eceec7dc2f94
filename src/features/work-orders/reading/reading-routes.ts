import Type, { type Static } from 'typebox'
import { DomainError } from '../../../domain/errors.ts'
import { orderPurposes, type Role } from '../../../domain/people/roles.ts'
import { orderStates } from '../../../domain/work-order.ts'
import { makePage, Page, pageQuery, readPage } from '../../../http/kit/pages.ts'
import { staff, type App, type Routes } from '../../../http/kit/routes.ts'
import { answers, Id, Nullable, OneOf, params, SafeLine, ShortId } from '../../../http/kit/schema-words.ts'
import { rolesOf } from '../life-cycle/rules/life-cycle-steps.ts'
import { filterQuery } from '../work-orders-schemas.ts'
import type { OrderQueries } from './order-queries.ts'
import { Counts, Detail, RouteConflict, RouteSuggestion, Similar, Summary, type OrderFilter } from './order-views.ts'

const readers: readonly Role[] = [...staff, 'INTEGRATION']
const tags = ['work-orders']
const sorts = ['newest', 'due'] as const
const FilterQuery = Type.Object(filterQuery)

function date (text: string | undefined): Date | undefined {
  return text === undefined ? undefined : new Date(text)
}

/** A filter from the request's address. @throws DomainError `invalid-input` for a state there is not */
export function readFilter ({ state, from, to, ...rest }: Static<typeof FilterQuery>): OrderFilter {
  const states = state?.split(',').filter(s => s !== '').map(named => {
    const known = orderStates.find(s => s === named)
    if (known === undefined) throw new DomainError('invalid-input', 'there is no such state', { field: 'state', state: named })
    return known
  })
  const { ids, ...plain } = rest
  const given: OrderFilter = { ...plain }
  if (ids !== undefined) given.ids = ids.split(',').filter(id => id !== '')
  if (states) given.states = states
  const [since, until] = [date(from), date(to)]
  if (since) given.from = since
  if (until) given.to = until
  return given
}

/** Orders: lists, counts, and what may be known before one is filed. */
export const readingRoutes = ({ queries }: { queries: OrderQueries }): Routes => app => {
  list(app, queries)
  counts(app, queries)
  similar(app, queries)
  unitOf(app, queries)
  app.get('/api/work-orders/:id', {
    config: { roles: readers, purposes: orderPurposes },
    schema: { tags, summary: 'One order, whole', params: params({ id: Id() }), response: answers({ 200: Detail }) }
  }, async request => await queries.one(request.actor, request.params.id))
}

function list (app: App, queries: OrderQueries): void {
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
}

function counts (app: App, queries: OrderQueries): void {
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
}

function similar (app: App, queries: OrderQueries): void {
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
}

/** Which unit should have a matter. */
function unitOf (app: App, queries: OrderQueries): void {
  app.get('/api/work-orders/route', {
    config: { roles: rolesOf('case.file', 'intake.receive'), purposes: orderPurposes },
    schema: {
      tags,
      summary: 'The unit that should have it, and why, by the dispatch catalogue (派单目录)',
      querystring: Type.Object({
        category: Type.Optional(ShortId()),
        townId: Type.Optional(ShortId()),
        place: Type.Optional(SafeLine({ maxLength: 400 })),
        longitude: Type.Optional(Type.Number({ minimum: -180, maximum: 180, description: 'WGS-84, with the latitude' })),
        latitude: Type.Optional(Type.Number({ minimum: -90, maximum: 90 })),
        title: Type.Optional(SafeLine({ description: 'what it is about, in words' })),
        aboutUnitId: Type.Optional(ShortId())
      }),
      response: answers({
        200: Type.Object({
          suggestion: Nullable(RouteSuggestion),
          conflict: Nullable(RouteConflict)
        })
      })
    }
  }, async request => await queries.suggest(request.query))
}
