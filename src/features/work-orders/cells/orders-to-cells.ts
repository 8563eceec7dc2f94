import { dateOf } from '../../../calendar/rules/working-time.ts'
import type { Database } from '../../../db/database.ts'
import type { Sweep } from '../../../queue/alarms.ts'
import type { OrderContext } from '../life-cycle/order-context.ts'
import { ordersBehindAreas, saveCell } from './cell-store.ts'

/** How many orders one run takes; the next run takes the rest. */
const batch = 200

/**
 * Finds the cell (网格) of orders that have a place on the map, by the areas of the day they were received; again after the areas have
 * changed. Filing does not wait for it.
 */
export const ordersToCells = ({ places, calendar }: Pick<OrderContext, 'places' | 'calendar'>, db: Database): Sweep => ({
  name: 'orders-to-cells',
  pace: 'ordinary',
  async run () {
    const revision = await places.revision()
    if (revision === 0) return
    const { timeZone } = await calendar()
    for (const order of await ordersBehindAreas(db, revision, batch)) {
      const { cell } = await places.at([order.longitude, order.latitude], dateOf(order.receivedAt, timeZone))
      await saveCell(db, order, cell?.id ?? null, revision)
    }
  }
})
