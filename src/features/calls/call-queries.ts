import type { Database, Queryable } from '../../db/database.ts'
import type { Sealing } from '../../db/sealing.ts'
import { bind } from '../../domain/bind.ts'
import { DomainError } from '../../domain/errors.ts'
import { callNumberSight, linkedSight, shownNumber, type NumberSight } from '../../access/rules/visibility.ts'
import type { PhoneNumber } from '../../domain/telephone/phone-number.ts'
import type { ReaderUnit } from '../../domain/people/reader-unit.ts'
import type { Actor } from '../../domain/people/roles.ts'
import type { CallOrderRole } from '../../domain/work-order.ts'
import { figures, figureSql, offered, shortAbandon, type CallFigureName, type CallFigures, type FigureSpan } from './figure-queries.ts'
import { knowsRecordings, shownTimeline, withoutTaker } from './call-timeline.ts'
import { timelineOf, type Belonging, type TimelineEntry } from './calls-store.ts'
import { byHand, onTheLine, returnsNow, type ReturnNow } from './return-queries.ts'
import type { CallDirection, CallPurpose, CallState, ChannelKind } from './rules/call.ts'
import type { Disposition } from './rules/disposition.ts'

/** How a call went, for lists and filters. */
export const callResults = ['living', 'answered', 'abandoned', 'lost', 'other'] as const
export type CallResult = typeof callResults[number]

export interface CallSummary {
  id: string
  direction: CallDirection
  purpose: CallPurpose | null
  state: CallState
  result: CallResult
  /**
   * masked, in full only for the agent in the call and callback officers; empty when withheld, or when it belongs to an order that hides it
   * from this person
   */
  number: string
  withheld: boolean
  did: string | null
  service: string | null
  offeredAt: Date
  queuedAt: Date | null
  answeredAt: Date | null
  answeredBy: string | null
  endedAt: Date | null
  endedBy: string | null
  recorded: boolean
  disposition: Disposition | null
}

/** What a person may know of a call. `call`: that it is there. */
export interface CallSight { call: boolean, number: boolean }

export type CallToRingBack = CallSummary & ReturnNow

export interface CallDetail extends CallSummary {
  overflowTo: string | null
  abandonedAt: Date | null
  endCause: number | null
  recordingBytes: number | null
  dispositionBy: string | null
  dispositionAt: Date | null
  channels: Array<{
    kind: ChannelKind
    extension: string | null
    startedAt: Date
    answeredAt: Date | null
    endedAt: Date | null
    cause: number | null
  }>
  orders: Array<{ orderId: string, role: CallOrderRole, number: string | null }>
  /** as this person may read it: see `shownTimeline` */
  timeline: TimelineEntry[]
}

export interface CallFilter {
  from?: Date
  to?: Date
  /** extension of an agent who spoke in the call */
  agent?: string
  result?: CallResult
  direction?: CallDirection
  /** the calls this figure counts */
  figure?: CallFigureName
  /** of `figure`; default 5 */
  shortAbandonSeconds?: number
}

