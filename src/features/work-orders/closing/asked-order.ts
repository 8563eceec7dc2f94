import type { Tx } from '../../../db/database.ts'
import { pick } from '../../../domain/properties.ts'
import { complainant, protectionOf } from '../intake/rules/complainants.ts'
import { callbackRequirement } from '../intake/rules/order-fields.ts'
import type { LoadedOrder, OrderContext } from '../life-cycle/order-context.ts'
import { ofPerson } from '../requests/request-columns.ts'
import { receiptOf, requestsOf, saidAt } from '../requests/request-store.ts'
import type { OrderRow } from '../work-orders-store.ts'
import type { OrderForCallback } from '../order-types.ts'

/** The order as a callback needs it. Of a confidential order a person is told their receipt number alone. */
export async function orderForCallback (context: OrderContext, tx: Tx, { row }: Pick<LoadedOrder, 'row'>): Promise<OrderForCallback> {
  // The request the order began with is as the caller has it, perhaps not yet written.
  const requests = (await requestsOf(tx, row.id)).map(r => r.id === row.requestId ? { ...r, ...pick(row, ofPerson) } : r)
  const all = requests.map(complainant)
  const categoryName = async (code: string | null): Promise<string | null> =>
    code === null ? null : (await context.directory.category(code).catch(() => null))?.name ?? null
  const complainants: OrderForCallback['complainants'] = []
  for (const [i, request] of requests.entries()) {
    const one = all[i]
    if (!one?.asked || request.numberSealed === null) continue
    const protection = protectionOf(all, one)
    complainants.push({
      requestId: request.id,
      number: context.sealing.openNumber(request.numberSealed),
      ...protection,
      confidential: protection.confidential || row.confidential,
      told: { number: receiptOf(request), categoryName: await categoryName(request.filedCategory), receivedAt: saidAt(request) }
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
