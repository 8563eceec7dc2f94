import type { OrderKind } from '../../access/rules/visibility.ts'
import { columnName } from '../../db/column-name.ts'
import type { Queryable, Tx } from '../../db/database.ts'
import type { AskingStatus } from '../../domain/asked-order.ts'
import { isRowId, newId } from '../../domain/ids.ts'
import type { LegOutcome } from '../../domain/telephone/legs.ts'
import { keysOf } from '../../domain/properties.ts'
import type { Answers } from './rules/callback-answers.ts'
import type { ByPersonReason } from './rules/by-person-reason.ts'
import { plainOfAttempt, plainOfCallback, type Attempt, type AttemptMethod, type Callback, type savable } from './callback-columns.ts'

export const callbackColumns = `${keysOf(plainOfCallback).map(p => `c.${columnName(p)} as "${p}"`).join(', ')},
  to_char(c.policy_since, 'YYYY-MM-DD') as "policySince"`
const attemptColumns = `${keysOf(plainOfAttempt).map(p => `a.${columnName(p)} as "${p}"`).join(', ')},
  to_char(a.policy_since, 'YYYY-MM-DD') as "policySince"`

/** Adds callbacks; existing callbacks of the cycle are kept. Returns the ids of the new ones. */
export async function addCallbacks (tx: Tx, rows: ReadonlyArray<{
  orderId: string,
  cycle: number,
  requestId: string,
  byPerson: ByPersonReason | null,
  sealed: Buffer,
  hash: Buffer,
  dueAt: Date,
  policySince: string,
  createdAt: Date
}>): Promise<string[]> {
  const column = <K extends keyof typeof rows[number]>(name: K): Array<typeof rows[number][K]> => rows.map(row => row[name])
  const added = await tx.query<{ id: string }>(`
    insert into callback (id, order_id, cycle, request_id, status, by_person, by_person_reason, number_sealed, number_hash, due_at,
      next_at, policy_since, created_at)
    select id, order_id, cycle, request, 'SCHEDULED', reason is not null, reason, sealed, hash, due, due, since, created
      from unnest($1::uuid[], $2::uuid[], $3::int[], $4::uuid[], $5::text[], $6::bytea[], $7::bytea[], $8::timestamptz[], $9::date[],
             $10::timestamptz[])
           n(id, order_id, cycle, request, reason, sealed, hash, due, since, created)
    on conflict do nothing returning id`,
  [rows.map(() => newId()), column('orderId'), column('cycle'), column('requestId'), column('byPerson'), column('sealed'),
    column('hash'), column('dueAt'), column('policySince'), column('createdAt')])
  return added.map(row => row.id)
}

export async function readCallback (db: Queryable, id: string): Promise<Callback | null> {
  return (await db.query<Callback>(`select ${callbackColumns} from callback c where c.id = $1`, [id]))[0] ?? null
}

/** What decides who sees a callback: its order. */
export interface OrderOfCallback { orderKind: OrderKind, aboutUnitId: string | null }

/** SQL of an `OrderOfCallback`, of `work_order_read o`. */
export const orderOfCallbackSql = 'o.kind as "orderKind", o.about_unit_id as "aboutUnitId"'

export async function orderOfCallback (tx: Tx, id: string): Promise<OrderOfCallback | null> {
  return (await tx.query<OrderOfCallback>(`select ${orderOfCallbackSql}
    from callback c join work_order_read o on o.id = c.order_id
    where c.id = $1`, [id]))[0] ?? null
}

/** What decides who hears of an order's callbacks; `never`: the line of the unit complained about, up and down, except the Centre. */
export async function orderForFeed (tx: Tx, orderId: string): Promise<{ kind: OrderKind, never: string[] }> {
  const [order] = await tx.query<{ kind: OrderKind, never: string[] }>(`
    with recursive about (id, parent_id) as (
      select u.id, u.parent_id from unit_read u join work_order_read o on o.about_unit_id = u.id where o.id = $1 and u.kind <> 'centre'
    ), above (id, parent_id) as (
      select id, parent_id from about
      union select u.id, u.parent_id from unit_read u join above on u.id = above.parent_id where u.kind <> 'centre'
    ), below (id) as (
      select id from about union select u.id from unit_read u join below on u.parent_id = below.id
    ) select o.kind, array(select id from above union select id from below) as never from work_order_read o where o.id = $1`, [orderId])
  if (!order) throw new Error(`no work order ${orderId} of a callback`)
  return order
}

/**
 * Locks the order first and the callback after it: commands on orders reach callbacks in this order too, so none waits
 * for the other in a ring.
 */
export async function lockCallback (tx: Tx, id: string): Promise<Callback | null> {
  await tx.query('select id from work_order_read where id = (select order_id from callback where id = $1) for update', [id])
  return (await tx.query<Callback>(`select ${callbackColumns} from callback c where c.id = $1 for update`, [id]))[0] ?? null
}

