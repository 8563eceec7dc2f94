import type { Static, TObject } from 'typebox'
import { columnName } from '../../../db/column-name.ts'
import type { Queryable, Tx } from '../../../db/database.ts'
import { keysOf } from '../../../domain/properties.ts'
import type { Channel, OrderState } from '../../../domain/work-order.ts'
import { answer, ofPerson, requestColumns } from './request-columns.ts'

/** A row of `request`; sealed columns as they are. */
export type RequestRow = Static<TObject<typeof requestColumns>>
/** What is known of a request with which an order began; the rest stands on that order. */
export type PersonColumns = Static<TObject<typeof ofPerson>>
export type Answer = Static<TObject<typeof answer>>

const all = keysOf(requestColumns)
const personal = keysOf(ofPerson)

/** Whether a property of an order's row stands on the request it began with. */
export const isOfPerson = (property: string): boolean => Object.hasOwn(ofPerson, property)

/** Orders with the request each began with. */
export const orderFrom = 'work_order o join request r on r.filed_with = o.id and r.joined_at is null'
/** Whether one of its other requests makes `work_order o` confidential; of a merged order, one that had joined it. */
const othersConfidential = `exists (select from request q where (q.order_id = o.id or q.filed_with = o.id) and q.confidential
  and not (q.filed_with = o.id and q.joined_at is null))`
/** Whether `work_order o` is confidential to its readers: as soon as one of its requests is. */
export const confidentialSql = `(exists (select from request q where q.order_id = o.id and q.confidential)
  or exists (select from request q where q.filed_with = o.id and q.confidential))`
/** Whether the answer of `work_order o` is a draft that waits for its review. */
export const answerWaitsSql =
  'o.id in (select q.order_id from request q where q.reply_drafted_by is not null and q.reply_reviewed_at is null)'
/** Columns of `orderFrom`: the order's own request. */
export const ownRequestColumns = `${personal.map(p => `r.${columnName(p)} as "${p}"`).join(', ')}, r.id as "requestId",
  ${othersConfidential} as "othersConfidential"`

/** The request an order begins with. */
export function insertFirst (tx: Tx, orderId: string, requestId: string, row: PersonColumns): void {
  tx.write(`insert into request (id, order_id, filed_with, ${personal.map(columnName).join(', ')})
    values ($1, $2, $2, ${personal.map((_, i) => `$${i + 3}`).join(', ')})`, [requestId, orderId, ...personal.map(p => row[p])])
}

/** Another person's request joins an order. */
export function insertJoined (tx: Tx, row: RequestRow): void {
  tx.write(`insert into request (order_id, ${all.map(columnName).join(', ')})
    values ($1, ${all.map((_, i) => `$${i + 2}`).join(', ')})`, [row.filedWith, ...all.map(p => row[p])])
}

/** Writes changes of the request an order began with; the order is locked. */
export function updateFirst (tx: Tx, requestId: string, changes: Partial<PersonColumns>): void {
  const names = keysOf(changes)
  if (names.length === 0) return
  const sets = names.map((name, i) => `${columnName(name)} = $${i + 2}`)
  // What it was before: a number that was changed once stays so, also when it is changed back.
  const number = names.indexOf('numberHash')
  if (number !== -1) sets.push(`number_changed = number_changed or number_hash is distinct from $${number + 2}`)
  tx.write(`update request set ${sets.join(', ')} where id = $1`, [requestId, ...names.map(name => changes[name])])
}

/** Everybody whose request belongs to the order now is given this answer. */
export function answerAll (tx: Tx, orderId: string, answer: Answer): void {
  tx.write('update request set reply = $2, reply_drafted_by = $3, reply_reviewed_by = $4, reply_reviewed_at = $5 where order_id = $1',
    [orderId, answer.reply, answer.replyDraftedBy, answer.replyReviewedBy, answer.replyReviewedAt])
}

/** Merging takes every request of one order to another. */
export function moveRequests (tx: Tx, from: string, to: string): void {
  tx.write('update request set order_id = $2 where order_id = $1', [from, to])
}

/**
 * Un-merging takes back what merging had moved: the requests filed with the order, and with orders merged into it before. An answer
 * that the other order has not given yet, since it is open, is not theirs. Returns their ids.
 */
