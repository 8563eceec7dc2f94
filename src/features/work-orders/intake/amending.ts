import type { Tx } from '../../../db/database.ts'
import { DomainError } from '../../../domain/errors.ts'
import type { Actor } from '../../../domain/people/roles.ts'
import { says } from '../../../domain/text/words.ts'
import { runReceiptClocks, followUnitClocks } from '../clocks/order-clocks.ts'
import { loadOrder, type OrderContext } from '../life-cycle/order-context.ts'
import { allow, carryOut } from '../life-cycle/order-steps.ts'
import { requestsOf } from '../requests/request-store.ts'
import type { OrderRow } from '../work-orders-store.ts'
import type { VersionedRef, Corrections, OrderRef } from '../order-types.ts'
import type { OrderFields } from '../work-orders-schemas.ts'
import { columnsOf, withCallback } from './columns-of-fields.ts'
import { refuseHolder } from './joining.ts'
import { liftsProtection, makesPraise, amended, checksSettled } from './rules/amendment.ts'
import { text } from './rules/order-fields.ts'

/** Whether a correction lifts protection or makes praise of the order; not everybody may do either. */
export const corrected = (row: OrderRow, fields: OrderFields, actor: Actor): { lifts: boolean, praises: boolean } =>
  ({ lifts: liftsProtection(row, fields), praises: makesPraise(row, fields, row.createdBy === actor.id) })

export async function amend (context: OrderContext, tx: Tx, actor: Actor, input: VersionedRef & Corrections): Promise<OrderRef> {
  const now = context.clock.now()
  const loaded = await loadOrder(context, tx, input, { actor, type: 'case.amend' })
  const { reason = '', ...fields } = input
  text('reason', reason)
  const { state, verificationStatus, callbackStatus } = loaded.row
  const { requestType = loaded.row.requestType, categoryCode = loaded.row.categoryCode, title = loaded.row.title } = fields
  const matter = { requestType, categoryCode, title }
  const step = allow(loaded, { type: 'case.amend', ...corrected(loaded.row, fields, actor), reason, matter }, actor, now)
  const changes = await columnsOf(context, fields, loaded.row, loaded.row)
  refuseHolder(loaded, changes.aboutUnitId, 'case.amend')
  const { sealing } = context
  const changed = amended(loaded.row, changes, words => sealing.seal(words).toString('base64'), words => sealing.open(words))
  if (checksSettled(state) || verificationStatus === 'PASSED') delete changes.verificationStatus
  Object.assign(loaded.row, changes)
  const undecided = ['RECEIVED', 'FILED', 'DRAFT'].includes(state) || callbackStatus === 'PENDING' || callbackStatus === 'NOT_REQUIRED'
  if (!checksSettled(state) && undecided) Object.assign(changes, withCallback(loaded.row, await requestsOf(tx, loaded.row.id)))
  if (loaded.row.state !== 'DRAFT') {
    Object.assign(changes, await runReceiptClocks(context, tx, loaded, now), await followUnitClocks(context, tx, loaded, now))
  }
  return await carryOut(context, tx, { loaded, step, actor, now, changes, detail: { changed, ...(reason === '' ? {} : { reason }) } })
}

export async function note (
  context: OrderContext, tx: Tx, actor: Actor, { text: words, ...seen }: VersionedRef & { text: string }
): Promise<OrderRef> {
  if (!says(text('text', words))) throw new DomainError('invalid-input', 'the note is empty', { field: 'text' })
  const now = context.clock.now()
  const loaded = await loadOrder(context, tx, seen, { actor, type: 'case.note' })
  const step = allow(loaded, { type: 'case.note' }, actor, now)
  return await carryOut(context, tx, { loaded, step, actor, now, detail: { text: words } })
}
