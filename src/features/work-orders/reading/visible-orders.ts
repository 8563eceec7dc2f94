import type { Database } from '../../../db/database.ts'
import type { Actor } from '../../../domain/people/roles.ts'
import type { UnitTree } from '../../../domain/people/unit-tree.ts'
import type { OrderContext } from '../life-cycle/order-context.ts'
import { createWhere, onlyVisible, type Where } from './order-list-sql.ts'

/** What the queries are bound to. */
export type QueriesContext = OrderContext & { db: Database }

/** Conditions that leave only what this person may see. */
export async function visible ({ directory }: QueriesContext, actor: Actor): Promise<{ where: Where, units: UnitTree }> {
  const units = await directory.tree()
  const where = createWhere()
  onlyVisible(where, actor, units)
  return { where, units }
}
