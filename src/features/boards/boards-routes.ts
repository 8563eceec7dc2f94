import Type, { type Static } from 'typebox'
import { agentStates, type AgentState } from '../../domain/people/agents.ts'
import type { Clock } from '../../domain/time/clock.ts'
import { DomainError } from '../../domain/errors.ts'
import { systemActor, type Actor, type Role } from '../../domain/people/roles.ts'
import { orderStates, requestTypes, urgencies } from '../../domain/work-order.ts'
import type { BoardFilter } from './boards-store.ts'
import { spans, type Boards } from './boards.ts'
import { figureNames } from './figure-sql.ts'
import { rateKeys, tallyFields } from './rules/rates.ts'
import { makePage, Page, pageQuery, readPage } from '../../http/kit/pages.ts'
import type { App, Routes } from '../../http/kit/routes.ts'
import { answers, ChannelCode, ForEach, Id, Moment, MomentInput, Nullable, OneOf, ShortId } from '../../http/kit/schema-words.ts'

const watchers: readonly Role[] = ['SHIFT_LEADER', 'SUPERVISOR', 'LEADER', 'ADMINISTRATOR', 'DISPATCHER', 'EMERGENCY_COORDINATOR']
/** A wall board has no personal data: figures, no names, no numbers. */
const walls: readonly Role[] = [...watchers, 'WALL']
const tags = ['boards']

const Tally = ForEach(tallyFields, Type.Integer())
const Line = Type.Object({ key: Nullable(Type.String({ description: 'null: not known yet' })), name: Type.String(), ...Tally.properties })
const rate = {
  numerator: Type.Integer(),
  denominator: Type.Integer(),
  value: Nullable(Type.Number({ description: '0 to 1; null when nothing was counted' }))
}
const Figure = Type.Object({
  key: OneOf(rateKeys),
  name: Type.String(),
  nameEn: Type.String(),
  formula: Type.String(),
  formulaEn: Type.String(),
  ...rate,
  over: OneOf(figureNames),
  under: OneOf(figureNames)
})
const CallRate = Type.Object({ ...rate, leftOut: Type.Integer() })
const Board = Type.Object({
  asOf: Moment('when it was counted'),
  asOfText: Type.String(),
  from: Moment(),
  to: Moment(),
  scope: Type.String({ description: 'the filter in words' }),
  total: Tally,
  byTown: Type.Array(Line),
  byDepartment: Type.Array(Line, { description: 'orders a department leads or led last, most first' }),
  byClass: Type.Array(Line),
  byState: Type.Array(Type.Object({ state: OneOf(orderStates), count: Type.Integer() })),
  rates: Type.Array(Figure),
  paragraph: Type.String({ description: 'in Chinese, to paste' })
})
const Wall = Type.Object({
  asOf: Moment(),
  day: Type.Object({ received: Type.Integer(), closed: Type.Integer(), open: Type.Integer(), overtime: Type.Integer() }, {
    description: 'received and closed today, whenever received; open and overdue now, whenever received'
  }),
  today: Board,
  month: Board,
  calls: Type.Object({
    offered: Type.Integer(),
    answeredIn15s: CallRate,
    connection: CallRate,
    abandoned: CallRate,
    lost: Type.Integer(),
    shortAbandonSeconds: Type.Integer()
  }),
  days: Type.Array(Type.Object({ day: Type.String(), received: Type.Integer(), closed: Type.Integer() }))
})
const Floor = Type.Object({
  asOf: Moment(),
  waiting: Type.Integer({ description: 'citizens waiting now' }),
  longestSince: Nullable(Moment('since when the first of them waits')),
  agents: Type.Array(Type.Object({ state: OneOf(agentStates), count: Type.Integer() }))
})
const Filter = Type.Object({
  span: Type.Optional(OneOf(spans, 'days of the district; instead of from and to')),
  from: Type.Optional(MomentInput('received from')),
  to: Type.Optional(MomentInput('received before')),
  townId: Type.Optional(ShortId()),
  unitId: Type.Optional(ShortId('who leads, or led last')),
  categoryCode: Type.Optional(Type.String({ pattern: '^\\d{2}(\\d{2})?$', description: 'class or subclass' })),
  state: Type.Optional(OneOf(orderStates)),
  channel: Type.Optional(ChannelCode()),
  requestType: Type.Optional(OneOf(requestTypes)),
  urgency: Type.Optional(OneOf(urgencies)),
  overtime: Type.Optional(Type.Boolean())
})

