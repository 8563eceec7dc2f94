import Type, { type Static, type TObject, type TSchema } from 'typebox'
import { datums } from '../../domain/place/coordinates.ts'
import { bases, complainantKinds, orderStates, requestTypes, urgencies, verificationStatuses } from '../../domain/work-order.ts'
import { ChannelCode, Id, MomentInput, Nullable, OneOf, PhoneText, SafeLine, SafeText, ShortId } from '../../http/kit/schema-words.ts'
import type { MatterField } from './intake/rules/amendment.ts'
import { tasks } from './rules/order-facts.ts'
import type { OrderChanges } from './work-orders-store.ts'

/** Fields of a body. */
export type Properties = Record<string, TSchema>
/** The input of a command on an order: the body of its route, and the order's id. */
export type Input<P extends Properties> = Static<TObject<typeof Version & P>> & { orderId: string }

/** The answer to every write on an order. */
export const Ref = Type.Object(
  { id: Id(), number: Type.String({ description: '20261122-000123' }), version: Type.Integer(), state: OneOf(orderStates) },
  { description: 'the order as it stands after this' }
)

/** The version the caller has seen; after another's change the write is refused with `version-conflict`. */
export const Version = {
  version: Type.Integer({
    minimum: 1,
    description: 'the version you have seen; stale: 409 version-conflict, its details carry the current one'
  })
}

/** What is entered of a matter and kept as it was entered, in the column of that name. */
export const asEntered = {
  requestType: Type.Optional(Nullable(OneOf(requestTypes, '咨询 求助 投诉 举报 建议 表扬 报告 报警'))),
  categoryCode: Type.Optional(Nullable(ShortId('小类, four digits'))),
  urgency: Type.Optional(OneOf(urgencies, '一般 紧急 特急; default: the category\'s')),
  title: Type.Optional(SafeLine()),
  description: Type.Optional(SafeText({ maxLength: 10_000 })),
  unitText: Type.Optional(SafeText({ description: '派单内容: what a unit reads where it may not read title and description' })),
  townId: Type.Optional(Nullable(ShortId('街镇; default: the town the coordinates lie in, or the one that the place names'))),
  longitude: Type.Optional(Nullable(Type.Number({ minimum: -180, maximum: 180 }))),
  latitude: Type.Optional(Nullable(Type.Number({ minimum: -90, maximum: 90 }))),
  coordinatesFrom: Type.Optional(Nullable(OneOf(datums, 'what the coordinates refer to; default wgs84, which is kept'))),
  complainantKind: Type.Optional(OneOf(complainantKinds, '自然人 企业 其他组织; default: a person')),
  anonymous: Type.Optional(Type.Boolean()),
  confidential: Type.Optional(Type.Boolean({ description: '保密; default: true for 举报' })),
  wantsCallback: Type.Optional(Type.Boolean()),
  marks: Type.Optional(Type.Array(SafeLine({ maxLength: 40 }),
    { maxItems: 10, description: 'elderly, dialect, injured: a person calls these back' })),
  aboutUnitId: Type.Optional(Nullable(ShortId('the unit complained about; it never gets the order')))
} satisfies Partial<Record<MatterField & keyof OrderChanges, TSchema>>

/** What is entered of a matter and kept in another form: `columns-of-fields.ts` makes columns of it. */
export const converted = {
  place: Type.Optional(Nullable(SafeLine({ maxLength: 400, description: 'where it is, in words' }))),
  occurred: Type.Optional(SafeLine({ description: 'when it happened, in words' })),
  complainantName: Type.Optional(Nullable(SafeLine())),
  complainantNumber: Type.Optional(Nullable(PhoneText())),
  creditCode: Type.Optional(Nullable(SafeLine({ maxLength: 40, description: '统一社会信用代码 of an enterprise or organisation' })))
} satisfies Partial<Record<MatterField, TSchema>>

/** What may be known of a matter; everything may still be missing in a draft. */
export const fields = { ...asEntered, ...converted }
export type OrderFields = Static<TObject<typeof fields>>

export const source = {
  channel: ChannelCode(),
  sourceNumber: Type.Optional(Nullable(SafeLine({
    maxLength: 64,
    description: 'number in the source\'s own books; the same twice is one order'
  }))),
  callId: Type.Optional(Nullable(Type.String({ maxLength: 100, pattern: '^[\\w.-]+$', description: 'the call it came from' }))),
  receivedAt: Type.Optional(MomentInput('when the source received it; default now'))
}

export const basisFields = {
  basis: OneOf(bases, '法定 商定 指定'),
  evidence: Type.Optional(SafeText({ description: 'minutes or designation order; needed unless statutory' }))
}

const Flag = Type.Optional(Type.Boolean())
export const filterQuery = {
  ids: Type.Optional(Type.String({
    maxLength: 3699,
    pattern: '^([0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}(,|$))+$',
    description: 'none but these, by commas; a hundred at most'
  })),
  state: Type.Optional(Type.String({ maxLength: 300, pattern: '^[A-Z_,]+$', description: 'one or several states, by commas' })),
  unitId: Type.Optional(ShortId('with it or with a unit below it')),
  townId: Type.Optional(ShortId()),
  category: Type.Optional(Type.String({ pattern: '^(\\d{2}|\\d{4})$', description: 'a subclass, or a class by its two digits' })),
  channel: Type.Optional(ChannelCode()),
  requestType: Type.Optional(OneOf(requestTypes)),
  urgency: Type.Optional(OneOf(urgencies)),
  problem: Flag,
  overtime: Flag,
  extension: Type.Optional(Type.Boolean({ description: 'an extension waits for a decision' })),
  answerWaits: Type.Optional(Type.Boolean({ description: 'a draft of the answer waits for its review' })),
  filed: Type.Optional(Type.Boolean({ description: 'filed as a case, and not as a duplicate' })),
  task: Type.Optional(OneOf(tasks, 'where the part of one\'s own unit stands, whatever the order\'s state')),
  verification: Type.Optional(OneOf(verificationStatuses, 'where the spot check stands')),
  urged: Type.Optional(Type.Boolean({ description: '被催办过' })),
  from: Type.Optional(MomentInput('received at or after')),
  to: Type.Optional(MomentInput('received before')),
  number: Type.Optional(Type.String({ pattern: '^[\\d-]{1,30}$', description: 'an order\'s number or its beginning' })),
  createdBy: Type.Optional(ShortId())
}
