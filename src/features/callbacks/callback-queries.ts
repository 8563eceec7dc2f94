import { DateTime } from 'luxon'
import type { Queryable } from '../../db/database.ts'
import type { Sealing } from '../../db/sealing.ts'
import { bind } from '../../domain/bind.ts'
import { DomainError } from '../../domain/errors.ts'
import { kindsByRole, type OrderKind } from '../../access/rules/visibility.ts'
import type { ReaderUnit } from '../../domain/people/reader-unit.ts'
import type { Actor } from '../../domain/people/roles.ts'
import { maskNumber } from '../../domain/telephone/phone-number.ts'
import { attemptsOf, callbackColumns, isOnLine, orderOfCallbackSql, readCallback } from './callbacks-store.ts'
import type { Attempt, Callback } from './callback-columns.ts'

/** A callback as lists show it; the number masked. */
export interface CallbackView extends Omit<Callback, 'numberSealed' | 'dialRequestId' | 'nextAt' | 'officerReckoning'> {
  /** first day of the row that set `officerDueAt` */
  officerPolicySince: string | null
  orderNumber: string
  title: string
  confidential: boolean
  orderKind: OrderKind
  aboutUnitId: string | null
  categoryName: string | null
  categoryCode: string | null
  townId: string | null
  number: string
}

/**
 * `due`: a person is to ring now; `officer`: bad answers to be looked at; `mine`: taken over by me; `today`: what falls to
 * today, and what was finished today; `open`: everything not over.
 */
export const callbackLists = ['due', 'officer', 'mine', 'today', 'open', 'all'] as const
export type CallbackList = typeof callbackLists[number]

const conditions: Record<CallbackList, string> = {
  due: 'c.finished_at is null and ((c.status = \'SCHEDULED\' and c.by_person and c.due_at <= asked.now) or c.status = \'OFFICER\')',
  officer: 'c.status = \'OFFICER\'',
  mine: 'c.finished_at is null and c.officer = asked.login',
  today: '((c.finished_at is null and c.due_at < asked.midnight) or c.finished_at >= asked.morning)',
  open: 'c.finished_at is null',
  all: 'true'
}

interface CallbackListInput {
  list: CallbackList
  now: Date
  orderId?: string
  after: [Date, string] | null
  limit: number
}

interface CallbackReader { actor: Actor, ownUnit: ReaderUnit }

interface AwaitedCaller { numberHash: Buffer, callbackId: string, orderId: string }

export interface CallbackQueries {
  /**
   * Only those this person may know of, one more row than `limit`, so that the caller sees whether there are more; by due time, the oldest
   * first.
   */
  list: (db: Queryable, reader: CallbackReader, input: CallbackListInput) => Promise<CallbackView[]>
  /** @throws DomainError `not-found` */
  one: (db: Queryable, id: string) => Promise<CallbackView & { attemptList: Attempt[] }>
  /** The complainant's number in full, for the person who is to ring. @throws DomainError `not-found` */
  number: (db: Queryable, id: string) => Promise<string>
  /**
   * Callers with one of these numbers who wait to be asked: of each the newest callbacks, tried without an answer, whose order
   * still waits.
   */
  awaiting: (db: Queryable, numberHashes: readonly Buffer[]) => Promise<AwaitedCaller[]>
  /**
   * The same for the citizen on a call that rings or was answered at this extension, else
   * none: by the citizen's number, or by the leg on which 0 was pressed.
   */
  awaitingOnCall: (db: Queryable, callId: string, extension: string | null) => Promise<CallbackView[]>
}

type Row = Callback & {
  orderNumber: string,
  title: string,
  confidential: boolean,
  orderKind: OrderKind,
  aboutUnitId: string | null,
  categoryName: string | null,
  categoryCode: string | null,
  townId: string | null
}

const from = `select ${callbackColumns}, o.number as "orderNumber", o.title,
    o.confidential, ${orderOfCallbackSql},
    (select name from category_read k where k.code = o.category_code order by k.valid_from desc limit 1) as "categoryName",
    o.category_code as "categoryCode", o.town_id as "townId"
  from callback c join work_order_read o on o.id = c.order_id`