export interface CallQueries {
  /** newest first; `after` is the last row of the page before */
  list: (actor: Actor, filter: CallFilter, page: { after: [Date, string] | null, limit: number }) => Promise<CallSummary[]>
  /** @throws DomainError `not-found` */
  get: (actor: Actor, callId: string) => Promise<CallDetail>
  /** calls with one of these fingerprints that do not hide it from this person, newest first, 50 at most: see `numberSearchLimit` */
  ofNumber: (actor: Actor, hashes: readonly Buffer[]) => Promise<CallSummary[]>
  /** earlier calls of the caller of this call, newest first; none where the number is hidden from this person, there or here */
  earlier: (actor: Actor, callId: string, limit?: number) => Promise<CallSummary[]>
  /** whether every order this call belongs to lets this person hear its recording */
  hears: (actor: Actor, callId: string) => Promise<boolean>
  /**
   * Whether this person may know of every order this call belongs to, or has or had it on the own line. False for an unknown call.
   * Asked wherever something is done with a call.
   */
  sees: (q: Queryable, actor: Actor, callId: string) => Promise<boolean>
  /** Of these calls, by the ids they have or had: whether this person may know of each, and of its number. */
  sights: (q: Queryable, actor: Actor, callIds: readonly string[]) => Promise<ReadonlyMap<string, CallSight>>
  /**
   * The number to ring back or turn away, null when withheld, with the id the call has now.
   * @throws DomainError `not-found`, also where it is hidden from this person
   */
  numberOf: (q: Queryable, actor: Actor, callId: string) => Promise<{ callId: string, number: PhoneNumber | null }>
  /** citizens waiting this second, longest first; also those who pressed 0 in a callback or are back after a missed call */
  waiting: (actor: Actor) => Promise<CallSummary[]>
  /**
   * Citizens whom a person is to ring (待人工回拨): left alone in each return they took, or each failed on our side, or rung by a person
   * who did not speak with them. Who waits longest first, 500 at most; without those who are on the line now.
   */
  toRingBack: (actor: Actor) => Promise<CallToRingBack[]>
  figures: (span: FigureSpan) => Promise<CallFigures>
}

// A return is answered when one of ours speaks with the citizen, not when the citizen picks up.
const result = `case when c.ended_at is null then 'living' when c.lost then 'lost'
  when c.answered_at is not null and (c.purpose is distinct from 'missed-call' or c.answered_by is not null) then 'answered'
  when c.abandoned_at is not null then 'abandoned' else 'other' end`
const columns = `c.id, c.direction, c.purpose, c.state, ${result} result, c.number_sealed "numberSealed", c.withheld, c.did, c.service,
  c.offered_at "offeredAt", c.queued_at "queuedAt", c.answered_at "answeredAt", c.answered_by "answeredBy", c.ended_at "endedAt",
  c.ended_by "endedBy", c.recorded, c.disposition,
  -- A person who rings a citizen by a click did not learn the number: they chose the order.
  exists (select 1 from channel h where h.call_id = c.id and h.ended_at is null and h.extension = $1)
    and c.purpose is distinct from 'manual' mine,
  exists (select 1 from channel h where h.call_id = c.id and h.extension = $1) "wasMine",
  (select coalesce(jsonb_agg(jsonb_build_object('about', o.about_unit_id, 'by', o.created_by, 'kind', o.kind)), '[]')
    from call_work_order l join work_order_read o on o.id = l.order_id where l.call_id = c.id) belongs`

type SummaryRow = Omit<CallSummary, 'number'> & { numberSealed: Buffer | null, mine: boolean, wasMine: boolean, belongs: Belonging[] }

/** The call under the id it has now. */
const sameCall = 'c.id = (select id from call_root($2))'

/** A call that hides its number may not stand among calls found by a number: that alone would tell it. */
const told = ({ number }: CallSummary): boolean => number !== ''

export interface CallQueriesOptions {
  db: Database
  sealing: Sealing
  /** a unit and everybody above it, without the Centre */
  readerUnit: (unitId: string | null) => Promise<ReaderUnit>
}

const sightOf = ({ mine, belongs }: SummaryRow, actor: Actor, ownUnit: ReaderUnit): NumberSight =>
  callNumberSight(actor, { onOwnLine: mine, orders: belongs.map(withoutTaker), ownUnit })

function summary ({ sealing }: CallQueriesOptions, call: SummaryRow, actor: Actor, ownUnit: ReaderUnit): CallSummary {
  const { numberSealed, mine: _mine, wasMine: _wasMine, belongs, ...row } = call
  const number = shownNumber(numberSealed === null ? null : sealing.open(numberSealed), sightOf(call, actor, ownUnit)) ?? ''
  return { ...row, number, recorded: row.recorded && knowsRecordings(actor, { ownUnit, belongs }) }
}

