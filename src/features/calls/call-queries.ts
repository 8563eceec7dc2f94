import type { Database, Queryable } from '../../db/database.ts'
import type { Sealing } from '../../db/sealing.ts'
import { DomainError } from '../../domain/errors.ts'
import { callNumberSight, linkedSight, orderKind, shownNumber, type LinkedOrder, type NumberSight } from '../../access/rules/visibility.ts'
import type { PhoneNumber } from '../../domain/telephone/phone-number.ts'
import type { Actor } from '../../domain/roles.ts'
import type { Channel } from '../../domain/work-order.ts'
import type { CallDirection, CallEntryKind, CallState } from './rules/call.ts'

/** How a call went, for lists and filters. */
export const callResults = ['living', 'answered', 'abandoned', 'lost', 'other'] as const
export type CallResult = typeof callResults[number]

export interface CallSummary {
  id: string
  direction: CallDirection
  purpose: string | null
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
  disposition: string | null
}

export interface CallDetail extends CallSummary {
  overflowTo: string | null
  abandonedAt: Date | null
  endCause: number | null
  recordingBytes: number | null
  dispositionBy: string | null
  dispositionAt: Date | null
  channels: Array<{
    kind: string
    extension: string | null
    startedAt: Date
    answeredAt: Date | null
    endedAt: Date | null
    cause: number | null
  }>
  orders: Array<{ orderId: string, role: string, number: string | null }>
  timeline: Array<{ at: Date, kind: CallEntryKind, actor: string, detail: Record<string, unknown> }>
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

/** A rate that says what it counts: `value` is numerator / denominator, null when nothing was counted. */
export interface Rate { numerator: number, denominator: number, value: number | null, leftOut: number }

export interface CallFigures {
  from: Date
  to: Date
  offered: number
  /** answered within 15 s of entering the queue, of all answered (the trade's 15-second rate) */
  answeredIn15s: Rate
  /** 接通率: answered of all offered, those the exchange lost included; left out: short abandons, citizens still waiting */
  connection: Rate
  /** gave up after the cut, of all offered; left out as above */
  abandoned: Rate
  /** of all offered: reached nobody since the exchange failed; they did not give up, and count as not connected */
  lost: number
  /** seconds of waiting below which giving up is not counted */
  shortAbandonSeconds: number
}

export interface CallQueries {
  /** newest first; `after` is the last row of the page before */
  list: (actor: Actor, filter: CallFilter, page: { after: [Date, string] | null, limit: number }) => Promise<CallSummary[]>
  /** @throws DomainError `not-found` */
  get: (actor: Actor, callId: string) => Promise<CallDetail>
  /** calls of this number's fingerprint that do not hide it from this person, newest first, 50 at most: see `numberSearchLimit` first */
  ofNumber: (actor: Actor, hash: Buffer) => Promise<CallSummary[]>
  /** earlier calls of the caller of this call, newest first; none where the number is hidden from this person, there or here */
  earlier: (actor: Actor, callId: string, limit?: number) => Promise<CallSummary[]>
  /** whether every order this call belongs to lets this person hear its recording */
  hears: (actor: Actor, callId: string) => Promise<boolean>
  /**
   * Whether this person may know of every order this call belongs to, or has or had it on the own line. False for an unknown call.
   * Asked wherever something is done with a call.
   */
  sees: (q: Queryable, actor: Actor, callId: string) => Promise<boolean>
  /**
   * The number to ring back or turn away, null when withheld, with the id the call has now.
   * @throws DomainError `not-found`, also where it is hidden from this person
   */
  numberOf: (q: Queryable, actor: Actor, callId: string) => Promise<{ callId: string, number: PhoneNumber | null }>
  /** citizens waiting this second, longest first; also those who pressed 0 in a callback or are back after a missed call */
  waiting: (actor: Actor) => Promise<CallSummary[]>
  figures: (span: { from: Date, to: Date, shortAbandonSeconds?: number }) => Promise<CallFigures>
}

/** A citizen's calls to the hotline; without calls turned away and members' ways into their conference. */
const offered = 'c.direction = \'inbound\' and coalesce(c.purpose, \'\') not in (\'blocked\', \'conference\') and c.merged_into is null'
const begun = 'coalesce(c.queued_at, c.offered_at)'
const gaveUpAfter = (short: string): string => `c.answered_at is null and c.abandoned_at >= ${begun} + make_interval(secs => ${short})`
const gaveUpSoon = (short: string): string => `c.answered_at is null and c.abandoned_at < ${begun} + make_interval(secs => ${short})`
const waits = 'c.answered_at is null and not c.lost and c.abandoned_at is null and c.ended_at is null'

/** What each figure counts among the calls offered in a span. The same condition counts it and finds the list it counts. */
const figureSql = {
  answered: () => 'c.answered_at is not null',
  answeredIn15s: () => `c.answered_at <= ${begun} + interval '15 seconds'`,
  /** of all offered, without short abandons and citizens still waiting */
  counted: (short: string) => `(${gaveUpSoon(short)}) is not true and (${waits}) is not true`,
  abandoned: gaveUpAfter
} as const
export type CallFigureName = keyof typeof figureSql
export const callFigureNames = Object.keys(figureSql) as CallFigureName[]
const shortAbandon = 5

const result = `case when c.ended_at is null then 'living' when c.lost then 'lost' when c.answered_at is not null then 'answered'
  when c.abandoned_at is not null then 'abandoned' else 'other' end`
const columns = `c.id, c.direction, c.purpose, c.state, ${result} result, c.number_sealed "numberSealed", c.withheld, c.did, c.service,
  c.offered_at "offeredAt", c.queued_at "queuedAt", c.answered_at "answeredAt", c.answered_by "answeredBy", c.ended_at "endedAt",
  c.ended_by "endedBy", c.recorded, c.disposition,
  -- Who rings a citizen by a click did not learn his number: he chose the order.
  exists (select 1 from channel h where h.call_id = c.id and h.ended_at is null and h.extension = $1)
    and c.purpose is distinct from 'manual' mine,
  exists (select 1 from channel h where h.call_id = c.id and h.extension = $1) "wasMine",
  (select coalesce(jsonb_agg(jsonb_build_object('channel', o.channel, 'by', o.created_by, 'confidential', o.confidential
    or exists (select 1 from co_complainant_read j
        where j.order_id = o.id and j.confidential and (j.call_id = c.id or j.number_hash = c.number_hash)), 'about', o.about_unit_id)),
          '[]')
    from call_work_order l join work_order_read o on o.id = l.order_id where l.call_id = c.id) belongs`

type SummaryRow = Omit<CallSummary, 'number'> & { numberSealed: Buffer | null, mine: boolean, wasMine: boolean, belongs: Belonging[] }
interface Belonging { channel: Channel, confidential: boolean, about: string | null, by: string }

/** The call under the id it has now. */
const sameCall = 'c.id = (select id from call_root($2))'

/** A call that hides its number may not stand among calls found by a number: that alone would tell it. */
const told = ({ number }: CallSummary): boolean => number !== ''

const linked = ({ about, ...order }: Omit<Belonging, 'by'>): LinkedOrder => ({ kind: orderKind(order), about })

/** @param ancestors a unit and everybody above it, without the Centre */
export function createCallQueries ({
  db, sealing, ancestors
}: { db: Database, sealing: Sealing, ancestors: (unitId: string | null) => Promise<readonly string[]> }): CallQueries {
  const sightOf = ({ mine, belongs }: SummaryRow, actor: Actor, way: readonly string[]): NumberSight =>
    callNumberSight(actor, { onOwnLine: mine, orders: belongs.map(linked), way })

  function summary (call: SummaryRow, actor: Actor, way: readonly string[]): CallSummary {
    const { numberSealed, mine: _mine, wasMine: _wasMine, belongs: _belongs, ...row } = call
    return { ...row, number: shownNumber(numberSealed === null ? null : sealing.open(numberSealed), sightOf(call, actor, way)) ?? '' }
  }

  const found = async (q: Queryable, actor: Actor, where: string, values: unknown[], limit: number): Promise<SummaryRow[]> =>
    await q.query<SummaryRow>(`select ${columns} from call c where c.merged_into is null and ${where} limit ${Math.trunc(limit)}`,
      [actor.extension, ...values])

  const rows = async (actor: Actor, where: string, values: unknown[], limit: number): Promise<CallSummary[]> => {
    const [calls, way] = await Promise.all([found(db, actor, where, values, limit), ancestors(actor.unitId)])
    return calls.map(row => summary(row, actor, way))
  }

  return {
    async list (actor, filter, { after, limit }) {
      return await rows(actor, `($2::timestamptz is null or c.offered_at >= $2) and ($3::timestamptz is null or c.offered_at < $3)
        and ($4::text is null or exists (select 1 from channel h where h.call_id = c.id and h.extension = $4 and h.answered_at is not null))
        and ($5::text is null or ${result} = $5) and ($6::text is null or c.direction = $6)
        and ($7::timestamptz is null or (c.offered_at, c.id) < ($7, $8))
        and ($9::float8 is null or ${filter.figure === undefined ? 'true' : `${offered} and ${figureSql[filter.figure]('$9')}`})
        order by c.offered_at desc, c.id desc`,
      [
        filter.from ?? null, filter.to ?? null, filter.agent ?? null, filter.result ?? null, filter.direction ?? null, after?.[0] ?? null,
        after?.[1] ?? null, filter.shortAbandonSeconds ?? shortAbandon
      ], limit)
    },

    async get (actor, callId) {
      type DetailRow = SummaryRow & Pick<CallDetail, 'overflowTo' | 'abandonedAt' | 'endCause' | 'recordingBytes' | 'dispositionBy'
        | 'dispositionAt'>
      const [row] = await db.query<DetailRow>(`select ${columns}, c.overflow_to "overflowTo", c.abandoned_at "abandonedAt",
        c.end_cause "endCause", c.recording_bytes "recordingBytes", c.disposition_by "dispositionBy", c.disposition_at "dispositionAt"
        from call c where c.id = (select id from call_root($2))`, [actor.extension, callId])
      if (!row) throw new DomainError('not-found', 'there is no such call')
      const [way, channels, orders, timeline] = await Promise.all([
        ancestors(actor.unitId),
        db.query<CallDetail['channels'][number]>(`select kind, extension, started_at "startedAt", answered_at "answeredAt",
          ended_at "endedAt", cause
          from channel where call_id = $1 order by started_at, unique_id`, [row.id]),
        db.query<CallDetail['orders'][number] & Omit<Belonging, 'by'> & { createdBy: string }>(`select l.order_id "orderId", l.role,
          o.number, o.channel, o.confidential, o.about_unit_id about, o.created_by "createdBy"
          from call_work_order l join work_order_read o on o.id = l.order_id where l.call_id = $1 order by l.linked_at`, [row.id]),
        // Entries of a call that became part of this one stay its own and are read here.
        db.query<CallDetail['timeline'][number]>(`select at, kind, actor, detail from call_event
          where call_id = $1 or call_id in (select id from call where merged_into = $1) order by at, id`, [row.id])
      ])
      const { overflowTo, abandonedAt, endCause, recordingBytes, dispositionBy, dispositionAt, ...rest } = row
      return {
        ...summary(rest, actor, way),
        overflowTo,
        abandonedAt,
        endCause,
        recordingBytes,
        dispositionBy,
        dispositionAt,
        channels,
        orders: orders.filter(o => o.createdBy === actor.id || linkedSight(actor, linked(o), way) !== null).map(
          ({ orderId, role, number }) => ({ orderId, role, number })
        ),
        timeline
      }
    },

    ofNumber: async (actor, hash) => (await rows(actor, 'c.number_hash = $2 order by c.offered_at desc, c.id desc',
      [hash], 50)).filter(told),

    async earlier (actor, callId, limit = 20) {
      const [asked] = await rows(actor, sameCall, [callId], 1)
      if (!asked || asked.number === '') return []
      const others = await rows(actor, `c.number_hash = (select number_hash from call where id = $2) and c.id <> $2
        order by c.offered_at desc, c.id desc`, [asked.id], limit)
      return others.filter(told)
    },

    async hears (actor, callId) {
      const [call] = await found(db, actor, sameCall, [callId], 1)
      const way = await ancestors(actor.unitId)
      return call?.belongs.every(order => linkedSight(actor, linked(order), way)?.recordings === true) ?? false
    },

    async sees (q, actor, callId) {
      const [call] = await found(q, actor, sameCall, [callId], 1)
      const way = await ancestors(actor.unitId)
      const may = (order: Belonging): boolean => order.by === actor.id || linkedSight(actor, linked(order), way) !== null
      return call !== undefined && (call.wasMine || call.belongs.every(may))
    },

    async numberOf (q, actor, callId) {
      const [call] = await found(q, actor, sameCall, [callId], 1)
      if (!call || sightOf(call, actor, await ancestors(actor.unitId)) === 'hidden') {
        throw new DomainError('not-found', 'there is no such call')
      }
      return { callId: call.id, number: call.numberSealed === null ? null : sealing.open(call.numberSealed) as PhoneNumber }
    },

    waiting: async actor =>
      await rows(
        actor,
        `c.ended_at is null and (c.state in ('queued', 'overflow')
          or (c.state = 'ringing' and c.direction = 'inbound' and coalesce(c.purpose, '') not in ('blocked', 'conference')))
          order by coalesce(c.queued_at, c.offered_at), c.id`,
        [],
        500
      ),

    async figures ({ from, to, shortAbandonSeconds = shortAbandon }) {
      const figures = callFigureNames.map(name => `count(*) filter (where ${figureSql[name]('$3')})::int "${name}"`)
      const [counts] = await db.query<Record<CallFigureName, number> & { all: number, lost: number }>(`
        select count(*)::int "all", count(*) filter (where c.answered_at is null and c.lost and c.abandoned_at is null)::int lost,
          ${figures.join(', ')}
        from call c where ${offered} and c.offered_at >= $1 and c.offered_at < $2`, [from, to, shortAbandonSeconds])
      const { all = 0, answered = 0, answeredIn15s = 0, counted = 0, abandoned = 0, lost = 0 } = counts ?? {}
      const leftOut = all - counted
      const rate = (
        numerator: number, denominator: number, left: number
      ): Rate => ({ numerator, denominator, value: denominator === 0 ? null : numerator / denominator, leftOut: left })
      return {
        from,
        to,
        offered: all,
        answeredIn15s: rate(answeredIn15s, answered, 0),
        connection: rate(answered, counted, leftOut),
        abandoned: rate(abandoned, counted, leftOut),
        lost,
        shortAbandonSeconds
      }
    }
  }
}