/** Those of an order's cycle that are still open, locked; of these requests alone, where some are named. */
export async function lockOpenCallbacks (
  tx: Tx, orderId: string, cycle: number, requestIds: readonly string[] | null = null
): Promise<Callback[]> {
  return await tx.query<Callback>(`select ${callbackColumns} from callback c
    where c.order_id = $1 and c.cycle = $2 and c.finished_at is null and ($3::uuid[] is null or c.request_id = any($3::uuid[]))
    order by c.id for update`, [orderId, cycle, requestIds])
}

export async function statusesOf (tx: Tx, orderId: string, cycle: number): Promise<AskingStatus[]> {
  const rows = await tx.query<{ status: AskingStatus }>('select status from callback where order_id = $1 and cycle = $2',
    [orderId, cycle])
  return rows.map(row => row.status)
}

export type CallbackChange = Partial<Pick<Callback, keyof typeof savable>>

/** Saves the changes under the next revision; returns the callback as saved. The row is locked by the caller. */
export function saveCallback (tx: Tx, callback: Callback, change: CallbackChange): Callback {
  const names = keysOf(change)
  const sets = names.map((name, i) => `${columnName(name)} = $${i + 2}`)
  tx.write(`update callback set ${[...sets, 'revision = revision + 1'].join(', ')} where id = $1`,
    [callback.id, ...names.map(name => change[name])])
  return { ...callback, ...change, revision: callback.revision + 1 }
}

/** The citizen gave another number. */
export function renumber (tx: Tx, id: string, sealed: Buffer, hash: Buffer): void {
  tx.write('update callback set number_sealed = $2, number_hash = $3 where id = $1', [id, sealed, hash])
}

/** Whether a person of this number has another callback in the same round of the order. */
export async function isAskedElsewhere (
  tx: Tx,
  { id, orderId, cycle }: Pick<Callback, 'id' | 'orderId' | 'cycle'>,
  hashes: readonly Buffer[]
): Promise<boolean> {
  return (await tx.query(`select 1 from callback where order_id = $1 and cycle = $2 and id <> $3
    and number_hash = any($4::bytea[]) limit 1`, [orderId, cycle, id, hashes])).length > 0
}

export function addAttempt (tx: Tx, attempt: {
  callbackId: string,
  attempt: number,
  method: AttemptMethod,
  actor: string,
  startedAt: Date,
  policySince?: string,
  dialRequestId?: string | null,
  callId?: string | null,
  endedAt?: Date | null,
  outcome?: LegOutcome | null,
  answers?: object,
  answered?: boolean
}): void {
  tx.write(`insert into callback_attempt (id, callback_id, attempt, method, actor, dial_request_id, call_id, started_at, policy_since,
    answered, ended_at, outcome, answers)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`,
  [newId(), attempt.callbackId, attempt.attempt, attempt.method, attempt.actor, attempt.dialRequestId ?? null, attempt.callId ?? null,
    attempt.startedAt, attempt.policySince ?? null, attempt.answered ?? false, attempt.endedAt ?? null, attempt.outcome ?? null,
    JSON.stringify(attempt.answers ?? {})])
}

/** Attempts by the dialler's request, the running ones only. */
export async function openAttemptsOf (tx: Tx, dialRequestIds: readonly string[]): Promise<Attempt[]> {
  return await tx.query<Attempt>(
    `select ${attemptColumns} from callback_attempt a where a.dial_request_id = any($1::uuid[]) and a.ended_at is null`,
    [dialRequestIds]
  )
}

/** Running attempts of these callbacks, with what was answered in earlier ones. */
/** An attempt that goes on, with what was answered before it. */
export interface RunningAttempt { attempt: Attempt, earlier: Answers }

export async function runningAttempts (tx: Tx, callbackIds: readonly string[]): Promise<RunningAttempt[]> {
  const rows = await tx.query<Attempt & { earlier: Answers }>(`
    select ${attemptColumns}, jsonb_build_object('contacted', c.contacted, 'solved', c.solved, 'grade', c.grade) as earlier
      from callback_attempt a join callback c on c.id = a.callback_id
     where c.id = any($1::uuid[]) and a.dial_request_id = c.dial_request_id and a.ended_at is null`, [callbackIds])
  return rows.map(({ earlier, ...attempt }) => ({ attempt, earlier }))
}

/** The attempt that still waits for its answers, if any. */
export async function openAttempt (tx: Tx, callbackId: string): Promise<Attempt | null> {
  return (await tx.query<Attempt>(`select ${attemptColumns} from callback_attempt a where a.callback_id = $1 and a.ended_at is null
    order by a.attempt desc limit 1`, [callbackId]))[0] ?? null
}

/**
 * Whether a telephone of ours was answered in a call, and whether this extension was:
 * `ours` is the call's id in SQL, `extension` a parameter.
 */
const answeredIn = (ours: string, extension: string): string => `
    exists (select 1 from channel_read d where d.call_id = ${ours} and d.kind = 'agent' and d.answered_at is not null) as answered,
    exists (select 1 from channel_read d where d.call_id = ${ours} and d.extension = ${extension} and d.answered_at is not null) as own`

