import type { Tx } from '../../../db/database.ts'
import { coComplainant, ownComplainant, protectionOf } from '../intake/rules/complainants.ts'
import { callbackRequirement } from '../intake/rules/order-fields.ts'
import type { LoadedOrder, OrderContext } from '../life-cycle/order-context.ts'
import { coComplainants, type OrderRow } from '../work-orders-store.ts'
import type { OrderForCallback } from '../order-types.ts'

/** The order as a callback needs it. Of a confidential order a complainant is told its number alone. */
export async function orderForCallback (context: OrderContext, tx: Tx, { row }: Pick<LoadedOrder, 'row'>): Promise<OrderForCallback> {
  const others = await coComplainants(tx, row.id)
  const all = [ownComplainant(row), ...others.map(coComplainant)]
  const categoryName = async (code: string | null): Promise<string | null> =>
    code === null ? null : (await context.directory.category(code).catch(() => null))?.name ?? null
  const complainants: OrderForCallback['complainants'] = []
  for (const [i, one] of all.entries()) {
    const other = others[i - 1] ?? null
    const sealed = other === null ? row.numberSealed : other.numberSealed
    if (!one.asked || sealed === null) continue
    const protection = protectionOf(all, one)
    complainants.push({
      coComplainantId: other?.id ?? null,
      number: context.sealing.openNumber(sealed),
      ...protection,
      confidential: protection.confidential || row.confidential,
      told: {
        number: other?.toldNumber ?? row.number,
        categoryName: await categoryName(other?.toldNumber ? other.toldCategory : row.categoryCode),
        receivedAt: other?.complainedAt ?? row.receivedAt
      }
    })
  }
  const { id, number, cycle, state, reworkCount, callbackStatus } = row
  return { id, number, cycle, state, reworkCount, callbackStatus, complainants }
}

/**
 * Whether the citizen is asked in the next round: decided again by the order as it is now, whatever was waived or declined before. Which
 * numbers not to ring at all is decided when the asking begins.
 */
export async function askedInNextCycle (
  context: OrderContext,
  tx: Tx,
  loaded: LoadedOrder
): Promise<Pick<OrderRow, 'callbackStatus' | 'callbackReason'>> {
  const { row } = loaded
  if (row.callbackStatus !== 'NOT_REQUIRED') return { callbackStatus: 'PENDING', callbackReason: null }
  if (row.callbackReason === 'praise') return { callbackStatus: 'NOT_REQUIRED', callbackReason: row.callbackReason }
  if ((await orderForCallback(context, tx, loaded)).complainants.length > 0) return { callbackStatus: 'PENDING', callbackReason: null }
  const { status, reason } = callbackRequirement({ ...row, hasNumber: row.numberHash !== null })
  return { callbackStatus: status, callbackReason: reason }
}