export async function takeBackRequests (tx: Tx, orderId: string, { otherOpen }: { otherOpen: boolean }): Promise<string[]> {
  const rows = await tx.query<{ id: string }>(`
    with recursive part (id) as (select $1::uuid union select o.id from work_order o join part p on o.merged_into = p.id)
    update request set order_id = $1,
      reply = case when $2::boolean and reply_drafted_by is not null then null else reply end,
      reply_drafted_by = case when $2::boolean then null else reply_drafted_by end,
      reply_reviewed_by = case when $2::boolean then null else reply_reviewed_by end,
      reply_reviewed_at = case when $2::boolean then null else reply_reviewed_at end
    where filed_with in (select id from part) returning id`, [orderId, otherOpen])
  return rows.map(row => row.id)
}

/** The order into which this one is merged; null: it is not. */
export async function mergedInto (db: Queryable, orderId: string): Promise<string | null> {
  const [order] = await db.query<{ into: string | null }>('select merged_into as into from work_order where id = $1', [orderId])
  return order?.into ?? null
}

/** What the order was before it was merged last. */
export async function lastMerge (db: Queryable, orderId: string): Promise<OrderState> {
  const [merge] = await db.query<{ before: OrderState | null }>(`select from_state as before from order_event
    where order_id = $1 and kind = 'case.merge' order by id desc limit 1`, [orderId])
  return merge?.before ?? 'FILED'
}

/**
 * Whether an order is about this unit only by an order merged into it that leaves: a merge brought it, and of the orders that stay merged
 * into it none complains about that unit.
 */
export async function broughtAlone (db: Queryable, intoId: string, leavingId: string, unitId: string): Promise<boolean> {
  const [row] = await db.query<{ alone: boolean }>(`with recursive stay as (
      select id, about_unit_id from work_order where merged_into = $1 and id <> $2
      union all select o.id, o.about_unit_id from work_order o join stay s on o.merged_into = s.id)
    select not exists (select from stay where about_unit_id = $3) and exists (
      select from order_event j join order_event m on m.order_id = (j.detail->>'order')::uuid
      where j.order_id = $1 and j.kind = 'complainant.add' and j.detail ? 'order'
        and m.kind = 'case.merge' and m.detail->>'into' = $1::text and m.detail->>'about' = $3) as alone`,
  [intoId, leavingId, unitId])
  return row?.alone ?? false
}

/** A request with what the order it was filed with says of it. */
export type FiledRequest = RequestRow & {
  filedNumber: string
  filedCategory: string | null
  filedReceivedAt: Date
  filedWords: string
  channel: Channel
  /** as the channel of the order says that began with it; who joined one gave a number in order to be asked */
  askedBack: boolean
}

/** Every request that belongs to an order now; the one it began with is first, the others as they were received. */
export async function requestsOf (db: Queryable, orderId: string): Promise<FiledRequest[]> {
  return await db.query<FiledRequest>(`select ${all.map(p => `r.${columnName(p)} as "${p}"`).join(', ')}, f.number as "filedNumber",
      f.category_code as "filedCategory", f.received_at as "filedReceivedAt", f.description as "filedWords", f.channel,
      (r.joined_at is not null or f.asked_back) as "askedBack"
    from request r join work_order f on f.id = r.filed_with where r.order_id = $1
    order by (r.filed_with = $1 and r.joined_at is null) desc, coalesce(r.joined_at, f.received_at), r.id`, [orderId])
}

/** 受理编号: what this person was told to ask by. */
export const receiptOf = (r: Pick<FiledRequest, 'receiptNumber' | 'filedNumber'>): string => r.receiptNumber ?? r.filedNumber

/** When this person said it. */
export const saidAt = (r: Pick<FiledRequest, 'joinedAt' | 'filedReceivedAt'>): Date => r.joinedAt ?? r.filedReceivedAt

/** The number of the person an order began with, sealed; null: it has none. */
export async function sealedNumberOf (q: Queryable, orderId: string): Promise<Buffer | null> {
  const [first] = await q.query<{ sealed: Buffer | null }>(
    'select number_sealed as sealed from request where filed_with = $1 and joined_at is null', [orderId])
  return first?.sealed ?? null
}
