import { DomainError } from '../../../domain/errors.ts'
import { withExtension } from '../../../domain/telephone/phone-number.ts'
import type { OrderContext } from '../life-cycle/order-context.ts'
import type { OrderRow, OrderChanges, CoComplainantRow } from '../work-orders-store.ts'
import type { OrderFields } from '../order-types.ts'
import { checkFields, plainPlace, callbackRequirement } from './rules/order-fields.ts'

export const sealed = (context: OrderContext, words: string | null | undefined): Buffer | null => words ? context.sealing.seal(words) : null

/** Columns from what was typed; checks every word and every name. */
export async function columnsOf (
  context: OrderContext, fields: OrderFields, before: Pick<OrderRow, 'requestType' | 'urgency' | 'confidential'> | null
): Promise<OrderChanges> {
  const { number } = checkFields(fields)
  const changes: OrderChanges = {}
  if (fields.requestType !== undefined) {
    changes.requestType = fields.requestType
    // 举报 is confidential by default; a person must untick it.
    if (fields.requestType === 'REPORT_OF_WRONG' && before?.requestType !== 'REPORT_OF_WRONG') changes.confidential = true
  }
  if (fields.categoryCode !== undefined) {
    changes.categoryCode = fields.categoryCode
    if (fields.categoryCode !== null) {
      const category = await context.directory.category(fields.categoryCode)
      changes.verificationRequired = category.verification === 'on-site'
      changes.verificationStatus = changes.verificationRequired ? 'PENDING' : 'NOT_REQUIRED'
      if (before === null) changes.urgency = category.urgency
    }
  }
  if (fields.urgency !== undefined) changes.urgency = fields.urgency
  if (fields.title !== undefined) changes.title = fields.title
  if (fields.description !== undefined) changes.description = fields.description
  if (fields.unitText !== undefined) changes.unitText = fields.unitText
  if (fields.place !== undefined) {
    changes.placeSealed = sealed(context, fields.place)
    changes.placeHash = fields.place ? context.sealing.fingerprint(plainPlace(fields.place)) : null
    if (fields.place && fields.townId === undefined) {
      const town = await context.directory.guessTown(fields.place)
      if (town) changes.townId = town.id
    }
  }
  if (fields.townId !== undefined) changes.townId = fields.townId === null ? null : await town(context, fields.townId)
  if (fields.aboutUnitId !== undefined) {
    changes.aboutUnitId = fields.aboutUnitId === null
      ? null
      : (await context.directory.unit(fields.aboutUnitId)).id
  }
  if (fields.longitude !== undefined) changes.longitude = fields.longitude
  if (fields.latitude !== undefined) changes.latitude = fields.latitude
  if (fields.occurred !== undefined) changes.occurredText = fields.occurred
  if (fields.complainantName !== undefined) changes.complainantNameSealed = sealed(context, fields.complainantName)
  if (number !== undefined) {
    changes.numberSealed = sealed(context, number && withExtension(number.number, number.extension))
    changes.numberHash = number === null ? null : context.sealing.fingerprint(number.number)
  }
  if (fields.anonymous !== undefined) changes.anonymous = fields.anonymous
  if (fields.confidential !== undefined) changes.confidential = fields.confidential
  if (fields.wantsCallback !== undefined) changes.wantsCallback = fields.wantsCallback
  if (fields.marks !== undefined) changes.marks = fields.marks
  return changes
}

async function town (context: OrderContext, id: string): Promise<string> {
  const unit = await context.directory.unit(id).catch((error: unknown) => {
    if (error instanceof DomainError && error.code === 'unknown-unit') {
      throw new DomainError('unknown-town', 'there is no such town', { town: id })
    }
    throw error
  })
  if (unit.kind !== 'town') throw new DomainError('unknown-town', 'this unit is not a town', { town: id })
  return id
}

/** Whether a complainant is to be asked before closing follows from the other columns, and from the co-complainants. */
export function withCallback (row: OrderRow, others: readonly CoComplainantRow[] = []): OrderChanges {
  const need = callbackRequirement({ ...row, hasNumber: row.numberHash !== null })
  if (need.status === 'NOT_REQUIRED' && others.some(c => c.wantsCallback && c.numberSealed !== null)) {
    return { callbackStatus: 'PENDING', callbackReason: null }
  }
  return { callbackStatus: need.status, callbackReason: need.reason }
}
