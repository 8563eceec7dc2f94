import Type, { type Static } from 'typebox'
import { shownNumber, type OrderSight } from '../../../access/rules/visibility.ts'
import type { Sealing } from '../../../db/sealing.ts'
import { pick } from '../../../domain/properties.ts'
import { Id, Moment, Nullable } from '../../../http/kit/schema-words.ts'
import { answer, ofPerson } from './request-columns.ts'
import { receiptOf, saidAt, type FiledRequest } from './request-store.ts'

const Words = Type.String()
const { requestType, marks, anonymous, confidential, wantsCallback, complainantKind } = ofPerson
const asItIs = { requestType, marks, ...answer, anonymous, confidential, wantsCallback, complainantKind }

/** A request (诉求) on the page of the order it belongs to now. */
export const RequestOnPage = Type.Object({
  id: Id(),
  receiptNumber: Type.String({ description: '受理编号: told to the citizen, and never changed' }),
  receivedAt: Moment(),
  filedWith: Id('the order that began with it, or that it joined'),
  joined: Type.Boolean({ description: 'it joined that order, which another request began' }),
  words: Type.String({ description: '诉求原文; empty where none were taken down' }),
  name: Nullable(Words),
  number: Nullable(Words),
  creditCode: Nullable(Words),
  ...asItIs
})

/** A request as a person sees it who may read the words of its order. */
export const requestOnPage = (sealing: Pick<Sealing, 'open'>, request: FiledRequest, sight: OrderSight): Static<typeof RequestOnPage> => ({
  id: request.id,
  receiptNumber: receiptOf(request),
  receivedAt: saidAt(request),
  filedWith: request.filedWith,
  joined: request.joinedAt !== null,
  words: request.joinedAt === null ? request.filedWords : request.words,
  name: sight.name && request.nameSealed ? sealing.open(request.nameSealed) : null,
  creditCode: sight.name && request.creditCodeSealed ? sealing.open(request.creditCodeSealed) : null,
  number: shownNumber(request.numberSealed && sealing.open(request.numberSealed), sight.number),
  ...pick(request, asItIs)
})
