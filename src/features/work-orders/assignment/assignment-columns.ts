import Type from 'typebox'
import { bases } from '../../../domain/work-order.ts'
import { Id, Moment, Nullable, OneOf } from '../../../http/kit/schema-words.ts'
import { assignmentEnds, assignmentRoles, assignmentStates } from '../rules/order-facts.ts'

/*
 * Every column of `assignment`, defined once: its name, what it holds, and by its group who reads it. The row's type, the SELECT and INSERT
 * lists and the schema of the order's page follow.
 */

const Words = Type.String()
const When = Nullable(Moment())

/** On the order's page, as they stand, for everybody who sees the order. */
export const assignmentOnPage = {
  id: Id(),
  no: Type.Integer(),
  role: OneOf(assignmentRoles),
  personId: Nullable(Words),
  basis: OneOf(bases),
  cycle: Type.Integer(),
  state: OneOf(assignmentStates),
  dispatchedAt: When,
  notifiedAt: When,
  signedAt: When,
  arrivedAt: When,
  arrivedLongitude: Nullable(Type.Number({ description: 'where arrival was reported' })),
  arrivedLatitude: Nullable(Type.Number()),
  reportedAt: When,
  endedAt: When,
  endReason: Nullable(OneOf(assignmentEnds))
}

/** Shown in another form, or to those alone who may read the words: `order-detail.ts` says how. */
const kept = {
  orderId: Id(),
  unitId: Words,
  basisEvidence: Words,
  forwardedFrom: Nullable(Id()),
  report: Nullable(Words)
}

export const assignmentColumns = { ...assignmentOnPage, ...kept }
