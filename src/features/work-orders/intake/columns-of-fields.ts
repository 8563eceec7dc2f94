import { DomainError } from '../../../domain/errors.ts'
import { withExtension } from '../../../domain/telephone/phone-number.ts'
import { pick } from '../../../domain/properties.ts'
import type { ComplainantKind } from '../../../domain/work-order.ts'
import type { OrderContext } from '../life-cycle/order-context.ts'
import type { FiledRequest } from '../requests/request-store.ts'
import type { OrderRow, OrderChanges } from '../work-orders-store.ts'
import { asEntered, converted, type OrderFields } from '../work-orders-schemas.ts'
import { complainant } from './rules/complainants.ts'
import {
  callbackRequirement, checkedCreditCode, checkFields, coordinatesOf, plainPlace, type Coordinates, type TypedNumber
} from './rules/order-fields.ts'

export const sealed = (context: OrderContext, words: string | null | undefined): Buffer | null => words ? context.sealing.seal(words) : null

/** The complainant before: the same number keeps its fingerprint, and a kind that is not said stays. */
type Complainant = Pick<OrderRow, 'numberHash' | 'complainantKind'>

/** of a new order */
export const nobodyYet: Complainant = { numberHash: null, complainantKind: 'PERSON' }

/** Columns from what was typed; checks every word and every name. */
export async function columnsOf (
  context: OrderContext, fields: OrderFields, before: Pick<OrderRow, 'requestType' | 'urgency' | 'confidential'> | null,
  complainant: Complainant
): Promise<OrderChanges> {
  const { number } = checkFields(fields)
  const { requestType, categoryCode, townId, aboutUnitId } = fields
  const changes: OrderChanges = {}
  // 举报 is confidential by default; a person must untick it.
  if (requestType === 'REPORT_OF_WRONG' && before?.requestType !== 'REPORT_OF_WRONG') changes.confidential = true
  if (typeof categoryCode === 'string') {
    const category = await context.directory.category(categoryCode)
    changes.verificationRequired = category.verification === 'on-site'
    changes.verificationStatus = changes.verificationRequired ? 'PENDING' : 'NOT_REQUIRED'
    if (before === null) changes.urgency = category.urgency
  }
  const coordinates = coordinatesOf(fields)
  if (townId === undefined) {
    const town = await townOf(context, fields.place, coordinates)
    if (town !== null) changes.townId = town
  }
  if (typeof townId === 'string') await knownTown(context, townId)
  if (typeof aboutUnitId === 'string') await context.directory.unit(aboutUnitId)
  const onMap = coordinates && { ...coordinates, cellId: null, cellRevision: 0 }
  const sealedOrPlain = {
    ...ofKind(context, fields, complainant.complainantKind), ...convertedColumns(context, fields, number, complainant.numberHash)
  }
  return { ...changes, ...pick(fields, asEntered), ...onMap, ...sealedOrPlain }
}

/** The town by the map, where that is sure; on a border or without coordinates by the words. */
async function townOf (
  context: OrderContext, place: string | null | undefined, coordinates: Coordinates | undefined
): Promise<string | null> {
  if (coordinates && coordinates.longitude !== null) {
    const { where, townId } = await context.places.at([coordinates.longitude, coordinates.latitude])
    if (where === 'inside') return townId
  }
  return place ? (await context.directory.guessTown(place))?.id ?? null : null
}

/** A person has no credit code: one that stands goes with the kind. */
function ofKind (
  context: OrderContext, { creditCode, complainantKind }: OrderFields, before: ComplainantKind
): OrderChanges {
  if (creditCode !== undefined) return { creditCodeSealed: sealed(context, checkedCreditCode(creditCode, complainantKind ?? before)) }
  return complainantKind === 'PERSON' ? { creditCodeSealed: null } : {}
}

function convertedColumns (
  context: OrderContext, fields: OrderFields, number: TypedNumber | null | undefined, numberBefore: Buffer | null
): OrderChanges {
  const { place, occurred, complainantName, complainantNumber: _asChecked, creditCode: _ofKind, ...others } = pick(fields, converted)
  // A field that becomes no column does not compile.
  others satisfies Record<string, never>
  const columns: OrderChanges = {}
  if (place !== undefined) {
    columns.placeSealed = sealed(context, place)
    columns.placeHash = place ? context.sealing.fingerprint(plainPlace(place)) : null
  }
  if (occurred !== undefined) columns.occurredText = occurred
  if (complainantName !== undefined) columns.nameSealed = sealed(context, complainantName)
  if (number !== undefined) {
    columns.numberSealed = sealed(context, number && withExtension(number.number, number.extension))
    columns.numberHash = number === null ? null : context.sealing.fingerprint(number.number, [numberBefore])
  }
  return columns
}

/** @throws DomainError `unknown-town` */
async function knownTown (context: OrderContext, id: string): Promise<void> {
  const unit = await context.directory.unit(id).catch((error: unknown) => {
    if (error instanceof DomainError && error.code === 'unknown-unit') {
      throw new DomainError('unknown-town', 'there is no such town', { town: id })
    }
    throw error
  })
  if (unit.kind !== 'town') throw new DomainError('unknown-town', 'this unit is not a town', { town: id })
}

/** Whether somebody is to be asked before closing follows from the other columns, and from the requests that belong to the order. */
export function withCallback (row: OrderRow, requests: readonly FiledRequest[] = []): OrderChanges {
  const need = callbackRequirement({ ...row, hasNumber: row.numberHash !== null })
  if (need.status === 'NOT_REQUIRED' && requests.some(r => r.id !== row.requestId && complainant(r).asked)) {
    return { callbackStatus: 'PENDING', callbackReason: null }
  }
  return { callbackStatus: need.status, callbackReason: need.reason }
}
