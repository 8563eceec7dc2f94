import type { Static, TObject } from 'typebox'
import { columnName } from '../../db/column-name.ts'
import type { Queryable, Tx } from '../../db/database.ts'
import { lockNamed } from '../../db/lock-store.ts'
import type { Channel, OrderState } from '../../domain/work-order.ts'
import { DomainError } from '../../domain/errors.ts'
import { keysOf, pick } from '../../domain/properties.ts'
import { columns } from './order-columns.ts'
import { answer } from './requests/request-columns.ts'
import {
  answerAll, insertFirst, isOfPerson, orderFrom, ownRequestColumns, updateFirst, type PersonColumns
} from './requests/request-store.ts'
import type { OrderEventKind } from './rules/order-events.ts'

/**
 * A row of `work_order` with the request the order began with; sealed columns as they are. `othersConfidential`: another request of it is.
 */
export type OrderRow = Static<TObject<typeof columns>> & PersonColumns & { requestId: string, othersConfidential: boolean }

const properties = keysOf(columns)

/** Column list of an `OrderRow`, for statements on `orderFrom`. */
export const orderColumns = `${properties.map(p => `o.${columnName(p)} as "${p}"`).join(', ')}, ${ownRequestColumns}`

const insertSql = `insert into work_order (${properties.map(columnName).join(', ')})
  values (${properties.map((_, i) => `$${i + 1}`).join(', ')})`

/** The order, and the request it begins with. */
export function insertOrder (tx: Tx, row: OrderRow): void {
  tx.write(insertSql, properties.map(p => row[p]))
  insertFirst(tx, row.id, row.requestId, row)
}

/** Whether the order is confidential to its readers: as soon as one of its requests is. */
export const isConfidential = ({ confidential, othersConfidential }: Pick<OrderRow, 'confidential' | 'othersConfidential'>): boolean =>
  confidential || othersConfidential

/** The same words for an order that does not exist and one hidden from the person. */
export const noSuchOrder = (): DomainError => new DomainError('not-found', 'there is no such work order')

/** The order, locked until the transaction ends. @throws DomainError `not-found` */
export async function lockOrder (tx: Tx, id: string): Promise<OrderRow> {
  // The requests of an order are written under its lock; they are read once it is held.
  const [, [row]] = await Promise.all([
    tx.query('select 1 from work_order where id = $1 for update', [id]),
    tx.query<OrderRow>(`select ${orderColumns} from ${orderFrom} where o.id = $1`, [id])
  ])
  if (!row) throw noSuchOrder()
  return row
}

/** The row as others in this transaction have left it; the object keeps its place. */
export async function readAgain (tx: Tx, row: OrderRow): Promise<void> {
  Object.assign(row, await lockOrder(tx, row.id))
}

export type OrderChanges = Partial<Omit<OrderRow, 'id' | 'number' | 'version' | 'requestId' | 'othersConfidential'>>

/** Writes the changes and counts the version up; the row is locked. */
export function updateOrder (tx: Tx, row: OrderRow, changes: OrderChanges): void {
  row.version += 1
  noteOnOrder(tx, row, changes)
}

/** Notes of the service itself, a text sent or a warning given: the version stays the same. The row is locked. */
export function noteOnOrder (tx: Tx, row: OrderRow, changes: OrderChanges): void {
  Object.assign(row, changes)
  const names = keysOf(changes)
  const own = names.filter(name => !isOfPerson(name))
  tx.write(`update work_order set version = $2${own.map((name, i) => `, ${columnName(name)} = $${i + 3}`).join('')} where id = $1`,
    [row.id, row.version, ...own.map(name => changes[name])])
  const personal: Partial<PersonColumns> = Object.fromEntries(
    names.filter(name => isOfPerson(name) && !Object.hasOwn(answer, name)).map(name => [name, changes[name]]))
  updateFirst(tx, row.requestId, personal)
  if (names.some(name => Object.hasOwn(answer, name))) answerAll(tx, row.id, pick(row, answer))
}