/** A line of a table: a department's, or of orders without a town or class yet. */
const line = {
  townId: Type.Optional(ShortId('a town; `unknown`: none yet')),
  categoryCode: Type.Optional(Type.String({
    pattern: '^(\\d{2}(\\d{2})?|unknown)$',
    description: 'class or subclass; `unknown`: none yet'
  })),
  department: Type.Optional(ShortId('what a department leads or led last, with all below it'))
}
const CountedRow = Type.Object({
  key: Id('the order, or the callback'),
  orderId: Id(),
  number: Type.String(),
  state: OneOf(orderStates),
  channel: ChannelCode(),
  urgency: OneOf(urgencies),
  categoryCode: Nullable(Type.String()),
  townId: Nullable(Type.String()),
  unitId: Nullable(Type.String({ description: 'the unit that leads, or led last' })),
  receivedAt: Moment(),
  closedAt: Nullable(Moment())
})

export interface BoardRoutesOptions {
  boards: Boards
  clock: Clock
  waiting: (actor: Actor) => Promise<Array<{ queuedAt: Date | null, offeredAt: Date }>>
  agents: () => Promise<Array<{ state: AgentState }>>
}

/** Figures, each with numerator, denominator and formula, as of the moment they are asked for. */
export const boardsRoutes = (options: BoardRoutesOptions): Routes => app => {
  board(app, options)
  figure(app, options)
  floor(app, options)
  wall(app, options)
}

function filterOf (boards: Boards, { span, from, to, ...more }: Static<typeof Filter>): BoardFilter {
  if (span !== undefined) return { ...more, ...boards.spanOf(span) }
  if (from === undefined || to === undefined) {
    throw new DomainError('invalid-input', 'give a span, or from and to', { field: 'span' })
  }
  return { ...more, from: new Date(from), to: new Date(to) }
}

function board (app: App, { boards }: BoardRoutesOptions): void {
  app.get('/api/boards/orders', {
    config: { roles: watchers },
    schema: {
      tags,
      summary: 'A leader asks now: any filter as counts by town, class and state, rates, and a paragraph',
      querystring: Filter,
      response: answers({ 200: Board })
    }
  }, async request => await boards.board(filterOf(boards, request.query)))

  app.get('/api/boards/orders.xlsx', {
    config: { roles: watchers },
    schema: {
      tags,
      summary: 'The same as a workbook',
      querystring: Filter,
      response: answers({ 200: Type.Unsafe<unknown>({ description: 'XLSX' }) })
    }
  }, async (request, reply) => {
    const { file, name } = await boards.sheet(filterOf(boards, request.query))
    return await reply.type('application/vnd.openxmlformats-officedocument.spreadsheetml.sheet')
      .header('content-disposition', `attachment; filename="${name}"`)
      .header('cache-control', 'no-store')
      .send(file)
  })
}

function figure (app: App, { boards }: BoardRoutesOptions): void {
  app.get('/api/boards/figure', {
    config: { roles: watchers },
    schema: {
      tags,
      summary: 'The list a figure counts, newest first',
      description:
        'The filter of the board, and of a line of its tables where one is meant. A figure of callbacks has a row for each callback.',
      querystring: Type.Object({ ...Filter.properties, ...line, figure: OneOf(figureNames), ...pageQuery }),
      response: answers({
        200: Type.Object({
          ...Page(CountedRow).properties,
          notShown: Type.Integer({ description: 'further rows it counts that you may not see' })
        })
      })
    }
  }, async request => {
    const { figure, department, cursor, limit: wanted, ...filter } = request.query
    const { after, limit } = readPage({ ...(cursor === undefined ? {} : { cursor }), ...(wanted === undefined ? {} : { limit: wanted }) },
      ['date', 'string'])
    const asked = { ...filterOf(boards, filter), ...(department === undefined ? {} : { department }) }
    const { rows, notShown } = await boards.figure(request.actor, asked, figure, { after, limit })
    return { ...makePage(rows, limit, row => [row.receivedAt, row.key]), notShown }
  })
}

function floor (app: App, { clock, waiting, agents }: BoardRoutesOptions): void {
  app.get('/api/boards/floor', {
    config: { roles: walls },
    schema: {
      tags,
      summary: 'This second: how many citizens wait and since when, how many agents are in each state',
      response: answers({ 200: Floor })
    }
  }, async () => {
    const [calls, all] = await Promise.all([waiting(systemActor), agents()])
    const first = calls[0]
    return {
      asOf: clock.now(),
      waiting: calls.length,
      longestSince: first ? first.queuedAt ?? first.offeredAt : null,
      agents: agentStates.map(state => ({ state, count: all.filter(a => a.state === state).length }))
    }
  })
}

function wall (app: App, { boards }: BoardRoutesOptions): void {
  app.get('/api/boards/wall', {
    config: { roles: walls },
    schema: { tags, summary: 'The day so far: orders by town, rates, calls; and the last fourteen days', response: answers({ 200: Wall }) }
  }, async () => await boards.wall())
}
