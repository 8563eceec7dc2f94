import type { Order, OrderFields } from '../order-types.ts'

/** A field of the matter, as it is entered. */
export type OrderField = Exclude<keyof OrderFields, 'reason'>

/** Parts of an order with a place of their own on its page, or with none. */
type Elsewhere =
  | 'id' | 'number' | 'version' | 'state' | 'title' | 'urgency' | 'confidential' | 'problem' | 'level' | 'lead' | 'dueAt' | 'nextDueAt'
  | 'citizenDueAt' | 'overtime' | 'urgeCount' | 'urgedAt' | 'closedAt' | 'categoryName' | 'description' | 'wordsWithheld' | 'unitText'
  | 'reply' | 'replyDraftedBy' | 'replyReviewedBy' | 'replyReviewedAt'
  | 'restricted' | 'channelSince' | 'longitude' | 'latitude' | 'coordinatesFrom' | 'cellId'
  | 'originCallId' | 'cycle' | 'returnCount' | 'mergedInto' | 'createdBy' | 'filedAt' | 'dispatchedAt' | 'firstContactAt'
  | 'reportedAt' | 'callbackStatus' | 'callbackReason' | 'verificationStatus' | 'assignments'
  | 'deadlines' | 'timeline' | 'calls' | 'callbacks' | 'verifications' | 'photos' | 'extension' | 'extensionAskedAt' | 'objectionAskedAt'
  | 'parkingAskedAt' | 'parkedUntil' | 'outcomeBody' | 'steps'
  | 'requests'

/** Facts in the box that tells the matter. */
export type OrderFact = Exclude<keyof Order, Elsewhere>

/** The word of each field and fact, by its name in the API: a new one of the API does not compile without a word. */
export const fieldWords = {
  requestType: 'requestType',
  categoryCode: 'category',
  urgency: 'urgency',
  title: 'title',
  description: 'description',
  unitText: 'unitText',
  place: 'place',
  townId: 'town',
  longitude: 'longitude',
  latitude: 'latitude',
  coordinatesFrom: 'coordinatesFrom',
  occurred: 'occurred',
  complainantName: 'complainant',
  complainantNumber: 'complainantNumber',
  complainantKind: 'complainantKind',
  creditCode: 'creditCode',
  anonymous: 'anonymous',
  confidential: 'confidential',
  wantsCallback: 'wantsCallback',
  marks: 'marks',
  aboutUnitId: 'aboutUnit',
  complainant: 'complainant',
  coComplainants: 'coComplainants',
  channel: 'channel',
  sourceNumber: 'sourceNumber',
  receivedAt: 'received',
  aboutUnit: 'aboutUnit',
  answerable: 'answerable',
  reworkCount: 'reworkCount',
  outcome: 'outcome',
  result: 'result'
} as const satisfies Record<OrderField | OrderFact, string>

const known: Readonly<Record<string, string>> = fieldWords
/** The word of a field that a timeline names. */
export const fieldWord = (field: string): string => known[field] ?? field
