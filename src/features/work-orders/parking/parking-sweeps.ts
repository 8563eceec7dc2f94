import type { Database, Tx } from '../../../db/database.ts'
import { systemActor } from '../../../domain/people/roles.ts'
import type { Sweep } from '../../../queue/alarms.ts'
import { ruleAt } from '../../../policy/rules/rule-policy.ts'
import { loadOrder, type OrderContext } from '../life-cycle/order-context.ts'
import { allow, announce, carryOut, leadRow } from '../life-cycle/order-steps.ts'
import { addOrderEvent, noteOnOrder } from '../work-orders-store.ts'
import { endParking, ordersToComeBack, ordersToReview, setReview, standingParking } from './parking-store.ts'
import { levelBack, nextReview } from './rules/parking.ts'

/** How many orders one run takes; the next run takes the rest. */
const batch = 200

/** Its day has come: the order is the unit's again, one level higher. */
async function comeBack (context: OrderContext, tx: Tx, orderId: string): Promise<void> {
  const now = context.clock.now()
  const loaded = await loadOrder(context, tx, { orderId }, 'service')
  const parking = await standingParking(tx, orderId)
  if (parking === null || parking.until > now) return
  const step = allow(loaded, { type: 'park.end', reason: 'date' }, systemActor, now)
  endParking(tx, orderId, now, 'date')
  const level = levelBack(loaded.row.level)
  await carryOut(context, tx, {
    loaded,
    step,
    actor: systemActor,
    now,
    changes: { level },
    detail: { unit: leadRow(loaded).unitId, no: parking.no, end: 'date', until: parking.until.toISOString(), leader: parking.leader, level }
  })
}

/** Somebody is to look whether it still cannot be done: said on the order and to its desks, once each time. */
async function review (context: OrderContext, tx: Tx, orderId: string): Promise<void> {
  const now = context.clock.now()
  const loaded = await loadOrder(context, tx, { orderId }, 'service')
  const parking = await standingParking(tx, orderId)
  if (parking === null || parking.reviewAt === null || parking.reviewAt > now) return
  setReview(tx, orderId, nextReview(loaded.rules, now, parking.until))
  const { state } = loaded.row
  noteOnOrder(tx, loaded.row, { updatedAt: now })
  addOrderEvent(tx, {
    orderId,
    at: now,
    kind: 'park.review',
    actor: systemActor.id,
    actorUnit: null,
    from: state,
    to: state,
    detail: { no: parking.no, leader: parking.leader, rule: ruleAt(loaded.rules, 'PARK_REVIEW_DAYS', now) }
  })
  await announce(context, tx, loaded, 'park.review', now)
}

/** Parkings that are over, and those to be looked at again, by their rows alone. One order a transaction: a broken one delays no other. */
export function parkingSweeps (context: OrderContext, db: Database): Sweep[] {
  const sweep = (
    name: string, due: (now: Date) => Promise<string[]>, act: (context: OrderContext, tx: Tx, orderId: string) => Promise<void>
  ): Sweep => ({
    name,
    pace: 'ordinary',
    async run (now) {
      const failures: unknown[] = []
      for (const orderId of await due(now)) {
        await db.tx(async tx => { await act(context, tx, orderId) }).catch((error: unknown) => { failures.push(error) })
      }
      if (failures.length > 0) throw new AggregateError(failures, `${failures.length} parkings could not be handled`)
    }
  })
  return [
    sweep('parked-back', async now => await ordersToComeBack(db, now, batch), comeBack),
    sweep('parking-reviews', async now => await ordersToReview(db, now, batch), review)
  ]
}
