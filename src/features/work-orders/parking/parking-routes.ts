import Type from 'typebox'
import type { Queryable } from '../../../db/database.ts'
import type { Actor } from '../../../domain/people/roles.ts'
import type { Routes } from '../../../http/kit/routes.ts'
import { answers, Id, Moment, Nullable, OneOf } from '../../../http/kit/schema-words.ts'
import type { OrderQueries } from '../reading/order-queries.ts'
import { parkings } from './parking-store.ts'
import { parkingReasons } from './rules/parking.ts'

const Words = Type.String()

const Parking = Type.Object({
  id: Id(),
  orderId: Id(),
  number: Words,
  unitId: Words,
  no: Type.Integer({ description: 'which of the order\'s' }),
  reason: OneOf(parkingReasons, '历史遗留 政策 工程周期 诉讼'),
  plan: Words,
  leader: Type.String({ description: 'the person of the directory who answers for it' }),
  until: Moment('the day it comes back by itself'),
  askedBy: Words,
  askedAt: Moment(),
  approved: Nullable(Type.Boolean({ description: 'null: it waits for a decision' })),
  beganAt: Nullable(Moment('since when the order has been parked without a break')),
  toldAt: Nullable(Moment('when its complainants were sent a text')),
  reviewAt: Nullable(Moment('when somebody is to look at it again')),
  objectedAt: Nullable(Moment('when a complainant last objected to it'))
})

/** The Centre's list: parkings that wait for a decision, and those that stand. A sub-centre has its own in the list of orders. */
export const parkingRoutes = ({ db, queries }: { db: Queryable, queries: Pick<OrderQueries, 'seen'> }): Routes => app => {
  app.get('/api/parkings', {
    config: { roles: ['SUPERVISOR', 'SHIFT_LEADER', 'DISPATCHER', 'LEADER'] },
    schema: {
      tags: ['work-orders'],
      summary: 'Parked orders (挂账): those that wait for a decision, then those that stand, objected ones and the oldest first',
      response: answers({ 200: Type.Object({ items: Type.Array(Parking) }) })
    }
  }, async ({ actor }) => ({ items: await listed(db, queries, actor) }))
}

async function listed (db: Queryable, queries: Pick<OrderQueries, 'seen'>, actor: Actor) {
  const rows = await parkings(db)
  const seen = await queries.seen(db, actor, rows.map(row => row.orderId))
  return rows.filter(row => seen.has(row.orderId))
}