async function found (q: Queryable, actor: Actor, where: string, values: unknown[], limit: number): Promise<SummaryRow[]> {
  return await q.query<SummaryRow>(`select ${columns} from call c where c.merged_into is null and ${where} limit ${Math.trunc(limit)}`,
    [actor.extension, ...values])
}

async function rows (context: CallQueriesOptions, actor: Actor, where: string, values: unknown[], limit: number): Promise<CallSummary[]> {
  const [calls, ownUnit] = await Promise.all([found(context.db, actor, where, values, limit), context.readerUnit(actor.unitId)])
  return calls.map(row => summary(context, row, actor, ownUnit))
}

async function list (
  context: CallQueriesOptions,
  actor: Actor,
  filter: CallFilter,
  { after, limit }: { after: [Date, string] | null, limit: number }
): Promise<CallSummary[]> {
  return await rows(context, actor, `($2::timestamptz is null or c.offered_at >= $2) and ($3::timestamptz is null or c.offered_at < $3)
    and ($4::text is null or exists (select 1 from channel h where h.call_id = c.id and h.extension = $4 and h.answered_at is not null))
    and ($5::text is null or ${result} = $5) and ($6::text is null or c.direction = $6)
    and ($7::timestamptz is null or (c.offered_at, c.id) < ($7, $8))
    and ($9::float8 is null or ${filter.figure === undefined ? 'true' : `${offered} and ${figureSql[filter.figure]('$9')}`})
    order by c.offered_at desc, c.id desc`,
  [
    filter.from ?? null, filter.to ?? null, filter.agent ?? null, filter.result ?? null, filter.direction ?? null, after?.[0] ?? null,
    after?.[1] ?? null, filter.shortAbandonSeconds ?? shortAbandon
  ], limit)
}

type DetailRow = SummaryRow & Pick<CallDetail, 'overflowTo' | 'abandonedAt' | 'endCause' | 'recordingBytes' | 'dispositionBy'
  | 'dispositionAt'>

async function get (context: CallQueriesOptions, actor: Actor, callId: string): Promise<CallDetail> {
  const { db, readerUnit } = context
  const [row] = await db.query<DetailRow>(`select ${columns}, c.overflow_to "overflowTo", c.abandoned_at "abandonedAt",
    c.end_cause "endCause", c.recording_bytes "recordingBytes", c.disposition_by "dispositionBy", c.disposition_at "dispositionAt"
    from call c where c.id = (select id from call_root($2))`, [actor.extension, callId])
  if (!row) throw new DomainError('not-found', 'there is no such call')
  const [ownUnit, channels, orders, timeline] = await Promise.all([
    readerUnit(actor.unitId),
    db.query<CallDetail['channels'][number]>(`select kind, extension, started_at "startedAt", answered_at "answeredAt",
      ended_at "endedAt", cause
      from channel where call_id = $1 order by started_at, unique_id`, [row.id]),
    db.query<CallDetail['orders'][number] & Belonging>(`select l.order_id "orderId", l.role,
      o.number, o.kind, o.about_unit_id about, o.created_by "by"
      from call_work_order l join work_order_read o on o.id = l.order_id where l.call_id = $1 order by l.linked_at`, [row.id]),
    timelineOf(db, row.id)
  ])
  const { overflowTo, abandonedAt, endCause, recordingBytes, dispositionBy, dispositionAt, ...rest } = row
  return {
    ...summary(context, rest, actor, ownUnit),
    overflowTo,
    abandonedAt,
    endCause,
    recordingBytes: knowsRecordings(actor, { ownUnit, belongs: row.belongs }) ? recordingBytes : null,
    dispositionBy,
    dispositionAt,
    channels,
    orders: orders.filter(o => linkedSight(actor, o, ownUnit) !== null).map(
      ({ orderId, role, number }) => ({ orderId, role, number })
    ),
    timeline: shownTimeline(timeline, actor, { ownUnit, belongs: row.belongs })
  }
}