/** Our side of a call: whether anybody of ours spoke, and whether the asking person did. */
export interface OurEnd { answered: boolean, own: boolean }

/**
 * The call an id means, merged ones too, who of ours spoke in it, and whether its citizen
 * was asked in it: by number, since the callback was to be
 * made, or on a leg of this callback.
 */
export async function callWithCitizen (tx: Tx, { callId, callbackId, extension }: {
  callId: string,
  callbackId: string,
  extension: string | null
}): Promise<{ callId: string, withCitizen: boolean } & OurEnd | null> {
  return (await tx.query<{ callId: string, withCitizen: boolean } & OurEnd>(`select c.id as "callId",
    coalesce((select c.number_hash = b.number_hash and c.offered_at >= b.created_at from callback b where b.id = $2), false)
      or exists (select 1 from callback_attempt a join channel_read ch on ch.unique_id = a.leg_id
      where a.callback_id = $2 and ch.call_id = c.id) as "withCitizen", ${answeredIn('c.id', '$3')}
    from call_read c where c.id = (select id from call_root($1))`, [callId, callbackId, extension]))[0] ?? null
}

/** Our side of a leg: who of ours spoke with the citizen. */
export async function whoWasOnLeg (tx: Tx, legId: string, extension: string | null): Promise<OurEnd> {
  return (await tx.query<OurEnd>(`select ${answeredIn('leg.call_id', '$2')} from channel_read leg where leg.unique_id = $1`,
    [legId, extension]))[0] ?? { answered: false, own: false }
}

/** Whether this extension rings or was answered in the call an id means. */
export async function isOnLine (db: Queryable, callId: string, extension: string | null): Promise<boolean> {
  return (await db.query(`select 1 from channel_read
    where call_id = (select id from call_root($1)) and extension = $2 and (answered_at is not null or ended_at is null) limit 1`,
  [callId, extension])).length > 0
}

export function saveAttempt (tx: Tx, attempt: Attempt): void {
  tx.write(`update callback_attempt set leg_id = $2, call_id = $3, answered = $4, person = $5, ended_at = $6, outcome = $7, answers = $8
    where id = $1`,
  [
    attempt.id, attempt.legId, attempt.callId, attempt.answered, attempt.person, attempt.endedAt, attempt.outcome,
    JSON.stringify(attempt.answers)
  ])
}

export async function attemptsOf (db: Queryable, callbackId: string): Promise<Attempt[]> {
  return await db.query<Attempt>(`select ${attemptColumns.replace('a.call_id', 'coalesce(a.call_id, ch.call_id)')}
    from callback_attempt a left join channel_read ch on ch.unique_id = a.leg_id where a.callback_id = $1 order by a.attempt`, [callbackId])
}

/** The PBX on which an attempt's line was; null: it had none. */
export async function nodeOfAttempt (db: Queryable, callbackId: string, attempt: number): Promise<string | null> {
  return (await db.query<{ node: string }>(`select l.node from callback_attempt a join leg_read l on l.id = a.leg_id
    where a.callback_id = $1 and a.attempt = $2`, [callbackId, attempt]))[0]?.node ?? null
}

/** Callbacks with automatic work due at `now`, oldest first. */
export async function dueCallbacks (db: Queryable, now: Date, limit: number): Promise<string[]> {
  const rows = await db.query<{ id: string }>(`select id from callback where status in ('SCHEDULED', 'OFFICER') and next_at <= $1
    order by next_at limit $2`, [now, limit])
  return rows.map(row => row.id)
}

/** With an officer, and waiting for one of these years of the calendar. */
export async function callbacksAwaitingYears (db: Queryable, years: readonly number[], limit: number): Promise<string[]> {
  const rows = await db.query<{ id: string }>(`select id from callback where status = 'OFFICER'
    and (officer_reckoning->'days'->>'awaitsYear') is not null and (officer_reckoning->'days'->>'awaitsYear')::int = any($1) limit $2`,
  [years, limit])
  return rows.map(row => row.id)
}

/** The callback of this number, reached by nobody, about which a text went out last; `after` is excluded, `until` is not. */
export async function newestTexted (
  tx: Tx, numberHashes: readonly Buffer[], { after, until }: { after: Date, until: Date }
): Promise<string | null> {
  const [found] = await tx.query<{ id: string }>(`select id from callback
    where number_hash = any($1::bytea[]) and sms_sent_at <= $2 and sms_sent_at > $3
    and status = 'UNREACHABLE' order by sms_sent_at desc limit 1`, [numberHashes, until, after])
  return found?.id ?? null
}

/** The orders of these callbacks; other ids have no line. */
export async function ordersOfCallbacks (q: Queryable, ids: readonly string[]): Promise<Array<{ id: string, orderId: string }>> {
  return await q.query<{ id: string, orderId: string }>(`select asked.id, c.order_id "orderId" from unnest($1::text[]) asked (id)
    join callback c on c.id = asked.id::uuid`, [ids.filter(isRowId)])
}