/** One more line on the order's timeline. */
export function addOrderEvent (tx: Tx, event: {
  orderId: string,
  at: Date,
  kind: OrderEventKind,
  actor: string,
  actorUnit: string | null,
  from: OrderState | null,
  to: OrderState | null,
  detail?: Record<string, unknown>
}): void {
  tx.write(`insert into order_event (order_id, at, kind, actor, actor_unit, from_state, to_state, detail)
    values ($1, $2, $3, $4, $5, $6, $7, $8)`,
  [event.orderId, event.at, event.kind, event.actor, event.actorUnit, event.from, event.to, JSON.stringify(event.detail ?? {})])
}

/** The id of the newest line on the order's timeline; the order is locked. */
export async function newestLine (tx: Tx, orderId: string): Promise<number> {
  const [row] = await tx.query<{ id: number }>('select id from order_event where order_id = $1 order by id desc limit 1', [orderId])
  if (!row) throw new Error('an order has taken a step that is not on its timeline')
  return row.id
}

/** A serial for an order's number; gaps are harmless, doubles are not. */
export async function nextSerial (db: Queryable): Promise<number> {
  const [row] = await db.query<{ serial: number }>('select nextval(\'work_order_number\') as serial')
  return row?.serial ?? 0
}

/** One at a time files under this number of this channel; the next waits until the transaction ends. */
export async function lockSource (tx: Tx, channel: Channel, sourceNumber: string): Promise<void> {
  await lockNamed(tx, `source:${channel}:${sourceNumber}`)
}

export async function findBySource (tx: Tx, channel: Channel, sourceNumber: string): Promise<{ id: string, createdBy: string } | null> {
  const [row] = await tx.query<{ id: string, createdBy: string }>(
    'select id, created_by as "createdBy" from work_order where channel = $1 and source_number = $2', [channel, sourceNumber])
  return row ?? null
}

export async function findDraft (tx: Tx, callId: string, createdBy: string): Promise<{ id: string, channel: Channel } | null> {
  // An agent who takes a call over goes on with the earlier agent's draft; orders that agent has filed are not touched.
  const [row] = await tx.query<{ id: string, channel: Channel }>(`select id, channel from work_order
    where origin_call_id = $1 and (created_by = $2 or (state = 'DRAFT' and abandoned_at is null))
    order by (created_by = $2) desc, received_at limit 1`, [callId, createdBy])
  return row ?? null
}

/** Drafts of this call that nobody abandoned end then, or later as they were to. Returns their ids. */
export async function prolongDrafts (tx: Tx, callId: string, until: Date): Promise<string[]> {
  const rows = await tx.query<{ id: string }>(`update work_order set draft_until = greatest(draft_until, $2)
    where origin_call_id = $1 and state = 'DRAFT' and abandoned_at is null returning id`, [callId, until])
  return rows.map(row => row.id)
}

/** Drafts whose time is up, the oldest first. */
export async function dueDrafts (db: Queryable, now: Date, limit: number): Promise<string[]> {
  const rows = await db.query<{ id: string }>(
    'select id from work_order where state = \'DRAFT\' and draft_until <= $1 order by draft_until limit $2',
    [now, limit]
  )
  return rows.map(row => row.id)
}

export const noSuchCall = (): DomainError => new DomainError('not-found', 'there is no such call')

/** The call under the id it has now; calls that became one keep their old ids as aliases. @throws DomainError `not-found` */
export async function callId (tx: Tx, id: string): Promise<string> {
  const [row] = await tx.query<{ id: string }>('select c.id from call_read c where c.id = (select id from call_root($1))', [id])
  if (!row) throw noSuchCall()
  return row.id
}

/** Whether a call goes on. */
export async function isLiving (db: Queryable, call: string): Promise<boolean> {
  return (await db.query('select 1 from call_read where id = $1 and ended_at is null', [call])).length > 0
}

/** Whether this call was answered and was with the order's own number. */
export async function spokeWithCitizen (tx: Tx, call: string, { numberHash }: Pick<OrderRow, 'numberHash'>): Promise<boolean> {
  return (await tx.query('select 1 from call_read where id = $1 and answered_at is not null and number_hash = $2',
    [call, numberHash])).length > 0
}
