import Type from 'typebox'
import { numberFinder, type NumberFinder } from '../../http/kit/number-finder.ts'
import type { Routes } from '../../http/kit/routes.ts'
import { amendingRoutes } from './intake/amending-routes.ts'
import { intakeRoutes } from './intake/intake-routes.ts'
import type { OrderQueries } from './reading/order-queries.ts'
import { Summary } from './reading/order-views.ts'
import { readingRoutes } from './reading/reading-routes.ts'
import type { OrderCommands } from './work-orders.ts'

export interface WorkOrderRoutesOptions { commands: OrderCommands, queries: OrderQueries }

/** What the search by number finds of orders. */
export const ordersOfNumber = (queries: Pick<OrderQueries, 'ofNumber'>): NumberFinder =>
  numberFinder('orders', Type.Array(Summary), async (_tx, actor, hashes) => await queries.ofNumber(actor, hashes))

/** Orders: taking them in, and reading them. What units and the Centre do with them is in dispatch-routes. */
export const workOrderRoutes = ({ commands, queries }: WorkOrderRoutesOptions): Routes => app => {
  intakeRoutes({ commands, queries })(app)
  readingRoutes({ queries })(app)
  amendingRoutes({ commands, queries })(app)
}
