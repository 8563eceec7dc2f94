import Type from 'typebox'
import type { Queryable } from '../../../db/database.ts'
import { holds, type Actor } from '../../../domain/people/roles.ts'
import type { Routes } from '../../../http/kit/routes.ts'
import { answers, Id, Moment, Nullable, OneOf } from '../../../http/kit/schema-words.ts'
import { rolesOf } from '../life-cycle/rules/life-cycle-steps.ts'
import type { OrderQueries } from '../reading/order-queries.ts'
import { objections } from './objection-store.ts'
import { objectionCodes } from './rules/objection.ts'

const Words = Type.String()

/** What the decision would be as a row of the catalogue; an administrator enters it, or not. */
const Proposal = Type.Object({
  categoryCode: Words,
  townId: Nullable(Words),
  leadUnit: Words,
  basisText: Nullable(Words)
}, { description: 'of an upheld objection: the row it proposes' })

const Objection = Type.Object({
  id: Id(),
  orderId: Id(),
  number: Words,
  unitId: Words,
  ruleId: Nullable(Id('the row of the dispatch catalogue by which the unit has the order')),
  code: OneOf(objectionCodes),
  reason: Nullable(Type.String({ description: 'typed words, as those of the decision: for those who decide' })),
  evidence: Nullable(Words),
  instance: Type.Integer({ description: '2: 职责界定' }),
  askedBy: Words,
  askedAt: Moment(),
  dueAt: Moment(),
  decidedBy: Nullable(Words),
  decidedAt: Nullable(Moment()),
  upheld: Nullable(Type.Boolean()),
  decision: Nullable(Words),
  leadUnit: Nullable(Words),
  proposal: Nullable(Proposal)
})

/** Objections that wait, and those that were upheld lately with the row each proposes. */
export const objectionRoutes = ({ db, queries }: { db: Queryable, queries: Pick<OrderQueries, 'seen'> }): Routes => app => {
  app.get('/api/objections', {
    config: { roles: [...rolesOf('objection.uphold'), 'ADMINISTRATOR'] },
    schema: {
      tags: ['work-orders'],
      summary: 'Objections to dispatches (派单异议): those that wait, first due first, then those upheld lately',
      response: answers({ 200: Type.Object({ items: Type.Array(Objection) }) })
    }
  }, async ({ actor }) => ({ items: await listed(db, queries, actor) }))
}

const noWords = { reason: null, evidence: null, decision: null }

async function listed (db: Queryable, queries: Pick<OrderQueries, 'seen'>, actor: Actor) {
  const rows = await objections(db)
  const seen = await queries.seen(db, actor, rows.map(row => row.orderId))
  const decides = holds(actor, ...rolesOf('objection.uphold'))
  return rows.filter(row => seen.has(row.orderId)).map(({ categoryCode, townId, ...row }) => {
    // An administrator does not read what is said of an order.
    const words = decides ? { reason: row.reason, evidence: row.evidence, decision: row.decision } : noWords
    const proposal = row.upheld === true && row.leadUnit !== null && categoryCode !== null
      ? { categoryCode, townId, leadUnit: row.leadUnit, basisText: words.decision }
      : null
    return { ...row, ...words, proposal }
  })
}
