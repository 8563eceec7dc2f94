import Type from 'typebox'
import { complainantKinds, requestTypes } from '../../../domain/work-order.ts'
import { Id, Moment, Nullable, OneOf } from '../../../http/kit/schema-words.ts'

const Words = Type.String()

/**
 * 答复内容: what this person is answered, and whose it is. Drafted by somebody it goes out once another person has reviewed it. Without a
 * drafter it was given at once, on the line.
 */
export const answer = {
  reply: Nullable(Words),
  replyDraftedBy: Nullable(Words),
  replyReviewedBy: Nullable(Words),
  replyReviewedAt: Nullable(Moment())
}

/** Sealed, or the fingerprint of what is. */
const Bytes = Type.Unsafe<Buffer | null>({})

/** What a request is whether an order began with it or it joined one: who said it, and how this person is protected, asked and answered. */
export const ofPerson = {
  nameSealed: Bytes,
  complainantKind: OneOf(complainantKinds),
  /** 统一社会信用代码 of an enterprise or organisation */
  creditCodeSealed: Bytes,
  numberSealed: Bytes,
  numberHash: Bytes,
  anonymous: Type.Boolean(),
  confidential: Type.Boolean(),
  wantsCallback: Type.Boolean(),
  requestType: Nullable(OneOf(requestTypes)),
  marks: Type.Array(Words),
  ...answer
}

/** Every column of `request` beside the order it belongs to now, defined once: the row's type and the SELECT and INSERT lists follow. */
export const requestColumns = {
  id: Id(),
  filedWith: Id('the order that began with it, or that it joined'),
  /** null: its order began with it, and has the four that follow */
  joinedAt: Nullable(Moment()),
  receiptNumber: Nullable(Words),
  words: Words,
  callId: Nullable(Words),
  ...ofPerson
}
