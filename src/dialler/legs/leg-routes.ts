import Type from 'typebox'
import type { Database } from '../../db/database.ts'
import type { LegQueries } from './leg-queries.ts'
import { legOutcomes, legPurposes, legStates } from '../../domain/telephone/legs.ts'
import type { ReaderUnit } from '../../domain/people/reader-unit.ts'
import type { Role } from '../../domain/people/roles.ts'
import { makePage, Page, pageQuery, readPage } from '../../http/kit/pages.ts'
import type { Routes } from '../../http/kit/routes.ts'
import { answers, Moment, Nullable, OneOf } from '../../http/kit/schema-words.ts'

export interface LegRoutesOptions {
  db: Database
  legs: LegQueries
  /** a unit and every unit above it, without the Centre */
  readerUnit: (unitId: string | null) => Promise<ReaderUnit>
}

const tags = ['legs']
/** Roles that run the dialler. */
const runners: readonly Role[] = ['SHIFT_LEADER', 'ADMINISTRATOR']

const Leg = Type.Object({
  id: Type.String(),
  purpose: OneOf(legPurposes),
  subject: Type.String({
    description: 'its owner: `callback:…`, `member:…`, `order:…`, `call:…`; without the id where the number is hidden'
  }),
  attempt: Type.Integer(),
  number: Type.String({ description: 'masked; empty where the order hides it' }),
  trunk: Type.String(),
  state: OneOf(legStates),
  outcome: Nullable(OneOf(legOutcomes)),
  theirs: Nullable(Type.Boolean({ description: 'counts as one of the callee\'s attempts (docs/whose-fault.md); null until it has ended' })),
  cause: Nullable(Type.Integer({ description: 'Q.850' })),
  sip: Nullable(Type.Integer({ description: 'the far side\'s last SIP status; 0: none came' })),
  channelState: Nullable(Type.String({ description: 'the channel\'s state just before its end: `down`, `ringing`, `up`' })),
  placedAt: Moment(),
  answeredAt: Nullable(Moment()),
  endedAt: Nullable(Moment())
})

/** The dialler's outbound calls. */
export const legRoutes = ({ db, legs, readerUnit }: LegRoutesOptions): Routes => app => {
  app.get('/api/legs', {
    config: { roles: runners },
    schema: {
      tags,
      summary: 'Outbound calls of the dialler, newest first',
      querystring: Type.Object({
        ...pageQuery,
        purpose: Type.Optional(OneOf(legPurposes)),
        outcome: Type.Optional(OneOf(legOutcomes)),
        living: Type.Optional(Type.Boolean({ description: 'true: legs not over yet; false: ended legs' }))
      }),
      response: answers({ 200: Page(Leg) })
    }
  }, async request => {
    const { cursor: _cursor, limit: _limit, ...filter } = request.query
    const { after, limit } = readPage(request.query, ['date', 'string'])
    const ownUnit = await readerUnit(request.actor.unitId)
    const rows = await legs.list(db, { actor: request.actor, ownUnit }, filter, { after, limit: limit + 1 })
    return makePage(rows, limit, leg => [leg.placedAt, leg.id])
  })
}