const waits =
  'o.state = \'VERIFYING\' and o.cycle = c.cycle and c.status in (\'SCHEDULED\', \'DIALLING\', \'UNREACHABLE\') and c.attempts > 0'

export interface CallbackQueriesOptions { sealing: Sealing, timeZone: string }

const view = (sealing: Sealing, { numberSealed, dialRequestId, nextAt, officerReckoning, ...row }: Row): CallbackView =>
  ({ ...row, officerPolicySince: officerReckoning?.policySince ?? null, number: maskNumber(sealing.open(numberSealed)) })

async function list (
  { sealing, timeZone }: CallbackQueriesOptions,
  db: Queryable,
  { actor, ownUnit }: CallbackReader,
  { list, now, orderId, after, limit }: CallbackListInput
): Promise<CallbackView[]> {
  const morning = DateTime.fromJSDate(now, { zone: timeZone }).startOf('day')
  const rows = await db.query<Row>(`${from},
    (values ($1::timestamptz, $2::text, $3::timestamptz, $4::timestamptz)) as asked (now, login, morning, midnight)
    where ${conditions[list]} and ($5::uuid is null or c.order_id = $5)
    and ($6::timestamptz is null or (c.due_at, c.id) > ($6, $7::uuid))
    and o.kind = any($9::text[]) and (o.about_unit_id is null or o.about_unit_id <> all($10::text[]))
    order by c.due_at, c.id limit $8`,
  [
    now, actor.id, morning.toJSDate(), morning.plus({ days: 1 }).toJSDate(), orderId ?? null, after?.[0] ?? null, after?.[1] ?? null,
    limit + 1, kindsByRole(actor), ownUnit.line
  ])
  return rows.map(row => view(sealing, row))
}

async function one (
  { sealing }: CallbackQueriesOptions,
  db: Queryable,
  id: string
): Promise<CallbackView & { attemptList: Attempt[] }> {
  const [row] = await db.query<Row>(`${from} where c.id = $1`, [id])
  if (!row) throw new DomainError('not-found', 'there is no such callback')
  return { ...view(sealing, row), attemptList: await attemptsOf(db, id) }
}

async function number ({ sealing }: CallbackQueriesOptions, db: Queryable, id: string): Promise<string> {
  const callback = await readCallback(db, id)
  if (!callback) throw new DomainError('not-found', 'there is no such callback')
  return sealing.open(callback.numberSealed)
}

async function awaiting (db: Queryable, numberHashes: readonly Buffer[]): Promise<AwaitedCaller[]> {
  return await db.query<AwaitedCaller>(`select asked.hash as "numberHash", awaited.*
    from (select distinct unnest($1::bytea[])) as asked (hash), lateral (
      select c.id as "callbackId", c.order_id as "orderId" from callback c join work_order_read o on o.id = c.order_id
      where c.number_hash = asked.hash and ${waits} order by c.created_at desc limit 5) as awaited`, [numberHashes])
}

async function awaitingOnCall (
  { sealing }: CallbackQueriesOptions,
  db: Queryable,
  callId: string,
  extension: string | null
): Promise<CallbackView[]> {
  if (!await isOnLine(db, callId, extension)) return []
  const rows = await db.query<Row>(`${from}, (select id from call_root($1)) as asked (call_id)
    where ${waits} and (c.number_hash = (select number_hash from call_read where id = asked.call_id)
    or c.id in (select a.callback_id from callback_attempt a join channel_read ch on ch.unique_id = a.leg_id
    where ch.call_id = asked.call_id))
    order by c.created_at desc limit 5`, [callId])
  return rows.map(row => view(sealing, row))
}

export const createCallbackQueries = (context: CallbackQueriesOptions): CallbackQueries =>
  ({ ...bind(context, { list, one, number, awaitingOnCall }), awaiting })