async function ofNumber (context: CallQueriesOptions, actor: Actor, hashes: readonly Buffer[]): Promise<CallSummary[]> {
  return (await rows(context, actor, 'c.number_hash = any($2::bytea[]) order by c.offered_at desc, c.id desc', [hashes], 50)).filter(told)
}

async function earlier (context: CallQueriesOptions, actor: Actor, callId: string, limit = 20): Promise<CallSummary[]> {
  const [asked] = await rows(context, actor, sameCall, [callId], 1)
  if (!asked || asked.number === '') return []
  const others = await rows(context, actor, `c.number_hash = (select number_hash from call where id = $2) and c.id <> $2
    order by c.offered_at desc, c.id desc`, [asked.id], limit)
  return others.filter(told)
}

async function hears ({ db, readerUnit }: CallQueriesOptions, actor: Actor, callId: string): Promise<boolean> {
  const [call] = await found(db, actor, sameCall, [callId], 1)
  const ownUnit = await readerUnit(actor.unitId)
  return call?.belongs.every(order => linkedSight(actor, withoutTaker(order), ownUnit)?.recordings === true) ?? false
}

/** Whether every order of the call lets this person know of it, or it is or was on the own line. */
const knowsOf = ({ wasMine, belongs }: SummaryRow, actor: Actor, ownUnit: ReaderUnit): boolean =>
  wasMine || belongs.every(order => linkedSight(actor, order, ownUnit) !== null)

async function sees ({ readerUnit }: CallQueriesOptions, q: Queryable, actor: Actor, callId: string): Promise<boolean> {
  const [call] = await found(q, actor, sameCall, [callId], 1)
  const ownUnit = await readerUnit(actor.unitId)
  return call !== undefined && knowsOf(call, actor, ownUnit)
}

async function sights (
  { readerUnit }: CallQueriesOptions, q: Queryable, actor: Actor, callIds: readonly string[]
): Promise<ReadonlyMap<string, CallSight>> {
  const calls = await q.query<SummaryRow & { asked: string }>(`select asked.id asked, ${columns}
    from unnest($2::text[]) asked (id), call_root(asked.id) root join call c on c.id = root.id`, [actor.extension, callIds])
  const ownUnit = await readerUnit(actor.unitId)
  return new Map(calls.map(call =>
    [call.asked, { call: knowsOf(call, actor, ownUnit), number: sightOf(call, actor, ownUnit) !== 'hidden' }]))
}

async function numberOf (
  { sealing, readerUnit }: CallQueriesOptions,
  q: Queryable,
  actor: Actor,
  callId: string
): Promise<{ callId: string, number: PhoneNumber | null }> {
  const [call] = await found(q, actor, sameCall, [callId], 1)
  if (!call || sightOf(call, actor, await readerUnit(actor.unitId)) === 'hidden') {
    throw new DomainError('not-found', 'there is no such call')
  }
  return { callId: call.id, number: call.numberSealed === null ? null : sealing.openNumber(call.numberSealed) }
}

async function waiting (context: CallQueriesOptions, actor: Actor): Promise<CallSummary[]> {
  return await rows(
    context,
    actor,
    `c.ended_at is null and (c.state in ('queued', 'overflow')
      or (c.state = 'ringing' and c.direction = 'inbound' and coalesce(c.purpose, '') not in ('blocked', 'conference')))
      order by coalesce(c.queued_at, c.offered_at), c.id`,
    [],
    500
  )
}

async function toRingBack (context: CallQueriesOptions, actor: Actor): Promise<CallToRingBack[]> {
  const calls = await rows(context, actor, `${byHand} is not null and not ${onTheLine} order by ${byHand}, c.id`, [], 500)
  const now = await returnsNow(context.db, calls.map(call => call.id))
  return calls.map(call => ({ ...call, ...now(call.id) }))
}

export const createCallQueries = (context: CallQueriesOptions): CallQueries =>
  bind(context, { list, get, ofNumber, earlier, hears, sees, sights, numberOf, waiting, toRingBack, figures })
