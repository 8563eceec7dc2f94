import { newId } from '../../../domain/ids.ts'
import { dateOf } from '../../../calendar/rules/working-time.ts'
import type { ChannelPolicy } from '../../../policy/rules/channel-policy.ts'
import type { OrderRow } from '../work-orders-store.ts'

/** 20261122-000123: the day it came in, and a serial. */
export const orderNumber = (serial: number, at: Date, timeZone: string): string =>
  `${dateOf(at, timeZone).replaceAll('-', '')}-${String(serial).padStart(6, '0')}`

type ChannelColumns = Pick<OrderRow, 'channel' | 'channelSince' | 'askedBack' | 'restricted'>

/** What an order keeps of its channel's row: a row entered later changes nothing for it. */
export const ofChannel = ({ code, validFrom, askedBack, restricted }: ChannelPolicy): ChannelColumns =>
  ({ channel: code, channelSince: validFrom, askedBack, restricted })

/** Nobody has urged it, or asked for more time, another unit, or that it waits. */
const notAsked = {
  urgeCount: 0,
  urgedAt: null,
  extensionAskedAt: null,
  objectionAskedAt: null,
  parkingAskedAt: null,
  parkedUntil: null,
  extensionCount: 0
} as const satisfies Partial<OrderRow>

/** A row as it begins: a draft without any facts. */
export const emptyRow = (input: ChannelColumns & Pick<OrderRow, 'createdBy' | 'receivedAt' | 'number'>, now: Date): OrderRow => ({
  ...input,
  id: newId(),
  version: 1,
  state: 'DRAFT',
  requestType: null,
  categoryCode: null,
  urgency: 'normal',
  title: '',
  description: '',
  unitText: '',
  placeSealed: null,
  placeHash: null,
  townId: null,
  longitude: null,
  latitude: null,
  coordinatesFrom: null,
  cellId: null,
  cellRevision: 0,
  occurredText: '',
  requestId: newId(),
  othersConfidential: false,
  nameSealed: null,
  complainantKind: 'PERSON',
  creditCodeSealed: null,
  numberSealed: null,
  numberHash: null,
  anonymous: false,
  confidential: false,
  wantsCallback: true,
  marks: [],
  aboutUnitId: null,
  sourceNumber: null,
  originCallId: null,
  cycle: 1,
  returnCount: 0,
  reworkCount: 0,
  problem: false,
  level: 0,
  callbackStatus: 'PENDING',
  callbackReason: null,
  verificationStatus: 'PENDING',
  verificationRequired: true,
  result: null,
  outcome: null,
  outcomeBody: null,
  reply: null,
  replyDraftedBy: null,
  replyReviewedBy: null,
  replyReviewedAt: null,
  mergedInto: null,
  filedAt: null,
  dispatchedAt: null,
  firstContactAt: null,
  reportedAt: null,
  closedAt: null,
  draftUntil: null,
  abandonedAt: null,
  citizenDueAt: null,
  dispatchDueAt: null,
  citizenOvertimeAt: null,
  dispatchOvertimeAt: null,
  onSiteOvertimeAt: null,
  handlingOvertimeAt: null,
  firstContactOvertimeAt: null,
  ...notAsked,
  updatedAt: now
})
