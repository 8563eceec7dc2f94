import { isAboutOwn } from '../../../access/rules/visibility.ts'
import type { Database, Tx } from '../../../db/database.ts'
import type { Sealing } from '../../../db/sealing.ts'
import { newId } from '../../../domain/ids.ts'
import { keptFor } from '../../../domain/kept.ts'
import type { ReaderUnit } from '../../../domain/people/reader-unit.ts'
import type { Alarms } from '../../../queue/alarms.ts'
import { wantedEndpoints } from '../registry/endpoint-store.ts'
import { insertDeliveries } from './delivery-store.ts'
import { bodyOf, eventOf, type ToldOrder } from './rules/event-of.ts'

/** A step of an order, as its capability tells of it. */
export interface ToldStep {
  what: string
  at: Date
  order: ToldOrder & { aboutUnit: { id: string } | null }
  line: () => Promise<number>
}

export interface OrderEventsOptions {
  db: Database
  sealing: Sealing
  alarms: Alarms
  /** the owner of an interface: what it may hear of goes by it */
  readerUnit: (unitId: string) => Promise<ReaderUnit>
}

/** An endpoint that another process adds is told of what happens this much later, ms. */
const keptMs = 5000

/** Makes deliveries of what happens to orders, in the order's own transaction. Without an endpoint that wants it nothing is written. */
export function createOrderEvents ({ db, sealing, alarms, readerUnit }: OrderEventsOptions) {
  const wanted = keptFor(keptMs, async () => await wantedEndpoints(db))
  return {
    changed: wanted.forget,
    async stepped (tx: Tx, { what, at, order: { aboutUnit, ...order }, line }: ToldStep): Promise<void> {
      const kind = eventOf(what, order)
      if (kind === null) return
      const ids: string[] = []
      for (const { id, kinds, ownerUnitId } of await wanted.get()) {
        if (kinds.includes(kind) && !isAboutOwn({ aboutUnit }, await readerUnit(ownerUnitId))) ids.push(id)
      }
      if (ids.length === 0) return
      const sequence = await line()
      const bodySealed = sealing.seal(JSON.stringify(bodyOf(kind, at, order, sequence)))
      const deliveries = ids.map(endpointId => ({ id: newId(), endpointId, orderId: order.id, sequence, kind, bodySealed }))
      insertDeliveries(tx, deliveries, at)
      await alarms.set(tx, { family: 'webhook', id: `webhook-${deliveries[0]?.id ?? ''}`, at, payload: { order: order.id } })
    }
  }
}
