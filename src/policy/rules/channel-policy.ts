import { dateOf } from '../../calendar/rules/working-time.ts'
import { DomainError } from '../../domain/errors.ts'
import type { OrderPurpose } from '../../domain/people/roles.ts'
import { hotlineChannel, partyMailbox, type Channel } from '../../domain/work-order.ts'
import { standingOn, standingOrFirst } from './dated-rows.ts'
import type { DeadlinePolicies, OrderTimesName } from './deadline-policy.ts'

/** What a channel (受理渠道) is, from a day on. */
export interface ChannelPolicy {
  code: Channel
  /** first local day, `2026-01-01` */
  validFrom: string
  name: string
  nameEn: string
  /** purpose of the token that may send its orders; null: written down by hand alone */
  sentWith: OrderPurpose | null
  /** its complainants are asked before closing; patrols, devices and duty rooms have none */
  askedBack: boolean
  /** only named readers know of its orders; who they are, the visibility policy says */
  restricted: boolean
  /** the deadline policy its orders go by unless they are critical; null: as category and urgency say */
  clock: OrderTimesName | null
  /** the same for consultations and suggestions; null: as its other orders */
  consultClock: OrderTimesName | null
}

/** A row as it stands. `enteredBy`: `system` for a migration, else an administrator's login. */
export interface EnteredChannelPolicy extends ChannelPolicy { enteredBy: string, enteredAt: Date }

/** All rows, and the time zone whose days they begin on. */
export interface ChannelPolicies { rows: readonly ChannelPolicy[], timeZone: string }

const ofCode = (rows: readonly ChannelPolicy[], code: Channel): ChannelPolicy[] => rows.filter(row => row.code === code)

/** The channel's row that stands on the local day of `at`; null: there is no such channel, or not yet. */
export const channelAt = ({ rows, timeZone }: ChannelPolicies, code: Channel, at: Date): ChannelPolicy | null =>
  standingOn(ofCode(rows, code), dateOf(at, timeZone))

/** Every channel that has begun, as it stands on the local day of `at`; what began first comes first. */
export function channelsAt (policies: ChannelPolicies, at: Date): ChannelPolicy[] {
  const inTurn = policies.rows.toSorted((a, b) => a.validFrom < b.validFrom ? -1 : a.validFrom > b.validFrom ? 1 : 0)
  const codes = new Set(inTurn.map(row => row.code))
  return [...codes].flatMap(code => channelAt(policies, code, at) ?? [])
}

/** The row an order names; null: the order is of before the rows, on a channel that was none. */
export const channelNamed = ({ rows }: ChannelPolicies, code: Channel, since: string): ChannelPolicy | null =>
  rows.find(row => row.code === code && row.validFrom === since) ?? null

/** No such channel stands on that day. */
export const unknownChannel = (code: Channel): DomainError =>
  new DomainError('unknown-channel', 'there is no such channel, or not yet', { field: 'channel', channel: code })

/** The channel's row of today. @throws DomainError `unknown-channel`, also before its first day */
export function knownChannel (policies: ChannelPolicies, code: Channel, now: Date): ChannelPolicy {
  const row = channelAt(policies, code, now)
  if (row === null) throw unknownChannel(code)
  return row
}

/** What a row promises of its orders: few readers weigh more than being asked back. */
const promised = ({ restricted, askedBack }: ChannelPolicy): number => (restricted ? 2 : 0) + (askedBack ? 1 : 0)

/**
 * The row an order goes by: of the day it was received on. What a source received before the channel's first day goes by the first row.
 * The person or system that files says when it was received. Where today's row promises more, the order goes by today's.
 * @throws DomainError `unknown-channel`, also before its first day
 */
export function channelOfOrder (
  policies: ChannelPolicies, code: Channel, { receivedAt, now }: { receivedAt: Date, now: Date }
): ChannelPolicy {
  const today = knownChannel(policies, code, now)
  const received = standingOrFirst(ofCode(policies.rows, code), dateOf(receivedAt, policies.timeZone)) ?? today
  return promised(today) > promised(received) ? today : received
}

/**
 * The field that keeps a row from being entered, or null. The Party mailbox is opened to nobody. The hotline is restricted for nobody: the
 * agents who answer its calls could not file them. A clock has a row on the first day.
 */
export function unfitChannelField (row: ChannelPolicy, { rows }: Pick<DeadlinePolicies, 'rows'>): keyof ChannelPolicy | null {
  if (row.code === partyMailbox && !row.restricted) return 'restricted'
  if (row.code === hotlineChannel && row.restricted) return 'restricted'
  if (row.clock === null && row.consultClock !== null) return 'clock'
  const stands = (name: OrderTimesName | null): boolean => name === null || rows.some(r => r.name === name && r.validFrom <= row.validFrom)
  return !stands(row.clock) ? 'clock' : !stands(row.consultClock) ? 'consultClock' : null
}
