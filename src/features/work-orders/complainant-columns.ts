import Type from 'typebox'
import { requestTypes } from '../../domain/work-order.ts'
import { Id, Moment, Nullable, OneOf } from '../../http/kit/schema-words.ts'

const Bytes = Type.Unsafe<Buffer | null>({})

/** Every column of `co_complainant` beside its order, defined once: the row's type and the SELECT and INSERT lists follow. */
export const complainantColumns = {
  id: Id(),
  nameSealed: Bytes,
  numberSealed: Bytes,
  numberHash: Bytes,
  callId: Nullable(Type.String()),
  /** the person's own order before it was merged */
  fromOrder: Nullable(Id()),
  wantsCallback: Type.Boolean(),
  requestType: Nullable(OneOf(requestTypes)),
  marks: Type.Array(Type.String()),
  confidential: Type.Boolean(),
  /** time of the complaint; merging comes later */
  complainedAt: Moment(),
  addedAt: Moment()
}
