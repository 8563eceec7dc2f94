import { createCalendar } from '../calendar/calendar.ts'
import type { Database, Tx } from '../db/database.ts'
import type { Sealing } from '../db/sealing.ts'
import { loadSampleOrders } from '../district/load-orders.ts'
import { systemClock } from '../domain/time/clock.ts'
import { linkToOrder } from '../features/calls/calls-reads.ts'
import { createDispatchCatalogue } from '../features/catalogue/catalogue.ts'
import { createDirectory } from '../features/directory/directory.ts'
import { createPlaces } from '../features/places/places.ts'
import { createWorkOrders } from '../features/work-orders/work-orders.ts'
import type { FeedEvent } from '../feed/feed.ts'
import { createPolicies } from '../policy/policy.ts'

/**
 * The sample week's orders and calls, so that lists are not empty at the first start. Nobody is notified and no alarm is set while the past
 * is filed: once the service runs, its sweeps find the due rows.
 */
export async function addSampleOrders ({
  db, sealing, timeZone, now = systemClock.now()
}: { db: Database, sealing: Sealing, timeZone: string, now?: Date }): Promise<number> {
  const silent = {
    feed: {
      publish: async (_tx: Tx, ..._events: FeedEvent[]) => {},
      broadcast: () => {},
      subscribe: () => () => {},
      since: async () => []
    },
    alarms: { set: async () => {} },
    sms: { send: async () => {} },
    seesCall: async () => true,
    linkCall: linkToOrder
  }
  return await loadSampleOrders({
    db,
    sealing,
    timeZone,
    now,
    commandsAt: moment => {
      const clock = { now: moment }
      const { deadlines, channels, rules } = createPolicies({ db, clock, timeZone })
      const directory = createDirectory({ db, clock, timeZone })
      const places = createPlaces({ db, today: directory.today })
      return createWorkOrders({
        db,
        clock,
        sealing,
        calendar: createCalendar({ db, clock, timeZone }).standing,
        policies: deadlines,
        channels,
        rules,
        directory,
        places,
        catalogue: createDispatchCatalogue({ db, clock, directory, places, rules }),
        ...silent
      }).commands
    }
  })
}
