import type { Queryable, Tx } from '../../../db/database.ts'
import type { EventType } from './rules/event-of.ts'
import type { AttemptError, DeliveryState } from './rules/next-try.ts'

export interface NewDelivery {
  /** the webhook-id */
  id: string
  endpointId: string
  orderId: string | null
  sequence: number | null
  kind: EventType
  bodySealed: Buffer
}

/** Deliveries that are due at once. */
export function insertDeliveries (tx: Tx, rows: readonly NewDelivery[], at: Date): void {
  tx.write(`insert into delivery (id, endpoint_id, order_id, sequence, kind, body_sealed, created_at, queued_at, due_at)
    select r.*, $7, $7, $7 from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::bigint[], $5::text[], $6::bytea[]) r`,
  [rows.map(r => r.id), rows.map(r => r.endpointId), rows.map(r => r.orderId), rows.map(r => r.sequence), rows.map(r => r.kind),
    rows.map(r => r.bodySealed), at])
}

/** A delivery as the list of them shows it. */
export interface ListedDelivery {
  id: string
  endpointId: string
  interfaceId: string
  interfaceName: string
  interfaceNameEn: string
  orderId: string | null
  kind: EventType
  state: DeliveryState
  createdAt: Date
  dueAt: Date
  /** since it was queued */
  attempts: number
  settledAt: Date | null
  mended: boolean
  lastStatus: number | null
  lastError: AttemptError | null
  lastAt: Date | null
}

export interface DeliveryFilter { state: DeliveryState | null, endpointId: string | null }

/** One more row than `limit`, newest first, made before `after`. */
export const listDeliveries = async (
  q: Queryable, { state, endpointId }: DeliveryFilter, { after, limit }: { after: readonly [Date, string] | null, limit: number }
): Promise<ListedDelivery[]> => await q.query<ListedDelivery>(`
  select d.id, d.endpoint_id as "endpointId", i.id as "interfaceId", i.name as "interfaceName", i.name_en as "interfaceNameEn",
      d.order_id as "orderId", d.kind, d.state, d.created_at as "createdAt", d.due_at as "dueAt", d.attempts, d.settled_at as "settledAt",
      d.mended_sealed is not null as mended, a.status as "lastStatus", a.error as "lastError", a.at as "lastAt"
    from delivery d join endpoint e on e.id = d.endpoint_id join interface i on i.id = e.interface_id
      left join lateral (select status, error, at from delivery_attempt where delivery_id = d.id order by no desc limit 1) a on true
    where ($1::text is null or d.state = $1) and ($2::uuid is null or d.endpoint_id = $2)
      and ($3::timestamptz is null or (d.created_at, d.id) < ($3, $4::uuid))
    order by d.created_at desc, d.id desc limit $5`, [state, endpointId, after?.[0] ?? null, after?.[1] ?? null, limit + 1])

export interface DeliveryBodies {
  orderId: string | null
  kind: EventType
  bodySealed: Buffer
  mendedSealed: Buffer | null
  mendedBy: string | null
  mendedReason: string | null
}

export async function bodiesOf (q: Queryable, id: string): Promise<DeliveryBodies | null> {
  const [row] = await q.query<DeliveryBodies>(`
    select order_id as "orderId", kind, body_sealed as "bodySealed", mended_sealed as "mendedSealed", mended_by as "mendedBy",
        mended_reason as "mendedReason" from delivery where id = $1`, [id])
  return row ?? null
}

export interface Attempt { no: number, at: Date, status: number | null, ms: number, error: AttemptError | null }

/** Every try, the first one first. */
export const attemptsOf = async (q: Queryable, id: string): Promise<Attempt[]> =>
  await q.query<Attempt>('select no, at, status, ms, error from delivery_attempt where delivery_id = $1 order by no', [id])

export interface LockedDelivery { id: string, orderId: string | null, kind: EventType, state: DeliveryState, endpointState: string }

export async function lockDelivery (tx: Tx, id: string): Promise<LockedDelivery | null> {
  const [row] = await tx.query<LockedDelivery>(`
    select d.id, d.order_id as "orderId", d.kind, d.state, e.state as "endpointState"
      from delivery d join endpoint e on e.id = d.endpoint_id where d.id = $1 for update of d`, [id])
  return row ?? null
}

/** Dead ones of an endpoint that is not off, or of all such, the oldest first, locked. */
export const lockDead = async (tx: Tx, endpointId: string | null, limit: number): Promise<Array<{ id: string, orderId: string | null }>> =>
  await tx.query(`
    select d.id, d.order_id as "orderId" from delivery d join endpoint e on e.id = d.endpoint_id
      where d.state = 'dead' and e.state <> 'off' and ($1::uuid is null or d.endpoint_id = $1)
      order by d.settled_at, d.id limit $2 for update of d skip locked`, [endpointId, limit])

/** Under the same id, as if it had never been tried; its earlier tries stay on record. */
export function queueAgain (tx: Tx, ids: readonly string[], at: Date): void {
  tx.write(`update delivery set state = 'waiting', queued_at = $2, due_at = $2, attempts = 0, settled_at = null
    where id = any($1::uuid[])`, [ids, at])
}

export function dropDelivery (tx: Tx, id: string, at: Date): void {
  tx.write('update delivery set state = \'dropped\', settled_at = $2 where id = $1', [id, at])
}

/** The first body stays beside it. */
export function mendBody (tx: Tx, id: string, { sealed, by, reason }: { sealed: Buffer, by: string, reason: string }): void {
  tx.write('update delivery set mended_sealed = $2, mended_by = $3, mended_reason = $4 where id = $1', [id, sealed, by, reason])
}

/** Orders that these deliveries tell of. */
export const ordersOfDeliveries = async (q: Queryable, ids: readonly string[]): Promise<Array<{ id: string, orderId: string }>> =>
  await q.query(`select id::text as id, order_id as "orderId" from delivery
    where id::text = any($1::text[]) and order_id is not null`, [ids])
