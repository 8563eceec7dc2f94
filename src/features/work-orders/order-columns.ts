import Type, { type Static, type TObject } from 'typebox'
import { datums } from '../../domain/place/coordinates.ts'
import { callbackStatuses, closingResults, intakeOutcomes, orderStates, urgencies, verificationStatuses } from '../../domain/work-order.ts'
import { ChannelCode, Id, Moment, Nullable, OneOf } from '../../http/kit/schema-words.ts'
import { answer, ofPerson } from './requests/request-columns.ts'

/*
 * Every column of `work_order`, defined once: its name, what it holds, and by its group who reads it. The type of a row, every SELECT list,
 * and the types and schemas of lists and of the order's page follow. The compiler asks for the rest, see docs/recipes.md. What stands on
 * the request an order began with is in `request-columns.ts`.
 */

const Words = Type.String()
const When = Nullable(Moment())
/** Sealed, or the fingerprint of what is. */
const Bytes = Type.Unsafe<Buffer | null>({})

const listed = {
  id: Id(),
  number: Words,
  version: Type.Integer(),
  state: OneOf(orderStates),
  channel: ChannelCode(),
  restricted: Type.Boolean({ description: 'only named readers know of it, as its channel\'s policy said when it was received' }),
  categoryCode: Nullable(Words),
  urgency: OneOf(urgencies),
  townId: Nullable(Words),
  problem: Type.Boolean({ description: '问题工单' }),
  level: Type.Integer({ description: '0 one unit, 1 sub-centre, 2 district centre, 3 a leader' }),
  reworkCount: Type.Integer(),
  receivedAt: Moment(),
  closedAt: When,
  citizenDueAt: When,
  urgeCount: Type.Integer({ description: '催办: how often' }),
  urgedAt: When,
  extensionAskedAt: Nullable(Moment('an extension 延期 waits for a decision')),
  objectionAskedAt: Nullable(Moment('an objection 派单异议 waits for a decision')),
  parkingAskedAt: Nullable(Moment('a parking 挂账, or more time for it, waits for a decision')),
  parkedUntil: Nullable(Moment('挂账: the day it comes back by itself; the clock of handling waits until then'))
}

/** On every line of a list and on the order's page, as they stand, for everybody who sees the order. */
export const inLists = {
  ...listed,
  requestType: ofPerson.requestType,
  confidential: Type.Boolean({ description: 'one of its requests is' })
}

/** On the order's page, as they stand, for everybody who sees the order. */
export const onPage = {
  unitText: Type.String({ description: '派单内容: what a unit reads instead of the citizen\'s words, where it may not read these' }),
  longitude: Nullable(Type.Number()),
  latitude: Nullable(Type.Number()),
  coordinatesFrom: Nullable(OneOf(datums, 'what the coordinates came in; they stand here in WGS-84')),
  cellId: Nullable(Type.String({ description: '网格: the smallest area the place lies in, found soon after the coordinates' })),
  channelSince: Type.String({ description: 'first day of the channel policy it goes by' }),
  sourceNumber: Nullable(Words),
  originCallId: Nullable(Words),
  cycle: Type.Integer(),
  returnCount: Type.Integer(),
  callbackStatus: OneOf(callbackStatuses),
  callbackReason: Nullable(Words),
  verificationStatus: OneOf(verificationStatuses),
  result: Nullable(OneOf(closingResults)),
  outcome: Nullable(OneOf(intakeOutcomes, 'how intake ended: 直接答复 即时转接 告知法定途径 解释说明 转属地 移送线索')),
  outcomeBody: Nullable(Type.String({ description: 'to whom it went by that' })),
  mergedInto: Nullable(Id()),
  createdBy: Words,
  filedAt: When,
  dispatchedAt: When,
  firstContactAt: When,
  reportedAt: When
}

/**
 * On the order's page for those who may read the citizen's words; `withheld` stands there for others. So it is with their corrections on
 * the timeline.
 */
export const inWords = { description: Words, marks: ofPerson.marks, ...answer }

/** Shown in another form, to few or to nobody: what is shown of them, `order-summary.ts` and `order-detail.ts` say. */
const kept = {
  title: Words,
  occurredText: Words,
  placeSealed: Bytes,
  placeHash: Bytes,
  askedBack: Type.Boolean(),
  aboutUnitId: Nullable(Words),
  verificationRequired: Type.Boolean(),
  cellRevision: Type.Integer(),
  draftUntil: When,
  abandonedAt: When,
  dispatchDueAt: When,
  citizenOvertimeAt: When,
  dispatchOvertimeAt: When,
  onSiteOvertimeAt: When,
  handlingOvertimeAt: When,
  firstContactOvertimeAt: When,
  extensionCount: Type.Integer(),
  updatedAt: Moment()
}

/** Whether the page withholds this field together with the citizen's words. */
export const isInWords = (field: string): boolean => Object.hasOwn(inWords, field)

export const columns = { ...listed, ...onPage, description: Words, ...kept }

/** What stands on the page instead of the citizen's words. */
export const withheld: Static<TObject<typeof inWords>> = {
  description: '', marks: [], reply: null, replyDraftedBy: null, replyReviewedBy: null, replyReviewedAt: null
}
