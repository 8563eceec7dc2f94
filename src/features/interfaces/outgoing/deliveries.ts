import type { Database, Queryable, Tx } from '../../../db/database.ts'
import type { Sealing } from '../../../db/sealing.ts'
import { bind } from '../../../domain/bind.ts'
import { DomainError } from '../../../domain/errors.ts'
import { newId } from '../../../domain/ids.ts'
import type { Actor } from '../../../domain/people/roles.ts'
import type { Clock } from '../../../domain/time/clock.ts'
import type { Alarms } from '../../../queue/alarms.ts'
import { lockEndpoint } from '../registry/endpoint-store.ts'
import {
  attemptsOf, bodiesOf, dropDelivery, insertDeliveries, listDeliveries, lockDead, lockDelivery, mendBody, queueAgain, type Attempt,
  type DeliveryFilter, type ListedDelivery, type LockedDelivery
} from './delivery-store.ts'
import { trialEvent, type EventBody } from './rules/event-of.ts'
import { mendedBody } from './rules/mended-body.ts'

export interface DeliveriesOptions {
  db: Database
  sealing: Sealing
  clock: Clock
  alarms: Alarms
  /** which of these orders this person may not know of */
  hiddenOrders: (q: Queryable, actor: Actor, ids: readonly string[]) => Promise<ReadonlySet<string>>
}

/** One delivery with what is sent, what was to be sent at first, and every try. */
export interface DeliveryDetail {
  body: string
  /** null: nobody has mended it */
  firstBody: string | null
  mendedBy: string | null
  mendedReason: string | null
  attempts: Attempt[]
}

/** Outgoing events one by one: to look at, to mend, to send again. */
export type Deliveries = ReturnType<typeof createDeliveries>

export const createDeliveries = (options: DeliveriesOptions) => bind(options, { list, one, replay, replayAll, mend, drop, trial })

/** Dead ones that one request sends again at most. */
export const replayedAtOnce = 500

/** One more row than `limit`, newest first. Of an order hidden from the reader nothing is listed. */
async function list (
  { db, hiddenOrders }: DeliveriesOptions, actor: Actor, filter: DeliveryFilter,
  page: { after: readonly [Date, string] | null, limit: number }
): Promise<Array<ListedDelivery & { withheld: boolean }>> {
  const rows = await listDeliveries(db, filter, page)
  const hidden = await hiddenOrders(db, actor, [...new Set(rows.flatMap(row => row.orderId ?? []))])
  return rows.map(row => {
    const withheld = row.orderId !== null && hidden.has(row.orderId)
    return { ...row, orderId: withheld ? null : row.orderId, withheld }
  })
}

const noSuchDelivery = (): DomainError => new DomainError('not-found', 'there is no such delivery')

/** @throws DomainError `not-found`, also where its order is hidden */
async function one ({ db, sealing, hiddenOrders }: DeliveriesOptions, actor: Actor, id: string): Promise<DeliveryDetail> {
  const row = await bodiesOf(db, id)
  if (!row || (row.orderId !== null && (await hiddenOrders(db, actor, [row.orderId])).size > 0)) throw noSuchDelivery()
  return {
    body: sealing.open(row.mendedSealed ?? row.bodySealed),
    firstBody: row.mendedSealed === null ? null : sealing.open(row.bodySealed),
    mendedBy: row.mendedBy,
    mendedReason: row.mendedReason,
    attempts: await attemptsOf(db, id)
  }
}

/**
 * Under the same id and with a new time: its reader knows it by the id.
 * @throws DomainError `not-found`, `delivery-not-dead`, `endpoint-off`
 */
async function replay (options: DeliveriesOptions, tx: Tx, actor: Actor, id: string): Promise<{ id: string }> {
  const { endpointState } = await dead(options, tx, actor, id)
  if (endpointState === 'off') throw new DomainError('endpoint-off', 'nothing is sent to this endpoint: it is off')
  await queue(options, tx, [id])
  return { id }
}

/** Dead ones, the oldest first, of one endpoint or of all that are not off. */
async function replayAll (
  options: DeliveriesOptions, tx: Tx, actor: Actor, { endpointId }: { endpointId: string | null }
): Promise<{ replayed: number }> {
  const rows = await lockDead(tx, endpointId, replayedAtOnce)
  const hidden = await options.hiddenOrders(tx, actor, [...new Set(rows.flatMap(row => row.orderId ?? []))])
  const ids = rows.filter(row => row.orderId === null || !hidden.has(row.orderId)).map(row => row.id)
  await queue(options, tx, ids)
  return { replayed: ids.length }
}

async function queue ({ clock, alarms }: DeliveriesOptions, tx: Tx, ids: readonly string[]): Promise<void> {
  const [first] = ids
  if (first === undefined) return
  const at = clock.now()
  queueAgain(tx, ids, at)
  await alarms.set(tx, { family: 'webhook', id: `webhook-${first}-${at.getTime()}`, at, payload: { again: ids.length } })
}

/**
 * What is sent from now on; the first body stays beside it. @param body JSON as text
 * @throws DomainError `not-found`, `delivery-not-dead`, `too-large`, `invalid-input` with `body`
 */
async function mend (
  options: DeliveriesOptions, tx: Tx, actor: Actor, id: string, { body, reason }: { body: string, reason: string }
): Promise<{ id: string }> {
  const { kind } = await dead(options, tx, actor, id)
  mendBody(tx, id, { sealed: options.sealing.seal(mendedBody(body, kind)), by: actor.id, reason })
  return { id }
}

/** It is not sent again. @throws DomainError `not-found`, `delivery-not-dead` */
async function drop (options: DeliveriesOptions, tx: Tx, actor: Actor, id: string): Promise<{ id: string }> {
  await dead(options, tx, actor, id)
  dropDelivery(tx, id, options.clock.now())
  return { id }
}

async function dead ({ hiddenOrders }: DeliveriesOptions, tx: Tx, actor: Actor, id: string): Promise<LockedDelivery> {
  const row = await lockDelivery(tx, id)
  if (!row || (row.orderId !== null && (await hiddenOrders(tx, actor, [row.orderId])).size > 0)) throw noSuchDelivery()
  if (row.state !== 'dead') throw new DomainError('delivery-not-dead', 'it waits, was sent, or was dropped', { state: row.state })
  return row
}

/** An event that says nothing, by the way of every other. @throws DomainError `not-found`, `endpoint-off` */
async function trial ({ sealing, clock, alarms }: DeliveriesOptions, tx: Tx, endpointId: string): Promise<{ deliveryId: string }> {
  const endpoint = await lockEndpoint(tx, endpointId)
  if (!endpoint) throw new DomainError('not-found', 'there is no such endpoint')
  if (endpoint.state === 'off') throw new DomainError('endpoint-off', 'nothing is sent to this endpoint: it is off')
  const [id, at] = [newId(), clock.now()]
  const body: EventBody = { type: trialEvent, timestamp: at.toISOString(), data: { endpoint: endpointId } }
  insertDeliveries(tx, [{
    id, endpointId, orderId: null, sequence: null, kind: trialEvent, bodySealed: sealing.seal(JSON.stringify(body))
  }], at)
  await alarms.set(tx, { family: 'webhook', id: `webhook-${id}`, at, payload: { endpoint: endpointId } })
  return { deliveryId: id }
}
